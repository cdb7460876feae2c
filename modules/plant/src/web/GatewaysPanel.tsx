import { epochMs, type Instant } from '@millrace/base'
import { useMay } from '@millrace/identity/web'
import {
  AgeText,
  Card,
  DataTable,
  EmptyState,
  formatDuration,
  formatNumber,
  PriorityChip,
  QuietChip,
  Stacked,
} from '@millrace/ui'
import { useSuspenseQuery } from '@tanstack/react-query'
import type { Connection, Gateway } from '../contract.ts'
import { connectionsQuery, gatewaysQuery, useLiveGateways } from './queries.ts'
import { texts } from './texts.ts'
import { usePlaceTree } from './use-place.ts'

/** Gateways with what waits in their journals, and the connections they read, among the settings. */
export function GatewaysPanel() {
  return useMay('plant:gateway:read') ? <Gateways /> : null
}

function Gateways() {
  const { data: gateways } = useSuspenseQuery(gatewaysQuery)
  const { data: connections } = useSuspenseQuery(connectionsQuery)
  const tree = usePlaceTree()
  useLiveGateways()
  const { gateways: words } = texts
  // Devices that come by themselves are told with their own panel.
  const read = connections.items.filter(({ protocol }) => protocol !== 'mqtt')
  const nameOf = new Map(gateways.items.map((gateway) => [gateway.id, gateway.name]))
  return (
    <Card title={words.title}>
      <Stacked>
        <DataTable
          label={words.title}
          rows={gateways.items}
          rowKey={(gateway) => gateway.id}
          empty={words.empty}
          columns={[
            { header: words.gateway, cell: (gateway) => <b>{gateway.name}</b>, phone: 'title' },
            { header: words.plant, cell: (gateway) => tree.byId.get(gateway.siteId)?.name },
            {
              header: words.state,
              cell: (gateway) => (
                <>
                  <GatewayState gateway={gateway} />
                  <GatewayClock aheadMs={gateway.clockAheadMs ?? 0} />
                </>
              ),
              phone: 'value',
            },
            { header: words.seen, cell: (gateway) => <Age at={gateway.lastSeenAt} />, phone: 'detail' },
            { header: words.journal, cell: (gateway) => <Journal gateway={gateway} /> },
          ]}
        />
        {read.length === 0 ? (
          <EmptyState>{words.noConnections}</EmptyState>
        ) : (
          <DataTable
            label={words.connection}
            rows={read}
            rowKey={(connection) => connection.id}
            empty={words.noConnections}
            columns={[
              { header: words.connection, cell: (connection) => <b>{connection.name}</b>, phone: 'title' },
              { header: words.gateway, cell: (connection) => nameOf.get(connection.gatewayId) },
              { header: words.protocol, cell: (connection) => words.protocols[connection.protocol] },
              {
                header: words.state,
                cell: (connection) => <ConnectionState connection={connection} />,
                phone: 'value',
              },
              { header: words.since, cell: (connection) => <Age at={connection.stateSince} />, phone: 'detail' },
            ]}
          />
        )}
      </Stacked>
    </Card>
  )
}

function GatewayState({ gateway }: { gateway: Gateway }) {
  const text = texts.gateways.states[gateway.state]
  if (gateway.state === 'offline') return <PriorityChip priority={2}>{text}</PriorityChip>
  return gateway.state === 'revoked' ? <PriorityChip priority={3}>{text}</PriorityChip> : <QuietChip>{text}</QuietChip>
}

/** Says that a gateway's clock is wrong: somebody has to set it. */
function GatewayClock({ aheadMs }: { aheadMs: number }) {
  if (aheadMs === 0) return null
  const { clockAhead, clockBehind } = texts.gateways
  const off = formatDuration(Math.abs(aheadMs))
  return <PriorityChip priority={3}>{aheadMs > 0 ? clockAhead(off) : clockBehind(off)}</PriorityChip>
}

function ConnectionState({ connection }: { connection: Connection }) {
  const text = texts.gateways.connectionStates[connection.state]
  if (connection.state !== 'failed') return <QuietChip>{text}</QuietChip>
  return (
    <>
      <PriorityChip priority={2}>{text}</PriorityChip>
      {connection.detail && <div className="small second">{connection.detail}</div>}
    </>
  )
}

function Age({ at }: { at: Instant | null }) {
  return (
    <span className="second">
      <AgeText atMs={at === null ? null : epochMs(at)} />
    </span>
  )
}

const KIB = 1024

function Journal({ gateway }: { gateway: Gateway }) {
  const { journal } = gateway
  if (journal === null) return null
  if (journal.droppedSamples > 0) {
    return <PriorityChip priority={2}>{texts.gateways.dropped(formatNumber(journal.droppedSamples, 0))}</PriorityChip>
  }
  return (
    <span className="second">
      {journal.oldestAt === null ? texts.gateways.nothingWaiting : `${formatNumber(journal.bytes / KIB, 0)} KiB`}
    </span>
  )
}
