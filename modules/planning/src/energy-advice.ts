import { epochMs, later, newId, SECOND_MS } from '@millrace/base'
import { violates } from '@millrace/db'
import { getSite } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context } from '@millrace/runtime'
import { baseOf, changesBetween, makeChanges, refuseWhilePlanning, tellScreens } from './draft.ts'
import { readEnergyState } from './energy.ts'
import {
  type Advice,
  type AdviceChoice,
  type AdviceId,
  type AdviceResult,
  type AdviceWish,
  adviceBusy,
  adviceDecided,
  adviceImpossible,
  adviceMissing,
  adviceNotSought,
  choiceIncomplete,
  type SwitchOffId,
  switchOffMissing,
} from './energy-advice-contract.ts'
import * as store from './energy-advice-store.ts'
import { energyAdvisor } from './energy-advisor.ts'
import { makeMove, moveRules } from './energy-move-rules.ts'
import { missingIn } from './energy-total-rules.ts'
import type { Seat } from './plan-rules.ts'
import { findPlan, type PlanRow } from './plan-store.ts'
import { PAST_MS } from './problem-rules.ts'
import { RUN_SILENT_MS, readSitePlans } from './schedule.ts'
import { planInvalid, planStale } from './schedule-contract.ts'
import { seatsOf } from './schedule-rules.ts'
import { namesOf } from './word-rules.ts'

const MISSING = {
  tariff: 'Say first what electricity costs: add a tariff on the page Energy.',
  powers: 'Say first what the machines draw, on the page Energy.',
  plan: 'There is no plan yet. Press Plan first.',
} as const

/** The last recommendation of a site, under way, open or decided. @throws equipmentMissing, forbidden */
export async function getAdvice(ctx: Context, siteId: EquipmentId): Promise<{ advice: Advice | null }> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:read', siteId)
  const row = await store.findAdvice(ctx.db, siteId)
  if (!row) return { advice: null }
  const { siteId: _, planId, planRevision, heardAt, ...advice } = row
  const plan = await currentPlan(ctx, siteId)
  const isSilent = row.state === 'running' && epochMs(heardAt) < ctx.nowMs - RUN_SILENT_MS
  return {
    advice: {
      ...advice,
      state: isSilent ? 'failed' : row.state,
      stale: plan?.id !== planId || plan.revision !== planRevision,
    },
  }
}

async function currentPlan(ctx: Context, siteId: EquipmentId): Promise<PlanRow | undefined> {
  return (await findPlan(ctx.db, siteId, 'draft')) ?? (await findPlan(ctx.db, siteId, 'published'))
}

/**
 * Looks for a plan that takes less, in the background. Watch `planning.schedule/…` for how far it is.
 *
 * @throws equipmentMissing, forbidden, planBusy
 * @throws adviceImpossible  prices, powers or a plan are missing
 * @throws adviceBusy        it is being looked for already
 */
export async function requestAdvice(ctx: Context, wish: AdviceWish): Promise<void> {
  const { siteId } = wish
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:plan', siteId)
  await refuseWhilePlanning(ctx, siteId)
  const { state, draft, published } = await readSitePlans(ctx, siteId)
  const plan = draft ?? published
  const missing = missingIn(await readEnergyState(ctx, siteId, state.span), plan?.placed.length ?? 0)
  if (missing || !plan) throw adviceImpossible(MISSING[missing ?? 'plan'], { missing })
  await store.outdateAdvice(ctx.db, siteId, ctx.now, later(ctx.now, -RUN_SILENT_MS))
  const id = newId<'EnergyAdvice'>(ctx.nowMs)
  const row = { id, siteId, wish, planId: plan.id, planRevision: plan.revision }
  try {
    await store.addAdvice(ctx.db, { ...row, startedAt: ctx.now, startedBy: ctx.actor.name })
  } catch (error) {
    if (violates(error, 'energy_advice_current'))
      throw adviceBusy('A recommendation is being looked for already.', {}, { cause: error })
    throw error
  }
  const { siteId: _, ...asked } = wish
  ctx.audit({ action: 'planning.energy-advice.start', object: `energy-advice ${id}`, siteId, detail: asked })
  ctx.afterCommit(() => energyAdvisor()?.begin({ id, siteId, actor: ctx.actor, wish }))
  tellScreens(ctx, siteId)
}

/** Ends the search of a site. @throws equipmentMissing, forbidden, adviceNotSought */
export async function cancelAdvice(ctx: Context, siteId: EquipmentId): Promise<void> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:plan', siteId)
  const row = await store.findAdvice(ctx.db, siteId)
  const end = { state: 'cancelled' as const, progressRatio: row?.progressRatio ?? 0, heardAt: ctx.now }
  if (!row || !(await store.saveAdviceProgress(ctx.db, row.id, end)))
    throw adviceNotSought('No recommendation is being looked for.')
  ctx.audit({ action: 'planning.energy-advice.cancel', object: `energy-advice ${row.id}`, siteId, detail: {} })
  ctx.afterCommit(() => energyAdvisor()?.cancel(row.id))
  tellScreens(ctx, siteId)
}

/**
 * Makes the chosen moves in the draft, each checked anew as if it was made by hand, and notes which machines are switched off.
 *
 * @throws adviceMissing, forbidden, adviceDecided, planBusy
 * @throws choiceIncomplete  a move needs another one that was not chosen
 * @throws planStale         an operation is not any more where the recommendation says
 * @throws planInvalid       a move breaks a rule of the plan as it is now
 */
export async function acceptAdvice(ctx: Context, id: AdviceId, choice: AdviceChoice): Promise<void> {
  const advice = await lockOpen(ctx, id)
  const { siteId, wish, result } = advice
  const moves = choice.moves.toSorted((a, b) => a - b).flatMap((place) => result.moves[place] ?? [])
  const chosen = new Set(choice.moves)
  const incomplete = choice.moves.find((place) => result.moves[place]?.needs.some((needed) => !chosen.has(needed)))
  if (incomplete !== undefined)
    throw choiceIncomplete(`“${result.moves[incomplete]?.text}” needs moves that were not chosen.`, {
      move: incomplete,
    })
  if (moves.length > 0) await makeMoves(ctx, siteId, moves, (wish.laterMinutes ?? 0) * 60)
  const offs = choice.switchOffs.flatMap((place) => result.switchOffs[place] ?? [])
  await store.addSwitchOffs(
    ctx.db,
    offs.map(({ workUnitId, fromAt, toAt }) => ({
      ...{ id: newId<'EnergySwitchOff'>(ctx.nowMs), siteId, workUnitId, fromAt, toAt, madeBy: ctx.actor.name },
    })),
    later(ctx.now, -PAST_MS),
  )
  await store.decideAdvice(ctx.db, id, {
    ...{ state: 'accepted', decidedAt: ctx.now, decidedBy: ctx.actor.name, reason: null },
  })
  ctx.audit({
    ...{ action: 'planning.energy-advice.accept', object: `energy-advice ${id}`, siteId },
    ...{ before: { state: 'open' }, after: { state: 'accepted' } },
    detail: { moves: moves.map(({ text }) => text), switchOffs: offs.map(({ text }) => text) },
  })
  tellScreens(ctx, siteId)
}

async function makeMoves(
  ctx: Context,
  siteId: EquipmentId,
  moves: AdviceResult['moves'],
  laterS: number,
): Promise<void> {
  const plans = await readSitePlans(ctx, siteId, true)
  const { problem, originMs } = plans.stated
  const names = namesOf(plans.state)
  const before = seatsOf(baseOf(plans), originMs)
  const rules = moveRules(problem, before, laterS, names)
  const seconds = (at: Parameters<typeof epochMs>[0]) => Math.round((epochMs(at) - originMs) / SECOND_MS)
  let seats: ReadonlyMap<string, Seat> = before
  for (const { text, operations } of moves) {
    const moved = operations.find(
      ({ operationId, workUnitId, fromAt }) =>
        before.get(operationId)?.startS !== seconds(fromAt) || before.get(operationId)?.resourceId !== workUnitId,
    )
    if (moved) throw planStale(`${names.operation(moved.operationId)} is not any more where it was. Look anew.`)
    const targets = operations.map(({ operationId, workUnitId, toAt }) => ({
      ...{ operationId, resourceId: workUnitId as string, startS: seconds(toAt) },
    }))
    const retimed = makeMove(rules, seats, targets)
    if ('refusal' in retimed) throw planInvalid(`“${text}” is not possible any more. ${retimed.refusal}`)
    seats = retimed.seats
  }
  await makeChanges(ctx, siteId, changesBetween(before, seats, originMs))
}

/** @throws adviceMissing, forbidden, adviceDecided */
export async function dismissAdvice(ctx: Context, id: AdviceId, reason: string): Promise<void> {
  const { siteId } = await lockOpen(ctx, id)
  const decision = { state: 'dismissed' as const, decidedAt: ctx.now, decidedBy: ctx.actor.name }
  await store.decideAdvice(ctx.db, id, { ...decision, reason })
  ctx.audit({
    ...{ action: 'planning.energy-advice.dismiss', object: `energy-advice ${id}`, siteId, reason },
    ...{ before: { state: 'open' }, after: { state: 'dismissed' }, detail: {} },
  })
  tellScreens(ctx, siteId)
}

async function lockOpen(ctx: Context, id: AdviceId) {
  const advice = await store.lockAdvice(ctx.db, id)
  if (!advice) throw adviceMissing(`There is no recommendation ${id}.`)
  authorize(ctx.actor, 'planning:schedule:plan', advice.siteId)
  const { state, result } = advice
  if (state !== 'open' || !result) throw adviceDecided(`The recommendation is ${state}.`, { state })
  return { ...advice, result }
}

/** Takes back that a machine is to be switched off. @throws switchOffMissing, forbidden */
export async function removeSwitchOff(ctx: Context, id: SwitchOffId): Promise<void> {
  const row = await store.findSwitchOff(ctx.db, id)
  if (!row) throw switchOffMissing(`There is no decision ${id}.`)
  authorize(ctx.actor, 'planning:schedule:plan', row.siteId)
  await store.removeSwitchOff(ctx.db, id)
  const { siteId, workUnitId, fromAt, toAt } = row
  ctx.audit({
    ...{ action: 'planning.switch-off.remove', object: `switch-off ${id}`, siteId },
    detail: { workUnitId, fromAt, toAt },
  })
  tellScreens(ctx, siteId)
}
