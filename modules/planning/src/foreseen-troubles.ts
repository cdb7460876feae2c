import { epochMs, HOUR_MS, instant } from '@millrace/base'
import { listForecasts } from '@millrace/insight'
import type { Context } from '@millrace/runtime'
import { faultsOf } from './check-rules.ts'
import { awaitedMaterials } from './material-rules.ts'
import type { SitePlans } from './schedule.ts'
import { seatsOf } from './schedule-rules.ts'
import type { Trouble } from './trouble-rules.ts'
import { namesOf } from './word-rules.ts'

/** What the repair takes, by what insight says is the cause. What is mended within minutes wants no place in a plan. */
const REPAIR_MS: Readonly<Record<string, number>> = { bearing: 6 * HOUR_MS }
/** Nobody plans a repair for what may still be otherwise. */
const FORESEEN_MS = 14 * 24 * HOUR_MS
/** A window that is kept free already may be a little shorter than what is asked for. */
const KEPT_SHARE = 0.8

/** Machines of a site that are expected to fail, and for whose repair the calendar has no room yet. */
export async function predictedFailures(ctx: Context, { state }: SitePlans): Promise<Trouble[]> {
  const units = new Set<string>(state.units.map(({ id }) => id))
  return (await listForecasts(ctx, state.siteId)).flatMap(({ id, workUnitId, cause, title, failsAt }): Trouble[] => {
    const repairMs = REPAIR_MS[cause]
    const failsMs = epochMs(failsAt)
    if (repairMs === undefined || !units.has(workUnitId) || failsMs > ctx.nowMs + FORESEEN_MS) return []
    const isKept = state.exceptions.some(
      (one) =>
        one.kind === 'maintenance' &&
        one.workUnitId === workUnitId &&
        one.endAt > instant(ctx.nowMs) &&
        epochMs(one.endAt) - epochMs(one.startAt) >= repairMs * KEPT_SHARE,
    )
    if (isKept) return []
    return [
      {
        ...{ siteId: state.siteId, cause: 'predicted-failure', workUnitId },
        ...{ findingId: id, what: title, failsMs, repairMs },
      },
    ]
  })
}

/** More than anybody looks at: repairing for one repairs for all. */
const DELIVERIES_MAX = 5

/** What is expected later than the plan takes it: each delivery that operations of the plan would have to wait for. */
export function lateDeliveries({ state, stated, draft, published }: SitePlans): Trouble[] {
  const { problem, originMs, supplied } = stated
  const names = namesOf(state, stated)
  const found = new Map<string, Trouble>()
  const seats = seatsOf((draft ?? published)?.placed ?? [], originMs)
  for (const { code, operationId } of faultsOf(problem, seats, awaitedMaterials(problem.materials))) {
    if (code !== 'material') continue
    for (const { materialId } of supplied.needs.get(operationId) ?? []) {
      const coming = supplied.coming.get(materialId)?.find(({ receipt }) => receipt !== undefined)
      if (!coming?.receipt) continue
      const overdue = coming.kind === 'overdue'
      found.set(coming.id, {
        ...{ siteId: state.siteId, cause: 'late-delivery', receiptId: coming.id, overdue },
        what: `${names.material(materialId)}, ${coming.receipt.reference}`.slice(0, WHAT_MAX),
        expectedMs: overdue ? epochMs(coming.receipt.expectedAt) : coming.atMs,
      })
    }
  }
  return [...found.values()].slice(0, DELIVERIES_MAX)
}

/** A title holds 200 characters. */
const WHAT_MAX = 120

/** People who are missing now or will be. */
export function presentAbsences({ state }: SitePlans): Trouble[] {
  return state.absences
    .filter(({ endAt }) => epochMs(endAt) > state.nowMs)
    .map(({ id, groupId, count, startAt, endAt }) => ({
      ...{ siteId: state.siteId, cause: 'absent', absenceId: id, groupId, count },
      ...{ startMs: epochMs(startAt), endMs: epochMs(endAt) },
    }))
}
