import { page } from '@millrace/base'
import { useMay } from '@millrace/identity/web'
import { api, useLiveRefetch } from '@millrace/ui'
import { infiniteQueryOptions, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type Static, Type } from 'typebox'
import {
  Delivery,
  DeliveryDetail,
  type DeliveryState,
  EventTypeDetail,
  type NewWebhook,
  type ReplayRange,
  Webhook,
  type WebhookChange,
  WebhookWithSecret,
} from '../contract.ts'

const EXCHANGE = ['exchange']
/** A company has at most fifty. */
const LIST_COUNT = 100
const DELIVERY_COUNT = 50

export const webhooksQuery = queryOptions({
  queryKey: ['exchange', 'webhooks'],
  queryFn: ({ signal }) =>
    api.get('/exchange/webhooks', { response: page(Webhook), query: { limit: LIST_COUNT }, signal }),
})

export const webhookQuery = (id: string) =>
  queryOptions({
    queryKey: ['exchange', 'webhook', id],
    queryFn: ({ signal }) => api.get(`/exchange/webhooks/${id}`, { response: Webhook, signal }),
  })

export const eventTypesQuery = queryOptions({
  queryKey: ['exchange', 'event-types'],
  queryFn: ({ signal }) =>
    api.get('/exchange/event-types', { response: Type.Object({ items: Type.Array(EventTypeDetail) }), signal }),
  // Only a new version of the program has others.
  staleTime: Number.POSITIVE_INFINITY,
})

export interface DeliveryFilter {
  readonly state?: DeliveryState | undefined
  readonly eventType?: string | undefined
}

const Deliveries = page(Delivery)

export const deliveriesQuery = (id: string, { state, eventType }: DeliveryFilter) =>
  infiniteQueryOptions({
    queryKey: ['exchange', 'deliveries', id, state ?? '', eventType ?? ''],
    queryFn: ({ pageParam, signal }) =>
      api.get(`/exchange/webhooks/${id}/deliveries`, {
        response: Deliveries,
        query: { state, eventType, limit: DELIVERY_COUNT, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Static<typeof Deliveries>) => last.nextCursor,
  })

export const deliveryQuery = (webhookId: string, id: string) =>
  queryOptions({
    queryKey: ['exchange', 'delivery', webhookId, id],
    queryFn: ({ signal }) =>
      api.get(`/exchange/webhooks/${webhookId}/deliveries/${id}`, { response: DeliveryDetail, signal }),
  })

/** The title of each event, by its type. */
export function useEventTitles(): ReadonlyMap<string, string> {
  const { data } = useQuery(eventTypesQuery)
  return new Map(data?.items.map(({ type, title }) => [type, title]))
}

/** Keeps webhooks and deliveries on the screen as they are. */
export function useLiveWebhooks(): void {
  useLiveRefetch(useMay('exchange:webhook:read') ? ['exchange.webhooks'] : [], [EXCHANGE])
}

export const useMayWrite = () => useMay('exchange:webhook:write')

export function useNewWebhook() {
  return useWrite((made: NewWebhook) =>
    api.post('/exchange/webhooks', { body: made, response: WebhookWithSecret, about: `${made.name}, ${made.url}` }),
  )
}

export function useChangeWebhook(id: string) {
  return useWrite((change: WebhookChange) => api.patch(`/exchange/webhooks/${id}`, { body: change, response: Webhook }))
}

export function useMoveWebhook(id: string) {
  return useWrite((url: string) =>
    api.put(`/exchange/webhooks/${id}/url`, { body: { url }, response: Webhook, about: url }),
  )
}

export function useWebhookMove(id: string) {
  return useWrite((move: 'pause' | 'resume') => api.post(`/exchange/webhooks/${id}/${move}`, { response: Webhook }))
}

export function useRotateSecret(id: string) {
  return useWrite(() => api.post(`/exchange/webhooks/${id}/rotate-secret`, { response: WebhookWithSecret }))
}

export function useTestWebhook(id: string) {
  return useWrite(() => api.post(`/exchange/webhooks/${id}/test`, { response: Delivery }))
}

export function useRemoveWebhook(id: string) {
  return useWrite(() => api.delete(`/exchange/webhooks/${id}`))
}

export function useReplay(id: string) {
  return useWrite((deliveryId: string) =>
    api.post(`/exchange/webhooks/${id}/deliveries/${deliveryId}/replay`, { response: Delivery }),
  )
}

export function useReplayRange(id: string) {
  return useWrite((range: ReplayRange) =>
    api.post(`/exchange/webhooks/${id}/replay`, {
      body: range,
      response: Type.Object({ count: Type.Integer() }),
    }),
  )
}

function useWrite<Input, Answer>(mutationFn: (input: Input) => Promise<Answer>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn,
    onSettled: () => queryClient.invalidateQueries({ queryKey: EXCHANGE }),
  })
}
