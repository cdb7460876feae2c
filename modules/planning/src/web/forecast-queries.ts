import { api } from '@millrace/ui'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { Type } from 'typebox'
import { ProductionOrder } from '../contract.ts'
import {
  ComputeAnswer,
  ForecastSummary,
  type OverrideWish,
  ProductForecast,
  SalesReading,
} from '../forecast-contract.ts'
import { type LotOrders, WeeklyCapacity } from '../weekly-capacity-contract.ts'

export const forecastsQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['planning', 'forecasts', siteId],
    queryFn: ({ signal }) =>
      api.get('/planning/forecasts', {
        response: Type.Object({ items: Type.Array(ForecastSummary) }),
        query: { siteId },
        signal,
      }),
  })

export const forecastQuery = (productId: string) =>
  queryOptions({
    queryKey: ['planning', 'forecast', productId],
    queryFn: ({ signal }) => api.get(`/planning/products/${productId}/forecast`, { response: ProductForecast, signal }),
  })

/** Computed on the server for each asking: kept until something changes. */
export const weeklyCapacityQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['planning', 'weekly-capacity', siteId],
    queryFn: ({ signal }) =>
      api.get('/planning/weekly-capacity', { response: WeeklyCapacity, query: { siteId }, signal }),
    staleTime: 60_000,
  })

export function useComputeForecasts() {
  return useForecastAct((siteId: string) =>
    api.post('/planning/forecasts/compute', { body: { siteId }, response: ComputeAnswer }),
  )
}

export function useOverrideForecast(productId: string) {
  return useForecastAct((wish: OverrideWish) =>
    api.put(`/planning/products/${productId}/forecast/weeks`, { body: wish, response: ProductForecast }),
  )
}

/** Reads a file of sales without importing it. */
export function usePreviewSales() {
  return useMutation({
    mutationFn: (file: { siteId: string; csv: string }) =>
      api.post('/planning/sales/preview', { body: file, response: SalesReading }),
  })
}

/** Imports a file of sales and forecasts anew from it. */
export function useImportSales() {
  return useForecastAct(async (file: { siteId: string; csv: string }) => {
    const reading = await api.post('/planning/sales/import', { body: file, response: SalesReading })
    await api.post('/planning/forecasts/compute', { body: { siteId: file.siteId }, response: ComputeAnswer })
    return reading
  })
}

export function useLotOrders() {
  return useForecastAct((wish: LotOrders) =>
    api.post('/planning/weekly-capacity/orders', {
      body: wish,
      response: Type.Object({ items: Type.Array(ProductionOrder) }),
    }),
  )
}

/** Whatever it did, forecasts, capacity and orders are read anew. */
function useForecastAct<Input, Result>(mutationFn: (input: Input) => Promise<Result>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['planning'] }),
  })
}
