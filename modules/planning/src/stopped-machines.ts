import { HOUR_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Context } from '@millrace/runtime'
import { readStates, type Signal } from '@millrace/telemetry'
import { breakdownWords } from './policies.ts'
import { OLD_STOP_MS, STOPPED_MS, saysBreakdown, stoppedSince, type Trouble } from './trouble-rules.ts'

/** What a stop is expected to take from now on, of the machine's working time: nobody knows, but repairs rarely take less. */
const REPAIR_MS = 2 * HOUR_MS

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
  const fromMs = ctx.nowMs - OLD_STOP_MS
  const histories = await readStates(ctx, series, fromMs, ctx.nowMs)
  return histories.flatMap(({ series, intervals }): Trouble[] => {
    const signal = stopped.find((one) => one.series === series)
    const sinceMs = stoppedSince(intervals, fromMs)
    if (!signal || sinceMs === undefined) return []
    const alarm = alarmOf(signals, signal.workUnitId)
    if (ctx.nowMs - sinceMs < STOPPED_MS && !saysBreakdown(alarm, words)) return []
    const { workUnitId } = signal
    return [
      {
        ...{ siteId, cause: 'stopped', workUnitId, sinceMs, repairMs: REPAIR_MS },
        alarm: alarm.slice(0, ALARM_MAX),
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
