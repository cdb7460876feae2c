import { page } from '@millrace/base'
import { useMay } from '@millrace/identity/web'
import { api, useLiveRefetch } from '@millrace/ui'
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import {
  Bill,
  type BillItem,
  ExpectedReceipt,
  MaterialDefinition,
  MaterialDetail,
  type MaterialId,
  type NewMaterial,
  type NewMove,
  type NewReceipt,
  type ReceiptChange,
  type ReceiptId,
  SitePolicy,
  StockMove,
} from '../contract.ts'
import { MaterialOutlook, SiteOutlook } from '../outlook-contract.ts'

const MOVE_COUNT = 50

export const outlookQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['materials', 'outlook', siteId],
    queryFn: ({ signal }) => api.get('/materials/outlook', { response: SiteOutlook, query: { siteId }, signal }),
  })

export const materialOutlookQuery = (siteId: string, materialId: string) =>
  queryOptions({
    queryKey: ['materials', 'outlook', siteId, materialId],
    queryFn: ({ signal }) =>
      api.get('/materials/outlook/material', { response: MaterialOutlook, query: { siteId, materialId }, signal }),
  })

export const materialQuery = (materialId: string) =>
  queryOptions({
    queryKey: ['materials', 'definition', materialId],
    queryFn: ({ signal }) => api.get(`/materials/definitions/${materialId}`, { response: MaterialDetail, signal }),
  })

/** What a search for a material offers at once; more letters find the rest. */
const CHOICE_COUNT = 20

/** Materials by code, those that a text is found in. */
export const materialChoiceQuery = (search: string) =>
  queryOptions({
    queryKey: ['materials', 'definitions', 'search', search],
    queryFn: ({ signal }) =>
      api.get('/materials/definitions', {
        response: page(MaterialDefinition),
        query: { limit: CHOICE_COUNT, ...(search !== '' && { search }) },
        signal,
      }),
    placeholderData: keepPreviousData,
  })

export const movesQuery = (siteId: string, materialId: string) =>
  queryOptions({
    queryKey: ['materials', 'moves', siteId, materialId],
    queryFn: ({ signal }) =>
      api.get('/materials/moves', {
        response: page(StockMove),
        query: { siteId, materialId, limit: MOVE_COUNT },
        signal,
      }),
  })

/** Keeps stocks on the screen as they are, also when what takes them is planned anew. */
export function useLiveStock(siteId: string): void {
  const mayStock = useMay('materials:stock:read')
  const mayPlan = useMay('planning:schedule:read')
  const topics = [...(mayStock ? ['materials.stock'] : []), ...(mayPlan ? [`planning.schedule/${siteId}`] : [])]
  useLiveRefetch(topics, [['materials']])
}

export function useMove() {
  return useStockAct((move: NewMove) => api.post('/materials/moves', { body: move, response: StockMove }))
}

export function useReceive() {
  return useStockAct(({ id, quantity }: { id: ReceiptId; quantity: NewMove['quantity'] }) =>
    api.post(`/materials/receipts/${id}/receive`, { body: { quantity }, response: ExpectedReceipt }),
  )
}

export function useNewReceipt() {
  return useStockAct((receipt: NewReceipt) =>
    api.post('/materials/receipts', { body: receipt, response: ExpectedReceipt }),
  )
}

export function useChangeReceipt() {
  return useStockAct(({ id, change }: { id: ReceiptId; change: ReceiptChange }) =>
    api.patch(`/materials/receipts/${id}`, { body: change, response: ExpectedReceipt }),
  )
}

export function useCancelReceipt() {
  return useStockAct((id: ReceiptId) => api.post(`/materials/receipts/${id}/cancel`, { response: ExpectedReceipt }))
}

/** Adds a material, or says anew what one is. */
export function useSaveMaterial() {
  return useStockAct(({ id, material }: { id: MaterialId | undefined; material: NewMaterial }) =>
    id === undefined
      ? api.post('/materials/definitions', { body: material, response: MaterialDefinition })
      : api.put(`/materials/definitions/${id}`, { body: material, response: MaterialDefinition }),
  )
}

export function useSetBill(materialId: MaterialId) {
  return useStockAct((items: readonly BillItem[]) =>
    api.put(`/materials/definitions/${materialId}/bill`, { body: { items }, response: Bill }),
  )
}

export function useSetPolicy() {
  return useStockAct((policy: SitePolicy) => api.put('/materials/policies', { body: policy, response: SitePolicy }))
}

/** A change of materials, stock or deliveries: whatever it did, the pages read everything anew. */
function useStockAct<Input, Result>(mutationFn: (input: Input) => Promise<Result>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['materials'] }),
  })
}
