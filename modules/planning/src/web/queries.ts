import { page } from '@millrace/base'
import { useMay } from '@millrace/identity/web'
import { api, useLiveRefetch } from '@millrace/ui'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { Type } from 'typebox'
import { type NewOrder, OperatorGroup, type OrderId, type OrderState, Product, ProductionOrder } from '../contract.ts'
import {
  Absence,
  type AbsenceId,
  type NewAbsence,
  type NewReactionPolicy,
  ReactionPolicy,
} from '../reaction-contract.ts'
import {
  type Changes,
  DraftState,
  type Edit,
  FixAnswer,
  Outcome,
  PromiseAnswer,
  type ProposalId,
  Schedule,
} from '../schedule-contract.ts'

const ORDER_COUNT = 200

export const scheduleQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['planning', 'schedule', siteId],
    queryFn: ({ signal }) => api.get('/planning/schedule', { response: Schedule, query: { siteId }, signal }),
  })

export const ordersQuery = (siteId: string | undefined, state: OrderState) =>
  queryOptions({
    queryKey: ['planning', 'orders', siteId ?? '', state],
    queryFn: ({ signal }) =>
      api.get('/planning/orders', {
        response: page(ProductionOrder),
        query: { siteId, state, limit: ORDER_COUNT },
        signal,
      }),
  })

export const productsQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['planning', 'products', siteId],
    queryFn: ({ signal }) =>
      api.get('/planning/products', {
        response: Type.Object({ items: Type.Array(Product) }),
        query: { siteId },
        signal,
      }),
  })

/** Keeps the schedule of a site on the screen as it is. */
export function useLiveSchedule(siteId: string): void {
  useLiveRefetch(useMay('planning:schedule:read') ? [`planning.schedule/${siteId}`] : [], [['planning']])
}

/** Keeps orders on the screen as they are. */
export function useLiveOrders(): void {
  useLiveRefetch(useMay('planning:order:read') ? ['planning.orders'] : [], [['planning']])
}

/** Asks what an edit would do. */
export function previewEdit(siteId: string, edit: Edit, signal: AbortSignal) {
  return api.post('/planning/draft/preview', { body: { siteId, edit }, response: Outcome, signal })
}

/** Makes changes in the draft. */
export function changeDraft(changes: Changes) {
  return api.post('/planning/draft/changes', { body: changes, response: DraftState })
}

export function useStartPlanning(siteId: string) {
  return usePlanningAct(() => api.post('/planning/runs', { body: { siteId } }))
}

export function useCancelPlanning(siteId: string) {
  return usePlanningAct(() => api.post('/planning/runs/cancel', { body: { siteId } }))
}

export function useDiscardDraft(siteId: string) {
  return usePlanningAct(() => api.post('/planning/draft/discard', { body: { siteId } }))
}

export function usePublishDraft(siteId: string) {
  return usePlanningAct((revision: number) => api.post('/planning/draft/publish', { body: { siteId, revision } }))
}

export function useAcceptProposal() {
  return usePlanningAct((id: ProposalId) => api.post(`/planning/proposals/${id}/accept`))
}

export function useDismissProposal() {
  return usePlanningAct(({ id, reason }: { id: ProposalId; reason: string }) =>
    api.post(`/planning/proposals/${id}/dismiss`, { body: { reason } }),
  )
}

export function useTakeBackProposal() {
  return usePlanningAct((id: ProposalId) => api.post(`/planning/proposals/${id}/take-back`))
}

/** Groups of people, machines' set-ups and working times of a site. */
export const groupsQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['planning', 'capacity', siteId],
    queryFn: ({ signal }) =>
      api.get('/planning/capacity', {
        response: Type.Object({ groups: Type.Array(OperatorGroup) }),
        query: { siteId },
        signal,
      }),
  })

export const absencesQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['planning', 'absences', siteId],
    queryFn: ({ signal }) =>
      api.get('/planning/absences', {
        response: Type.Object({ items: Type.Array(Absence) }),
        query: { siteId },
        signal,
      }),
  })

export function useReportAbsence() {
  return usePlanningAct((absence: NewAbsence) => api.post('/planning/absences', { body: absence, response: Absence }))
}

export function useRemoveAbsence() {
  return usePlanningAct((id: AbsenceId) => api.delete(`/planning/absences/${id}`))
}

export const reactionPolicyQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['planning', 'reaction-policy', siteId],
    queryFn: ({ signal }) =>
      api.get('/planning/reaction-policy', { response: ReactionPolicy, query: { siteId }, signal }),
  })

export function useSetReactionPolicy() {
  return usePlanningAct((policy: NewReactionPolicy) =>
    api.put('/planning/reaction-policy', { body: policy, response: ReactionPolicy }),
  )
}

/** What would make a late order earlier; planned on the server, so only when somebody asks. */
export const fixesQuery = (siteId: string, orderId: string) =>
  queryOptions({
    queryKey: ['planning', 'fixes', siteId, orderId],
    queryFn: ({ signal }) => api.get('/planning/fixes', { response: FixAnswer, query: { siteId, orderId }, signal }),
  })

/** Asks when an order that does not exist yet could be done. */
export const promiseQuery = (siteId: string, productId: string | null, quantity: number | string) =>
  queryOptions({
    queryKey: ['planning', 'promise', siteId, productId, quantity],
    queryFn: ({ signal }) =>
      api.get('/planning/promise', {
        response: PromiseAnswer,
        query: { siteId, productId: productId ?? '', quantity: Number(quantity) },
        signal,
      }),
    enabled: productId !== null && typeof quantity === 'number' && quantity >= 1,
  })

export function useNewOrder() {
  return usePlanningAct((order: NewOrder) => api.post('/planning/orders', { body: order, response: ProductionOrder }))
}

export function useCloseOrder() {
  return usePlanningAct(({ id, as }: { id: OrderId; as: 'cancel' | 'complete' }) =>
    api.post(`/planning/orders/${id}/${as}`, { response: ProductionOrder }),
  )
}

/** A change of orders or plans: whatever it did, the pages read everything anew. */
function usePlanningAct<Input, Result>(mutationFn: (input: Input) => Promise<Result>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['planning'] }),
  })
}
