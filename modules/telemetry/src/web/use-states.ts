import { useNowMs } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { StateInterval } from '../contract.ts'
import type { MachineNow } from './machine.ts'
import { statesQuery } from './queries.ts'
import { stateUntilNow } from './samples.ts'

const NONE: readonly StateInterval[] = []

/** The state intervals of machines over a window, by machine, up to now. */
export function useStates(
  machines: readonly MachineNow[],
  window: { readonly fromMs: number; readonly toMs: number },
): { intervalsOf: (workUnitId: string) => readonly StateInterval[]; loading: boolean } {
  const nowMs = useNowMs()
  const key = machines.flatMap((machine) => machine.stateSignal?.series ?? []).join(',')
  const series = useMemo(() => (key === '' ? [] : key.split(',').map(Number)), [key])
  const query = useQuery(statesQuery({ series, fromMs: window.fromMs, toMs: window.toMs }))
  const histories = useMemo(
    () => new Map(query.data?.map((history) => [history.series, history.intervals])),
    [query.data],
  )
  const machineOf = new Map(machines.map((machine) => [machine.workUnitId, machine]))
  return {
    loading: query.isPending && series.length > 0,
    intervalsOf: (workUnitId) => {
      const signal = machineOf.get(workUnitId)?.stateSignal
      if (!signal) return NONE
      return stateUntilNow(histories.get(signal.series) ?? NONE, signal.latest, nowMs)
    },
  }
}

/** Since when a machine has been in the state it is in, going back over the intervals of the same state. */
export function sinceMs(intervals: readonly StateInterval[]): number | undefined {
  return intervals.at(-1)?.fromMs
}
