import { api } from '@millrace/ui'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { Type } from 'typebox'
import { Hold, type NewHold, RetainedClass, RetentionPreview, type RetentionRule } from '../retention-contract.ts'
import { SlowReadView } from '../slow-contract.ts'
import { StorageReport } from '../storage-contract.ts'

const RETENTION = ['telemetry', 'retention']
const HOLDS = ['telemetry', 'holds']
const Classes = Type.Object({ items: Type.Array(RetainedClass) })

export const retentionQuery = queryOptions({
  queryKey: RETENTION,
  queryFn: ({ signal }) => api.get('/telemetry/retention', { response: Classes, signal }),
})

export const storageQuery = queryOptions({
  queryKey: ['telemetry', 'storage'],
  queryFn: ({ signal }) => api.get('/telemetry/storage', { response: StorageReport, signal }),
})

export const slowReadsQuery = queryOptions({
  queryKey: ['telemetry', 'slow-reads'],
  queryFn: ({ signal }) =>
    api.get('/telemetry/slow-reads', { response: Type.Object({ items: Type.Array(SlowReadView) }), signal }),
})

export const holdsQuery = queryOptions({
  queryKey: HOLDS,
  queryFn: ({ signal }) => api.get('/telemetry/holds', { response: Type.Object({ items: Type.Array(Hold) }), signal }),
})

/** What rules would do; nothing happens. */
export const retentionPreviewQuery = (rules: readonly RetentionRule[]) =>
  queryOptions({
    queryKey: [...RETENTION, 'preview', rules],
    queryFn: ({ signal }) =>
      api.post('/telemetry/retention/previews', { body: { rules }, response: RetentionPreview, signal }),
    enabled: rules.length > 0,
  })

export function useChangeRetention() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (rules: readonly RetentionRule[]) =>
      api.put('/telemetry/retention', { body: { rules }, response: Classes }),
    onSuccess: (classes) => queryClient.setQueryData(RETENTION, classes),
  })
}

export function useNewHold() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (hold: NewHold) => api.post('/telemetry/holds', { body: hold, response: Hold }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: HOLDS }),
  })
}

export function useReleaseHold() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api.post(`/telemetry/holds/${id}/release`, { response: Hold }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: HOLDS }),
  })
}
