import { usePlaceNow } from '@millrace/telemetry/web'
import { useMemo } from 'react'
import type { LiveState } from './gantt/model.ts'

const STATES: ReadonlyMap<string, LiveState['state']> = new Map([
  ['running', 'running'],
  ['idle', 'idle'],
  ['setup', 'idle'],
  ['stopped', 'stopped'],
  ['off', 'off'],
])

/** What the machines of a site do now, by work unit: the same map until one of them does something else. */
export function useLiveStates(siteId: string): ReadonlyMap<string, LiveState> {
  const { rows } = usePlaceNow(siteId)
  const known = rows.flatMap(({ workUnitId, state, sinceMs, alarm }) => {
    const shown = STATES.get(state ?? '')
    // An alarm of a machine that runs is for its own page.
    const text = shown === 'stopped' ? alarm : ''
    return shown && sinceMs !== undefined ? [[workUnitId, shown, sinceMs, text] as const] : []
  })
  const key = JSON.stringify(known)
  return useMemo(
    () =>
      new Map(
        (JSON.parse(key) as typeof known).map(([workUnitId, state, sinceMs, text]) => [
          workUnitId,
          { state, sinceMs, ...(text !== '' && { text }) },
        ]),
      ),
    [key],
  )
}
