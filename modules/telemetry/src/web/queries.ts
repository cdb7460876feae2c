import { MINUTE_MS } from '@millrace/base'
import { api } from '@millrace/ui'
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { Type } from 'typebox'
import {
  Envelope,
  type NewSignal,
  RANGE_SIGNAL_LIMIT,
  Signal,
  SiteTotals,
  StateHistory,
  type TotalsBy,
} from '../contract.ts'

/** Whose signals: of one site or of one machine. */
export type SignalScope = { readonly siteId: string } | { readonly workUnitId: string }

const SignalList = Type.Object({ items: Type.Array(Signal) })
const Envelopes = Type.Object({ items: Type.Array(Envelope) })
const SiteTotalsList = Type.Object({ sites: Type.Array(SiteTotals) })
const StateHistories = Type.Object({ items: Type.Array(StateHistory) })

/** The signals of a scope with their latest values; kept up by `useSignals`, asked again after a lost connection. */
export const signalsQuery = (scope: SignalScope) =>
  queryOptions({
    queryKey: ['telemetry', 'signals', scope],
    queryFn: ({ signal }) =>
      api.get('/telemetry/signals', {
        response: Type.Object({ items: Type.Array(Signal) }),
        query: { ...scope },
        signal,
      }),
    staleTime: 5 * MINUTE_MS,
  })

export interface SeriesRange {
  readonly series: readonly number[]
  readonly fromMs: number
  readonly toMs: number
}

/** Envelopes of number signals over a range, in the order of the server. */
export const envelopesQuery = ({ series, fromMs, toMs }: SeriesRange, points: number) =>
  queryOptions({
    queryKey: ['telemetry', 'envelopes', series, fromMs, toMs, points],
    queryFn: async ({ signal }) => {
      const pages = await Promise.all(
        inChunks(series).map((chunk) =>
          api.get('/telemetry/envelopes', {
            response: Envelopes,
            query: { series: chunk, fromMs, toMs, points },
            signal,
          }),
        ),
      )
      return pages.flatMap((page) => page.items)
    },
    enabled: series.length > 0,
    placeholderData: keepPreviousData,
    staleTime: MINUTE_MS,
    gcTime: MINUTE_MS,
  })

/** What text signals said over a range. */
export const statesQuery = ({ series, fromMs, toMs }: SeriesRange) =>
  queryOptions({
    queryKey: ['telemetry', 'states', series, fromMs, toMs],
    queryFn: async ({ signal }) => {
      const pages = await Promise.all(
        inChunks(series).map((chunk) =>
          api.get('/telemetry/states', { response: StateHistories, query: { series: chunk, fromMs, toMs }, signal }),
        ),
      )
      return pages.flatMap((page) => page.items)
    },
    enabled: series.length > 0,
    placeholderData: keepPreviousData,
    staleTime: MINUTE_MS,
    refetchInterval: MINUTE_MS,
    gcTime: MINUTE_MS,
  })

/** What the power of a place amounted to. */
export const totalsQuery = (query: { equipmentId: string; by: TotalsBy; fromMs: number; toMs: number }) =>
  queryOptions({
    queryKey: ['telemetry', 'totals', query],
    queryFn: async ({ signal }) => {
      const { sites } = await api.get('/telemetry/totals', {
        response: SiteTotalsList,
        query: { ...query, measurand: 'power' },
        signal,
      })
      return sites
    },
    placeholderData: keepPreviousData,
    staleTime: 5 * MINUTE_MS,
    gcTime: 5 * MINUTE_MS,
  })

/** A range query answers for a bounded number of signals; a plant has more. */
function inChunks(series: readonly number[]): number[][] {
  const chunks: number[][] = []
  for (let at = 0; at < series.length; at += RANGE_SIGNAL_LIMIT) chunks.push(series.slice(at, at + RANGE_SIGNAL_LIMIT))
  return chunks
}

/** Makes signals of what a gateway found. */
export function useNewSignals() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (signals: readonly NewSignal[]) =>
      api.post('/telemetry/signals', { body: { signals }, response: SignalList }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['telemetry'] }),
  })
}
