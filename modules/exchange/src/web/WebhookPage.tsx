import { Button, Modal } from '@mantine/core'
import { useCompanyName } from '@millrace/plant/web'
import { Columns, Page, PageSkeleton, ProblemAlert, Row, shellRoute } from '@millrace/ui'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createRoute, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { DeliveryState, Webhook } from '../contract.ts'
import { DeliveriesCard } from './DeliveriesCard.tsx'
import { HealthText } from './HealthText.tsx'
import {
  type DeliveryFilter,
  useLiveWebhooks,
  useMayWrite,
  useRemoveWebhook,
  useTestWebhook,
  useWebhookMove,
  webhookQuery,
} from './queries.ts'
import { SettingsCard } from './SettingsCard.tsx'
import { texts } from './texts.ts'
import { VerifyCard } from './VerifyCard.tsx'

const STATES: readonly unknown[] = ['waiting', 'delivered', 'failed'] satisfies DeliveryState[]

export const webhookRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/exchange/webhooks/$webhookId',
  validateSearch: ({ state, eventType }: Record<string, unknown>): DeliveryFilter => ({
    ...(STATES.includes(state) && { state: state as DeliveryState }),
    ...(typeof eventType === 'string' && { eventType }),
  }),
  loader: ({ context, params }) => context.queryClient.ensureQueryData(webhookQuery(params.webhookId)),
  component: WebhookPage,
  pendingComponent: PageSkeleton,
})

/** One webhook: what it is told, whether it arrives, and what was sent. */
function WebhookPage() {
  const { webhookId } = webhookRoute.useParams()
  const filter = webhookRoute.useSearch()
  const { data: webhook } = useSuspenseQuery(webhookQuery(webhookId))
  const company = useCompanyName()
  const mayWrite = useMayWrite()
  const navigate = useNavigate()
  useLiveWebhooks()
  return (
    <Page
      key={webhookId}
      name={webhook.name}
      title={webhook.name}
      crumbs={[
        { text: company, to: '/overview' },
        { text: texts.title, to: '/exchange/webhooks' },
      ]}
      aside={<HealthText webhook={webhook} />}
      actions={mayWrite && <Moves webhook={webhook} />}
    >
      <Columns
        main={
          <>
            <DeliveriesCard
              webhook={webhook}
              filter={filter}
              onFilter={(search) =>
                void navigate({ to: `/exchange/webhooks/${webhookId}`, search: search as never, replace: true })
              }
            />
            <VerifyCard />
          </>
        }
        side={<SettingsCard webhook={webhook} />}
      />
    </Page>
  )
}

function Moves({ webhook: { id, name, state, failingSince } }: { webhook: Webhook }) {
  const test = useTestWebhook(id)
  const move = useWebhookMove(id)
  const words = texts.actions
  return (
    <Row>
      <ProblemAlert error={test.error ?? move.error} />
      {test.isSuccess && <output className="small second">{words.tested}</output>}
      {state === 'active' && (
        <>
          {failingSince !== null && (
            <Button loading={move.isPending} onClick={() => move.mutate('resume')}>
              {words.retry}
            </Button>
          )}
          <Button loading={test.isPending} onClick={() => test.mutate(undefined)}>
            {words.test}
          </Button>
          <Button loading={move.isPending} onClick={() => move.mutate('pause')}>
            {words.pause}
          </Button>
        </>
      )}
      {state !== 'active' && (
        <Button variant="filled" loading={move.isPending} onClick={() => move.mutate('resume')}>
          {state === 'paused' ? words.resume : words.enable}
        </Button>
      )}
      <Remove id={id} name={name} />
    </Row>
  )
}

function Remove({ id, name }: Pick<Webhook, 'id' | 'name'>) {
  const [asking, setAsking] = useState(false)
  const removing = useRemoveWebhook(id)
  const navigate = useNavigate()
  const words = texts.actions
  const remove = () => removing.mutate(undefined, { onSuccess: () => void navigate({ to: '/exchange/webhooks' }) })
  return (
    <>
      <Button variant="subtle" onClick={() => setAsking(true)}>
        {words.remove}
      </Button>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={words.removeTitle(name)}
        closeButtonProps={{ 'aria-label': texts.form.cancel }}
      >
        <p>{words.removeNote}</p>
        <ProblemAlert error={removing.error} />
        <Row>
          <Button color="red" variant="filled" loading={removing.isPending} onClick={remove}>
            {words.remove}
          </Button>
          <Button onClick={() => setAsking(false)}>{texts.form.cancel}</Button>
        </Row>
      </Modal>
    </>
  )
}
