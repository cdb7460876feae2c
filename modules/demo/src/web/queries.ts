import { WhichStation } from '@millrace/identity/contract'
import { stationQuery } from '@millrace/identity/web'
import { api } from '@millrace/ui'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { Type } from 'typebox'
import { Breakdown, type BreakdownMove, DemoCompany, DemoStations, Story, type StoryMove } from '../contract.ts'

/** While something is under way its progress is asked for this often; the live stream may belong to a company that goes. */
const PROGRESS_MS = 1000
/** Stories move slowly by themselves. */
const STORIES_MS = 3000

export const demoCompanyQuery = queryOptions({
  queryKey: ['demo', 'company'],
  queryFn: ({ signal }) => api.get('/demo/company', { response: DemoCompany, signal }),
  refetchInterval: (query) => {
    const state = query.state.data?.state
    return state === 'installing' || state === 'removing' ? PROGRESS_MS : false
  },
})

/** The demo's shared stations, and the PINs to try there. */
export const demoStationsQuery = queryOptions({
  queryKey: ['demo', 'stations'],
  queryFn: ({ signal }) => api.get('/demo/stations', { response: DemoStations, signal }),
})

/** Makes this browser a station of the demo company. */
export function useEnrolDemoStation() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api.post(`/demo/stations/${id}/enrol`, { response: WhichStation }),
    onSuccess: (found) => queryClient.setQueryData(stationQuery.queryKey, found),
  })
}

export const storiesQuery = queryOptions({
  queryKey: ['demo', 'stories'],
  queryFn: ({ signal }) => api.get('/demo/stories', { response: Type.Object({ items: Type.Array(Story) }), signal }),
  refetchInterval: STORIES_MS,
})

export function useBringDemo() {
  return useDemoMutation(() => api.post('/demo/company', { response: DemoCompany }))
}

export function useRemoveDemo() {
  return useDemoMutation(() => api.delete('/demo/company', { response: DemoCompany }))
}

function useDemoMutation(mutationFn: () => Promise<DemoCompany>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn,
    onSuccess: (company) => queryClient.setQueryData(demoCompanyQuery.queryKey, company),
  })
}

export function useMoveStory() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ id, ...move }: StoryMove & { id: string }) =>
      api.post(`/demo/stories/${encodeURIComponent(id)}`, { body: move, response: Story }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: storiesQuery.queryKey }),
  })
}

export const breakdownsQuery = queryOptions({
  queryKey: ['demo', 'breakdowns'],
  queryFn: ({ signal }) =>
    api.get('/demo/breakdowns', { response: Type.Object({ items: Type.Array(Breakdown) }), signal }),
  refetchInterval: STORIES_MS,
})

export function useMoveBreakdown() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ id, ...move }: BreakdownMove & { id: string }) =>
      api.post(`/demo/breakdowns/${encodeURIComponent(id)}`, { body: move, response: Breakdown }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: breakdownsQuery.queryKey }),
  })
}
