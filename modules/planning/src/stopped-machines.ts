import { DAY_MS, HOUR_MS, MINUTE_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Context } from '@millrace/runtime'
import { listSignals, readStates } from '@millrace/telemetry'

/** A machine that stands still although nobody planned it. */
export interface StoppedMachine {
  readonly workUnitId: EquipmentId
  readonly sinceMs: number
}

/** A shorter stop is part of every day; the plan has room for it. */
export const STOPPED_MS = 5 * MINUTE_MS
/** An old stop is known to everybody. */
const LOOK_BACK_MS = DAY_MS / 2
/** What a stop that has lasted so long is expected to take from now on: nobody knows, but repairs rarely take less. */
export const EXPECTED_MS = 2 * HOUR_MS

/** The machines of a site that say they are stopped, and since when. */
export async function stoppedMachines(ctx: Context, siteId: EquipmentId): Promise<StoppedMachine[]> {
  const signals = await listSignals(ctx, { siteId })
  const stopped = signals.filter(({ measurand, latest }) => measurand === 'state' && latest?.value === 'stopped')
  if (stopped.length === 0) return []
  const series = stopped.map((signal) => signal.series)
  const histories = await readStates(ctx, series, ctx.nowMs - LOOK_BACK_MS, ctx.nowMs)
  return histories.flatMap(({ series, intervals }) => {
    const last = intervals.at(-1)
    const signal = stopped.find((one) => one.series === series)
    if (!signal || last?.value !== 'stopped') return []
    return [{ workUnitId: signal.workUnitId, sinceMs: last.fromMs }]
  })
}
