import { epochMs } from '@millrace/base'
import { authorize, type Context } from '@millrace/runtime'
import { changeGroup, createException } from './capacity.ts'
import { newFault, refuseWhilePlanning, saveDraft } from './draft.ts'
import { splitsOf } from './operation-rules.ts'
import { changeOrder, createOrder } from './orders.ts'
import { idOf, type PlacedOperation } from './plan-rules.ts'
import { stateProblem } from './problem-rules.ts'
import { changeProduct } from './products.ts'
import { baseMarkOf } from './scenario-base.ts'
import { type ScenarioId, scenarioStale } from './scenario-contract.ts'
import { exceptionsOf, orderOf, peopleOf, productOf, rushOrderId } from './scenario-rules.ts'
import { placedInScenario, type ScenarioRow, saveUse } from './scenario-store.ts'
import { lockScenario } from './scenarios.ts'
import { readSitePlans, type SitePlans } from './schedule.ts'
import { planInvalid } from './schedule-contract.ts'
import { seatsOf } from './schedule-rules.ts'
import { faultText, namesOf } from './word-rules.ts'

/**
 * Makes a scenario real: its changes are written down and its plan becomes the draft, all or nothing.
 *
 * @throws scenarioMissing, forbidden, planBusy
 * @throws scenarioStale  it was not computed, or the plan has changed since, or something it moves has begun
 * @throws planInvalid    the independent check finds a fault that the present plan has not
 */
export async function applyScenario(ctx: Context, id: ScenarioId): Promise<{ revision: number }> {
  const row = await lockScenario(ctx, id)
  const { siteId, name } = row
  authorize(ctx.actor, 'planning:order:write', siteId)
  await refuseWhilePlanning(ctx, siteId)
  const plans = await readSitePlans(ctx, siteId, true)
  const placed = await placedInScenario(ctx.db, id)
  refuseStale(row, plans, placed, ctx.nowMs)
  for (const [index] of row.changes.entries()) await writeChange(ctx, row, index, plans)
  const after = await readSitePlans(ctx, siteId)
  const base = (plans.draft ?? plans.published)?.placed ?? []
  const { originMs, problem } = after.stated
  const changed = stateProblem({ ...after.state, splits: splitsOf(placed, after.state.orders) })
  const fault = newFault(problem, seatsOf(base, originMs), changed.problem, seatsOf(placed, originMs))
  if (fault) throw planInvalid(faultText(fault, namesOf(after.state)), { operationId: fault.operationId })
  const revision = await saveDraft(ctx, siteId, placed)
  await saveUse(ctx.db, id, ctx.now, ctx.actor.name)
  ctx.audit({
    ...{ action: 'planning.scenario.use', object: `scenario ${id}`, siteId },
    detail: { name, changes: row.changes.map(({ kind }) => kind), revision },
  })
  return { revision }
}

function refuseStale(row: ScenarioRow, plans: SitePlans, placed: readonly PlacedOperation[], nowMs: number): void {
  const { name, computedAt, baseMark, state } = row
  if (computedAt === null || state !== 'done') throw scenarioStale(`${name} has no plan yet. Compute it first.`)
  if (baseMark !== baseMarkOf(plans, computedAt))
    throw scenarioStale(
      `The plan, or something it is made of, has changed since ${name} was computed. Compute it anew.`,
    )
  const base = (plans.draft ?? plans.published)?.placed ?? []
  const before = new Map(base.map((one) => [idOf(one), one]))
  const begun = placed.find((one) => {
    const old = before.get(idOf(one))
    // Of a set-up that was to begin by now nobody knows whether it has: it may as well be made later.
    const isPast = epochMs(one.setupStartAt) < nowMs || (old !== undefined && epochMs(old.startAt) < nowMs)
    return isPast && !beginsAlike(one, old)
  })
  if (begun) {
    const operation = namesOf(plans.state).operation(idOf(begun))
    throw scenarioStale(`${name} moves ${operation}, whose time has come meanwhile. Compute it anew.`)
  }
}

/** What has begun, if only with its set-up, may go on or end at another time: with an extra shift it does. */
function beginsAlike({ workUnitId, lane, setupStartAt }: PlacedOperation, old: PlacedOperation | undefined): boolean {
  return old?.workUnitId === workUnitId && old.lane === lane && old.setupStartAt === setupStartAt
}

/** Writes one change by the use case that people have for it. */
async function writeChange(ctx: Context, row: ScenarioRow, index: number, { state }: SitePlans): Promise<void> {
  const change = row.changes[index]
  switch (change?.kind) {
    case 'extra-work':
    case 'machine-away':
      for (const exception of exceptionsOf(change, state, row.name)) await createException(ctx, exception)
      return
    case 'rush-order':
      await createOrder(ctx, orderOf(change, { siteId: row.siteId, nowMs: ctx.nowMs }), rushOrderId(row.id, index))
      return
    case 'other-order': {
      const { kind: _, orderId, ...other } = change
      await changeOrder(ctx, orderId, other)
      return
    }
    case 'people': {
      const group = state.groups.find(({ id }) => id === change.groupId)
      if (!group) return
      const { id, ...people } = group
      await changeGroup(ctx, id, { ...people, ...peopleOf(change, group) })
      return
    }
    case 'other-machine': {
      const product = state.products.find(({ id }) => id === change.productId)
      if (!product) return
      const { id, ...changed } = productOf(change, product)
      await changeProduct(ctx, id, changed)
      return
    }
  }
}
