import { DAY_MS, MINUTE_MS } from '@millrace/base'
import { api } from '@millrace/ui'
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { Shaft, VibrationReading, Waterfall } from '../vibration-contract.ts'

const WEEK_MS = 7 * DAY_MS

/** The newest waveform or spectrum at or before a moment. */
export const vibrationQuery = (series: number | undefined, atMs: number) =>
  queryOptions({
    queryKey: ['telemetry', 'vibration', series, atMs],
    queryFn: ({ signal }) =>
      api.get('/telemetry/vectors/newest', { response: VibrationReading, query: { series, atMs }, signal }),
    enabled: series !== undefined,
    placeholderData: keepPreviousData,
    // There may be none so long ago.
    retry: false,
    staleTime: 5 * MINUTE_MS,
    gcTime: MINUTE_MS,
  })

/** Spectra of the week before a moment. */
export const waterfallQuery = (series: number, toMs: number) =>
  queryOptions({
    queryKey: ['telemetry', 'waterfall', series, toMs],
    queryFn: ({ signal }) =>
      api.get('/telemetry/waterfalls', {
        response: Waterfall,
        query: { series, fromMs: toMs - WEEK_MS, toMs },
        signal,
      }),
    placeholderData: keepPreviousData,
    staleTime: 10 * MINUTE_MS,
    gcTime: MINUTE_MS,
  })

export const shaftQuery = (workUnitId: string) =>
  queryOptions({
    queryKey: ['telemetry', 'shaft', workUnitId],
    queryFn: ({ signal }) => api.get(`/telemetry/shafts/${workUnitId}`, { response: Shaft, signal }),
  })

export function useChangeShaft(workUnitId: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (shaft: Omit<Shaft, 'workUnitId'>) =>
      api.put(`/telemetry/shafts/${workUnitId}`, { body: shaft, response: Shaft }),
    onSuccess: (shaft) => queryClient.setQueryData(['telemetry', 'shaft', workUnitId], shaft),
  })
}
