import { DAY_MS, HOUR_MS, MINUTE_MS } from '@millrace/base'
import { useLive } from '@millrace/ui'
import type { TimeRange } from '@millrace/ui/charts'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Envelope, Signal } from '../contract.ts'
import { weekBefore } from './local-time.ts'
import { envelopesQuery } from './queries.ts'
import { carriedOn, type Point } from './samples.ts'
import { isLiveSamples, topicOf } from './use-signals.ts'

/** Widths of time that can be chosen. */
export const TREND_WIDTHS_MS: ReadonlyMap<string, number> = new Map([
  ['10min', 10 * MINUTE_MS],
  ['1h', HOUR_MS],
  ['6h', 6 * HOUR_MS],
  ['day', DAY_MS],
  ['week', 7 * DAY_MS],
])
export const DEFAULT_WIDTH = '1h'

/** Points asked for: about one per pixel of a wide screen. */
const POINTS = 1200
/** Live points kept per signal between two queries: minutes of a fast signal. */
const LIVE_POINT_LIMIT = 5000
/** Live points are drawn this often. */
const DRAW_MS = 250

/**
 * Envelopes of a machine's signals over a range, carried on by the live stream while the range follows the clock.
 *
 * @param range in live mode its width counts, and its start only roughly: a query is made anew each tenth of the width.
 */
export function useTrend(
  workUnitId: string,
  signals: readonly Signal[],
  range: TimeRange,
  isLive: boolean,
): { envelopes: ReadonlyMap<number, Envelope>; loading: boolean; error: unknown; isSlow: boolean } {
  const key = signals.map((signal) => signal.series).join(',')
  const series = useMemo(() => (key === '' ? [] : key.split(',').map(Number)), [key])
  const points = useRef(new Map<number, Point[]>())
  const [drawn, setDrawn] = useState(0)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  const asked = { series, ...(isLive ? widened(range) : range) }
  const query = useQuery(envelopesQuery(asked, POINTS))
  const isSlow = useSlow(query.isFetching)

  useLive(isLive && series.length > 0 ? [topicOf({ workUnitId })] : [], (_topic, data) => {
    if (!isLiveSamples(data)) return
    for (const [of, atMs, value, quality] of data.samples) {
      if (typeof value !== 'number' || quality === 0 || !series.includes(of)) continue
      const list = points.current.get(of) ?? []
      list.push([atMs, value])
      if (list.length > LIVE_POINT_LIMIT) list.splice(0, list.length - LIVE_POINT_LIMIT)
      points.current.set(of, list)
    }
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      setDrawn((count) => count + 1)
    }, DRAW_MS)
  })
  useEffect(
    () => () => {
      clearTimeout(timer.current)
      timer.current = undefined
    },
    [],
  )

  const envelopes = useMemo(() => {
    const carried = new Map<number, Envelope>()
    for (const envelope of query.data ?? []) {
      const live = isLive && drawn > 0 ? (points.current.get(envelope.series) ?? []) : []
      carried.set(envelope.series, carriedOn(envelope, live))
    }
    return carried
  }, [query.data, isLive, drawn])
  return { envelopes, loading: query.isPending && series.length > 0, error: query.error, isSlow }
}

/** The same signals at the same time a week before, their times moved to the range. */
export function useWeekBefore(
  signals: readonly Signal[],
  range: TimeRange,
  timeZone: string,
): ReadonlyMap<number, Envelope> {
  const now = widened(range)
  const fromMs = weekBefore(now.fromMs, timeZone)
  const toMs = weekBefore(now.toMs, timeZone)
  const movedMs = now.fromMs - fromMs
  const items = useQuery(envelopesQuery({ series: signals.map(({ series }) => series), fromMs, toMs }, POINTS)).data
  return useMemo(
    () =>
      new Map((items ?? []).map((one) => [one.series, { ...one, timesMs: one.timesMs.map((atMs) => atMs + movedMs) }])),
    [items, movedMs],
  )
}

/** To full tenths of its width, so that a range that follows the clock is asked for anew now and then and not always. */
function widened({ fromMs, toMs }: TimeRange): TimeRange {
  const stepMs = Math.max(MINUTE_MS, (toMs - fromMs) / 10)
  return { fromMs: Math.floor(fromMs / stepMs) * stepMs, toMs: Math.ceil(toMs / stepMs) * stepMs }
}

/** An answer that took longer is worth asking why. */
const SLOW_MS = 1000

/** Whether the last answer was slow. */
function useSlow(isFetching: boolean): boolean {
  const [isSlow, setIsSlow] = useState(false)
  useEffect(() => {
    if (!isFetching) return
    const startedMs = performance.now()
    return () => setIsSlow(performance.now() - startedMs > SLOW_MS)
  }, [isFetching])
  return isSlow
}
