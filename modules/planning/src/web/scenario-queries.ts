import { useMay } from '@millrace/identity/web'
import { api, useLiveRefetch } from '@millrace/ui'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { Type } from 'typebox'
import { OperatorGroup } from '../contract.ts'
import { type NewScenario, Scenario, type ScenarioId, Scenarios } from '../scenario-contract.ts'
import { DraftState, Schedule } from '../schedule-contract.ts'

export const scenariosQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['planning', 'scenarios', siteId],
    queryFn: ({ signal }) => api.get('/planning/scenarios', { response: Scenarios, query: { siteId }, signal }),
  })

/** The plan of a scenario. @param computedAt another plan when it was computed anew */
export const scenarioScheduleQuery = (id: string, computedAt: string | null) =>
  queryOptions({
    queryKey: ['planning', 'scenario-schedule', id, computedAt],
    queryFn: ({ signal }) => api.get(`/planning/scenarios/${id}/schedule`, { response: Schedule, signal }),
    enabled: computedAt !== null,
  })

export const groupsQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['planning', 'groups', siteId],
    queryFn: ({ signal }) =>
      api.get('/planning/capacity', {
        response: Type.Object({ groups: Type.Array(OperatorGroup) }),
        query: { siteId },
        signal,
      }),
  })

/** Keeps the scenarios of a site on the screen as they are. */
export function useLiveScenarios(siteId: string): void {
  useLiveRefetch(useMay('planning:schedule:read') ? [`planning.schedule/${siteId}`] : [], [['planning', 'scenarios']])
}

export function useNewScenario() {
  return useScenarioAct((wish: NewScenario) => api.post('/planning/scenarios', { body: wish, response: Scenario }))
}

export function useRecomputeScenario() {
  return useScenarioAct((id: ScenarioId) => api.post(`/planning/scenarios/${id}/recompute`, { response: Scenario }))
}

export function useCancelScenario() {
  return useScenarioAct((id: ScenarioId) => api.post(`/planning/scenarios/${id}/cancel`))
}

export function useApplyScenario() {
  return useScenarioAct((id: ScenarioId) => api.post(`/planning/scenarios/${id}/use`, { response: DraftState }))
}

export function useRemoveScenario() {
  return useScenarioAct((id: ScenarioId) => api.delete(`/planning/scenarios/${id}`))
}

/** Whatever it did, the pages read everything anew. */
function useScenarioAct<Input, Result>(mutationFn: (input: Input) => Promise<Result>) {
  const queryClient = useQueryClient()
  return useMutation({ mutationFn, onSettled: () => queryClient.invalidateQueries({ queryKey: ['planning'] }) })
}
