import { usePlace, useShift } from '@millrace/plant/web'
import { BlockSkeleton, Card, mergeStrip, StateStrip, StripAxis, stripSummary, useNowMs } from '@millrace/ui'
import { useMemo } from 'react'
import type { StateInterval } from '../contract.ts'
import { machineNow } from './machine.ts'
import { texts } from './texts.ts'
import { useSignals } from './use-signals.ts'
import { useStates } from './use-states.ts'

/** The state strip of the running shift, with the time spent in each state. */
export function ShiftStripPanel({ subjectId }: { subjectId: string }) {
  const { item, detail } = usePlace(subjectId)
  const shift = useShift(detail)
  const nowMs = useNowMs()
  const { signals, loading } = useSignals(useMemo(() => ({ workUnitId: subjectId }), [subjectId]))
  const machine = useMemo(() => machineNow(subjectId, signals), [subjectId, signals])
  const states = useStates([machine], shift)
  if (loading || states.loading) {
    return (
      <Card>
        <BlockSkeleton height={58} />
      </Card>
    )
  }
  if (!machine.stateSignal) return null
  const intervals = stripIntervals(states.intervalsOf(subjectId))
  const merged = mergeStrip(intervals, shift.fromMs, shift.toMs, nowMs)
  return (
    <Card
      title={<span className="small muted">{shift.name === null ? texts.lastHours : texts.shift(shift.name)}</span>}
      note={stripSummary(merged)}
    >
      <StateStrip
        label={item.name}
        intervals={intervals}
        fromMs={shift.fromMs}
        toMs={shift.toMs}
        nowMs={nowMs}
        timeZone={detail.timeZone}
        height={18}
      />
      <StripAxis fromMs={shift.fromMs} toMs={shift.toMs} timeZone={detail.timeZone} />
    </Card>
  )
}

/** Intervals of the wire as those of a strip. */
export function stripIntervals(intervals: readonly StateInterval[]) {
  return intervals.map(({ fromMs, toMs, value }) => ({ fromMs, toMs, state: value }))
}
