import { DAY_MS, epochMs, HOUR_MS, instant, now } from '@millrace/base'
import { createScenario, type NewScenario } from '@millrace/planning'
import type { EquipmentId } from '@millrace/plant'
import { inContext, type Runtime, systemActor } from '@millrace/runtime'
import { placeIds } from './install-orders.ts'

const SATURDAY = 6
const EARLY_SHIFT = { startMinute: 6 * 60, endMinute: 14 * 60 }

/** What a planner of Sursee would try out these days. Computed in the background; never in the way, as the planning. */
export async function tryOut(runtime: Runtime, enterpriseId: string, signal: AbortSignal): Promise<void> {
  const actor = systemActor(enterpriseId, 'demo')
  try {
    for (const scenario of await inContext(runtime, actor, async (ctx) => scenariosOf(await placeIds(ctx)))) {
      if (signal.aborted) return
      await inContext(runtime, actor, (ctx) => createScenario(ctx, scenario))
    }
  } catch (error) {
    runtime.log.error('Nothing could be tried out in the demo company.', {}, error)
  }
}

function scenariosOf(idOf: (key: string) => EquipmentId): NewScenario[] {
  const thisHourMs = Math.floor(epochMs(now()) / HOUR_MS) * HOUR_MS
  const inDays = (days: number) => instant(thisHourMs + days * DAY_MS)
  const siteId = idOf('sursee')
  const saturdays: NewScenario['changes'][number] = {
    ...{ kind: 'extra-work', fromOn: inDays(1).slice(0, 10), untilOn: inDays(14).slice(0, 10) },
    ...{ weekdays: [SATURDAY], ...EARLY_SHIFT, workUnitIds: null },
  }
  const revision: NewScenario['changes'][number] = {
    ...{ kind: 'machine-away', workUnitId: idOf('grinder-a'), startAt: inDays(2), endAt: inDays(4) },
  }
  return [
    { siteId, name: 'Early shift on Saturdays', changes: [saturdays] },
    { siteId, name: 'Grinder A in revision', changes: [revision] },
  ]
}
