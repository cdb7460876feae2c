import { type Instant, page } from '@millrace/base'
import { useMay } from '@millrace/identity/web'
import { MaterialDefinition } from '@millrace/materials/contract'
import { api, useLiveRefetch } from '@millrace/ui'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import {
  Demand,
  type DemandFile,
  type DemandId,
  DemandImport,
  type DemandState,
  type NewDemand,
  WeeklyDemand,
} from '../demand-contract.ts'
import { Done, type MessageId, RequirementGrid, Worklist } from '../requirement-contract.ts'

const COUNT = 200

/** What the worklist is narrowed to; what is left out is not. */
export interface WorklistFilter {
  readonly siteId?: string
  readonly kind?: string
  readonly owner?: string
  readonly materialId?: string
  readonly state?: string
}

export const worklistQuery = (filter: WorklistFilter) =>
  queryOptions({
    queryKey: ['planning', 'messages', filter],
    queryFn: ({ signal }) =>
      api.get('/planning/messages', { response: Worklist, query: { ...filter, limit: COUNT }, signal }),
  })

export const gridQuery = (siteId: string, materialId: string) =>
  queryOptions({
    queryKey: ['planning', 'grid', siteId, materialId],
    queryFn: ({ signal }) =>
      api.get('/planning/requirements', { response: RequirementGrid, query: { siteId, materialId }, signal }),
  })

export const demandsQuery = (siteId: string | undefined, state: DemandState) =>
  queryOptions({
    queryKey: ['planning', 'demands', siteId ?? '', state],
    queryFn: ({ signal }) =>
      api.get('/planning/demands', { response: page(Demand), query: { siteId, state, limit: COUNT }, signal }),
    enabled: siteId !== undefined,
  })

export const weeklyDemandQuery = (siteId: string | undefined) =>
  queryOptions({
    queryKey: ['planning', 'weekly-demand', siteId ?? ''],
    queryFn: ({ signal }) => api.get('/planning/weekly-demand', { response: WeeklyDemand, query: { siteId }, signal }),
    enabled: siteId !== undefined,
  })

export const materialsQuery = queryOptions({
  queryKey: ['materials', 'definitions', 'choice'],
  queryFn: ({ signal }) =>
    api.get('/materials/definitions', { response: page(MaterialDefinition), query: { limit: COUNT }, signal }),
})

/** Keeps demand and worklist on the screen as they are. */
export function useLiveRequirements(): void {
  useLiveRefetch(useMay('planning:order:read') ? ['planning.requirements'] : [], [['planning']])
}

export function useNewDemand() {
  return useRequirementAct((demand: NewDemand) => api.post('/planning/demands', { body: demand, response: Demand }))
}

export function useCloseDemand() {
  return useRequirementAct(({ id, as }: { id: DemandId; as: 'complete' | 'cancel' }) =>
    api.post(`/planning/demands/${id}/${as}`, { response: Demand }),
  )
}

export function useDemandImport() {
  return useRequirementAct((file: DemandFile) =>
    api.post('/planning/demands/import', { body: file, response: DemandImport }),
  )
}

export function useReckon() {
  return useRequirementAct(() => api.post('/planning/requirements/reckon'))
}

export function useDoMessages() {
  return useRequirementAct((messageIds: readonly MessageId[]) =>
    api.post('/planning/messages/do', { body: { messageIds }, response: Done }),
  )
}

export function useSnoozeMessages() {
  return useRequirementAct((snooze: { messageIds: readonly MessageId[]; untilAt: Instant }) =>
    api.post('/planning/messages/snooze', { body: snooze }),
  )
}

export function useDismissMessages() {
  return useRequirementAct((dismissal: { messageIds: readonly MessageId[]; reason: string }) =>
    api.post('/planning/messages/dismiss', { body: dismissal }),
  )
}

export function useAssignMessages() {
  return useRequirementAct((assignment: { messageIds: readonly MessageId[]; owner: string | null }) =>
    api.post('/planning/messages/assign', { body: assignment }),
  )
}

/** Whatever it did, the pages read everything anew. */
function useRequirementAct<Input, Result>(mutationFn: (input: Input) => Promise<Result>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['planning'] }),
  })
}
