import { api } from '@millrace/ui'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { Type } from 'typebox'
import {
  CalendarException,
  type ExceptionId,
  type GroupId,
  type NewCalendarException,
  type NewOperatorGroup,
  type NewProduct,
  OperatorGroup,
  Product,
  type ProductId,
  ProductUse,
  SetupMatrix,
} from '../contract.ts'
import { type NewTool, Tool, type ToolId, Transport, Transports, UnitCapacity } from '../resource-contract.ts'

export const Capacity = Type.Object({
  groups: Type.Array(OperatorGroup),
  setups: Type.Array(SetupMatrix),
  exceptions: Type.Array(CalendarException),
  tools: Type.Array(Tool),
  units: Type.Array(UnitCapacity),
  ways: Type.Array(Transport),
})

/** People, tools, set-up times, ways and exceptions of a site. */
export const capacityQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['planning', 'capacity', siteId],
    queryFn: ({ signal }) => api.get('/planning/capacity', { response: Capacity, query: { siteId }, signal }),
  })

/** How many open orders each product of a site has. */
export const productUsesQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['planning', 'product-uses', siteId],
    queryFn: ({ signal }) =>
      api.get('/planning/product-uses', {
        response: Type.Object({ items: Type.Array(ProductUse) }),
        query: { siteId },
        signal,
      }),
  })

export function useSaveProduct() {
  return useSaving(({ id, product }: { id: ProductId | undefined; product: NewProduct }) =>
    id === undefined
      ? api.post('/planning/products', { body: product, response: Product })
      : api.put(`/planning/products/${id}`, { body: product, response: Product }),
  )
}

export function useRemoveProduct() {
  return useSaving((id: ProductId) => api.delete(`/planning/products/${id}`))
}

export function useSaveTool() {
  return useSaving(({ id, tool }: { id: ToolId | undefined; tool: NewTool }) =>
    id === undefined
      ? api.post('/planning/tools', { body: tool, response: Tool })
      : api.put(`/planning/tools/${id}`, { body: tool, response: Tool }),
  )
}

export function useRemoveTool() {
  return useSaving((id: ToolId) => api.delete(`/planning/tools/${id}`))
}

export function useSaveGroup() {
  return useSaving(({ id, group }: { id: GroupId | undefined; group: NewOperatorGroup }) =>
    id === undefined
      ? api.post('/planning/operator-groups', { body: group, response: OperatorGroup })
      : api.put(`/planning/operator-groups/${id}`, { body: group, response: OperatorGroup }),
  )
}

export function useRemoveGroup() {
  return useSaving((id: GroupId) => api.delete(`/planning/operator-groups/${id}`))
}

export function useSaveSetups() {
  return useSaving((matrix: SetupMatrix) => api.put('/planning/setups', { body: matrix, response: SetupMatrix }))
}

export function useSaveUnitCapacity() {
  return useSaving((capacity: UnitCapacity) =>
    api.put('/planning/unit-capacities', { body: capacity, response: UnitCapacity }),
  )
}

export function useSaveTransports() {
  return useSaving((ways: Transports) => api.put('/planning/transports', { body: ways, response: Transports }))
}

export function useAddException() {
  return useSaving((exception: NewCalendarException) =>
    api.post('/planning/exceptions', { body: exception, response: CalendarException }),
  )
}

export function useRemoveException() {
  return useSaving((id: ExceptionId) => api.delete(`/planning/exceptions/${id}`))
}

/** A change of what a plant can do: whatever it did, the pages read everything anew. */
function useSaving<Input, Result>(mutationFn: (input: Input) => Promise<Result>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['planning'] }),
  })
}
