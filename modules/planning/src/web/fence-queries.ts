import type { EquipmentId } from '@millrace/plant/contract'
import { api } from '@millrace/ui'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { type Fence, Fences } from '../fence-contract.ts'

export const fencesQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['planning', 'fences', siteId],
    queryFn: ({ signal }) => api.get('/planning/fences', { response: Fences, query: { siteId }, signal }),
  })

export function useSetFences(siteId: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (items: Fence[]) =>
      api.put('/planning/fences', { body: { siteId: siteId as EquipmentId, items }, response: Fences }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['planning'] }),
  })
}
