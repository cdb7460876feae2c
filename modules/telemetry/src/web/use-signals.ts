import { useMay } from '@millrace/identity/web'
import { live, useLive } from '@millrace/ui'
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'
import type { LiveSamples, Signal } from '../contract.ts'
import { byMachine } from './machine.ts'
import { type SignalScope, signalsQuery } from './queries.ts'
import { withSamples } from './samples.ts'

/** Samples are put on the screen this often: faster than an eye follows figures, slow enough for a small tablet. */
const FLUSH_MS = 100
const NONE: readonly Signal[] = []

/** The live topic of a scope. */
export function topicOf(scope: SignalScope): string {
  return 'siteId' in scope ? `telemetry.site/${scope.siteId}` : `telemetry.machine/${scope.workUnitId}`
}

/**
 * The signals of a site or machine, their latest values kept up by the live stream. A site's stream carries state, alarm,
 * power and counts; the other values stay as they were when the page was opened.
 */
export function useSignals(scope: SignalScope): { signals: readonly Signal[]; loading: boolean; error: unknown } {
  const queryClient = useQueryClient()
  const may = useMay('telemetry:signal:read')
  const options = signalsQuery(scope)
  const query = useQuery({ ...options, enabled: may })
  const waiting = useRef<LiveSamples['samples']>([])
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const topic = topicOf(scope)

  useLive(may ? [topic] : [], (_topic, data) => {
    if (!isLiveSamples(data)) return
    const { samples } = data
    seen(samples)
    waiting.current.push(...samples)
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      flush(queryClient, scope, waiting.current)
      waiting.current = []
    }, FLUSH_MS)
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another topic has other samples
  useEffect(
    () => () => {
      clearTimeout(timer.current)
      timer.current = undefined
      waiting.current = []
    },
    [topic],
  )
  return { signals: query.data?.items ?? NONE, loading: query.isPending && may, error: query.error }
}

/** Signals by machine; the same map while nothing changes. */
export function useSignalsByMachine(siteId: string) {
  const { signals, loading, error } = useSignals(useMemo(() => ({ siteId }), [siteId]))
  const machines = useMemo(() => byMachine(signals), [signals])
  return { machines, signals, loading, error }
}

/** The stream comes from our own server in a known form; this only keeps a stray message from breaking the page. */
export function isLiveSamples(data: unknown): data is LiveSamples {
  return typeof data === 'object' && data !== null && 'samples' in data && Array.isArray(data.samples)
}

function flush(queryClient: QueryClient, scope: SignalScope, samples: LiveSamples['samples']): void {
  queryClient.setQueryData(signalsQuery(scope).queryKey, (before) => {
    if (!before) return before
    const items = withSamples(before.items, samples)
    return items === before.items ? before : { ...before, items: [...items] }
  })
}

function seen(samples: LiveSamples['samples']): void {
  let newestMs = 0
  for (const sample of samples) newestMs = Math.max(newestMs, sample[1])
  if (newestMs > 0) live.sampleSeen(newestMs)
}
