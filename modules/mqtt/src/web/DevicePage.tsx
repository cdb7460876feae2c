import { Button } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { useCompanyName, usePlaceTree } from '@millrace/plant/web'
import { useSignals } from '@millrace/telemetry/web'
import {
  AgeText,
  Card,
  Columns,
  Dialog,
  formatDate,
  Page,
  PageSkeleton,
  ProblemAlert,
  Row,
  readerZone,
  Stacked,
  shellRoute,
} from '@millrace/ui'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createRoute, Link } from '@tanstack/react-router'
import { type ReactNode, useMemo, useState } from 'react'
import type { Device } from '../contract.ts'
import { ConnectCard } from './ConnectCard.tsx'
import { DeviceState } from './DeviceState.tsx'
import { FaultsCard } from './FaultsCard.tsx'
import classes from './mqtt.module.css'
import { deviceQuery, hearingQuery, useLiveDevices, useMayWrite, useRenewDevice, useRevokeDevice } from './queries.ts'
import { SecretCard } from './SecretCard.tsx'
import { SignalsCard } from './SignalsCard.tsx'
import { texts } from './texts.ts'
import { UnknownCard } from './UnknownCard.tsx'

export const deviceRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/mqtt/devices/$deviceId',
  loader: ({ context, params }) => context.queryClient.ensureQueryData(deviceQuery(params.deviceId)),
  component: DevicePage,
  pendingComponent: PageSkeleton,
})

/** One device: how it connects, what it sends, and what of it is kept. */
function DevicePage() {
  const { deviceId } = deviceRoute.useParams()
  const { data: device } = useSuspenseQuery(deviceQuery(deviceId))
  const { data: hearing } = useSuspenseQuery(hearingQuery(deviceId))
  const company = useCompanyName()
  const mayWrite = useMayWrite()
  const renewing = useRenewDevice(deviceId)
  const { workUnitId, connectionId } = device
  const { signals } = useSignals(useMemo(() => ({ workUnitId }), [workUnitId]))
  useLiveDevices()
  const own = signals.filter((signal) => signal.connectionId === connectionId)
  const address = own[0]?.address ?? undefined
  const secret = renewing.data?.secret
  return (
    <Page
      key={deviceId}
      name={device.name}
      title={device.name}
      crumbs={[
        { text: company, to: '/overview' },
        { text: texts.settings, to: '/settings' },
      ]}
      aside={<DeviceState state={device.state} />}
      actions={mayWrite && device.state !== 'revoked' && <Moves device={device} renewing={renewing} />}
    >
      <Columns
        main={
          <>
            {secret !== undefined && <SecretCard secret={secret} onDone={() => renewing.reset()} />}
            <SignalsCard signals={own} />
            <UnknownCard device={device} unknown={hearing.unknown} />
            {hearing.faults.length > 0 && <FaultsCard faults={hearing.faults} />}
          </>
        }
        side={
          <>
            <FactsCard device={device} />
            <ConnectCard
              device={device}
              {...(secret !== undefined && { secret })}
              {...(address !== undefined && { address })}
            />
          </>
        }
      />
    </Page>
  )
}

function FactsCard({ device }: { device: Device }) {
  const tree = usePlaceTree()
  const words = texts.facts
  const day = (at: Device['createdAt']) => formatDate(epochMs(at), readerZone())
  return (
    <Card title={words.title}>
      <dl className={classes.facts}>
        <Fact name={words.machine}>
          <Link to={`/plant/machines/${device.workUnitId}`}>{tree.byId.get(device.workUnitId)?.name}</Link>
        </Fact>
        <Fact name={words.seen}>
          {device.lastSeenAt === null ? words.never : <AgeText atMs={epochMs(device.lastSeenAt)} />}
        </Fact>
        {device.lastAddress !== null && <Fact name={words.from}>{device.lastAddress}</Fact>}
        <Fact name={words.secretMade}>{day(device.secretMadeAt)}</Fact>
        <Fact name={words.expires}>{device.expiresAt === null ? words.noEnd : day(device.expiresAt)}</Fact>
      </dl>
    </Card>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Moves({ device: { id, name }, renewing }: { device: Device; renewing: ReturnType<typeof useRenewDevice> }) {
  const revoking = useRevokeDevice(id)
  const [asking, setAsking] = useState<'renew' | 'revoke' | undefined>(undefined)
  const close = () => setAsking(undefined)
  const words = texts.actions
  return (
    <Row>
      <Button onClick={() => setAsking('renew')}>{words.renew}</Button>
      <Button variant="subtle" onClick={() => setAsking('revoke')}>
        {words.revoke}
      </Button>
      {asking === 'renew' && (
        <Dialog title={words.renewTitle(name)} onClose={close}>
          <Stacked>
            <p>{words.renewNote}</p>
            <ProblemAlert error={renewing.error} />
            <Row>
              <Button
                variant="filled"
                loading={renewing.isPending}
                onClick={() => renewing.mutate({}, { onSuccess: close })}
              >
                {words.renew}
              </Button>
              <Button onClick={close}>{words.cancel}</Button>
            </Row>
          </Stacked>
        </Dialog>
      )}
      {asking === 'revoke' && (
        <Dialog title={words.revokeTitle(name)} onClose={close}>
          <Stacked>
            <p>{words.revokeNote}</p>
            <ProblemAlert error={revoking.error} />
            <Row>
              <Button
                color="red"
                variant="filled"
                loading={revoking.isPending}
                onClick={() => revoking.mutate(undefined, { onSuccess: close })}
              >
                {words.revoke}
              </Button>
              <Button onClick={close}>{words.cancel}</Button>
            </Row>
          </Stacked>
        </Dialog>
      )}
    </Row>
  )
}
