import { page } from '@millrace/base'
import { api } from '@millrace/ui'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { AuditEvent, type AuditFilter, TrailCheck, TrailState } from '../trail-contract.ts'

// What is read and started on the page of the audit trail.

export const TRAIL_KEY = ['identity', 'trail'] as const
const PROGRESS_MS = 500

export const eventsQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: [...TRAIL_KEY, 'events', filter],
    queryFn: ({ signal, pageParam: cursor }) =>
      api.get('/identity/audit-events', { response: page(AuditEvent), query: { ...filter, cursor }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
  })

export const trailQuery = queryOptions({
  queryKey: [...TRAIL_KEY, 'state'],
  queryFn: ({ signal }) => api.get('/identity/trail', { response: TrailState, signal }),
  refetchInterval: 30_000,
})

/** A verification while it runs, and its result. */
export const checkQuery = (id: string) =>
  queryOptions({
    queryKey: ['identity', 'trail-check', id],
    queryFn: ({ signal }) => api.get(`/identity/trail/checks/${id}`, { response: TrailCheck, signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? PROGRESS_MS : false),
  })

export function useBeginCheck() {
  return useMutation({ mutationFn: () => api.post('/identity/trail/checks', { response: TrailCheck }) })
}

export function useCancelCheck() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api.delete(`/identity/trail/checks/${id}`, { response: TrailCheck }),
    onSuccess: (check) => queryClient.setQueryData(checkQuery(check.id).queryKey, check),
  })
}

/** Where the browser fetches what is shown as a file. */
export function exportAddress(filter: AuditFilter, format: 'jsonl' | 'csv'): string {
  const query = new URLSearchParams({ format })
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, value)
  return `/api/v1/identity/audit-events/export?${query}`
}
