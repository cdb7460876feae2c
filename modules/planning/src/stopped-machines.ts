import { DAY_MS, HOUR_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Context } from '@millrace/runtime'
import { readStates, type Signal } from '@millrace/telemetry'
import { breakdownWords } from './policies.ts'
import { STOPPED_MS, saysBreakdown, type Trouble } from './trouble-rules.ts'

/** An old stop is known to everybody. */
const LOOK_BACK_MS = DAY_MS / 2
/** What a stop is expected to take from now on: nobody knows, but repairs rarely take less. */
const EXPECTED_MS = 2 * HOUR_MS

/** The machines of a site that have been stopped for long, or say by their alarm that they have broken down. */
export async function stoppedMachines(
  ctx: Context,
  siteId: EquipmentId,
  signals: readonly Signal[],
): Promise<Trouble[]> {
  const stopped = signals.filter(({ measurand, latest }) => measurand === 'state' && latest?.value === 'stopped')
  if (stopped.length === 0) return []
  const words = await breakdownWords(ctx, siteId)
  const series = stopped.map((signal) => signal.series)
  const histories = await readStates(ctx, series, ctx.nowMs - LOOK_BACK_MS, ctx.nowMs)
  return histories.flatMap(({ series, intervals }): Trouble[] => {
    const last = intervals.at(-1)
    const signal = stopped.find((one) => one.series === series)
    if (!signal || last?.value !== 'stopped') return []
    const alarm = alarmOf(signals, signal.workUnitId)
    if (ctx.nowMs - last.fromMs < STOPPED_MS && !saysBreakdown(alarm, words)) return []
    const { workUnitId } = signal
    return [
      {
        ...{ siteId, cause: 'stopped', workUnitId, sinceMs: last.fromMs, alarm: alarm.slice(0, ALARM_MAX) },
        untilMs: ctx.nowMs + EXPECTED_MS,
      },
    ]
  })
}

/** A title holds 200 characters, and more than the alarm. */
const ALARM_MAX = 80

function alarmOf(signals: readonly Signal[], workUnitId: EquipmentId): string {
  const alarm = signals.find((one) => one.workUnitId === workUnitId && one.measurand === 'alarm')
  return typeof alarm?.latest?.value === 'string' ? alarm.latest.value : ''
}
