import { epochMs, instant, SECOND_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import { type EnergyPlan, type EnergyRates, type EnergySaving, saveEnergy } from '@millrace/scheduling'
import type { CompressedTime } from './compressed-time-rules.ts'
import type { AdviceMove, AdviceResult, AdviceWish, EnergyTotals } from './energy-advice-contract.ts'
import { QUARTER_S, worthSwitchingOff } from './energy-load-rules.ts'
import { type MoveRules, type MoveTarget, makeMove, moveRules } from './energy-move-rules.ts'
import { type StatedEnergyPlan, stateEnergyPlan } from './energy-plan-rules.ts'
import type { EnergyState } from './energy-rate-rules.ts'
import { type EnergyView, energyView, moneyOf, switchOffsOf, totalsOfPlan } from './energy-view-rules.ts'
import type { PlacedOperation, Seat } from './plan-rules.ts'
import { type SiteState, stateProblem } from './problem-rules.ts'
import { seatsOf } from './schedule-rules.ts'
import { clockText, namesOf, type SiteNames } from './word-rules.ts'

/** The plan for which less is looked for. */
export interface AdviceTask {
  readonly state: SiteState
  readonly placed: readonly PlacedOperation[]
  readonly energy: EnergyState
  readonly wish: AdviceWish
  readonly budgetMs: number
  /** Whether people work by a plan: then what is frozen on a machine stays. */
  readonly isFenced: boolean
}

const MOVES_MAX = 12
/** What begins so soon is left alone: whoever reads a recommendation takes some time, and it is to be possible still. */
const THINKING_S = 15 * 60
/** A move that saves less than this share of the cost is not worth reading. */
const WORTH_RATIO = 0.0003
/** Above every price, in the currency for a kW: what is above a cap is avoided whatever it costs. */
const OVER_CAP_PER_KW = 100_000

/**
 * How a plan could take less: moves in time that keep every rule of the plan, and machines to switch off.
 *
 * @param onProgress told from 0 to 1
 * @throws RangeError the plan breaks its own rules already
 */
export function searchAdvice(task: AdviceTask, onProgress: (ratio: number) => void): AdviceResult {
  const { state, wish, energy } = task
  const stated = stateProblem(state)
  const { problem, originMs } = stated
  const seats = seatsOf(task.placed, originMs)
  const names = namesOf(state)
  const laterS = (wish.laterMinutes ?? 0) * 60
  const view = energyView(energy, state, stated, seats, laterS)
  const fences = new Map(problem.resources.map(({ id, frozenUntilS }) => [id, frozenUntilS]))
  const frozenUntilS = (id: string) => (task.isFenced ? (fences.get(id) ?? problem.nowS) : problem.nowS) + THINKING_S
  const engine = stateEnergyPlan(view.model, seats, view.fromS, { frozenUntilS, laterS })
  const before = totalsOfPlan(view, seats)
  const rules = moveRules(problem, seats, laterS, names)
  // A lower peak may cost more than it saves: where it has its price, plans are looked for with and without an eye to it.
  const charges = before.peakCost > 0 ? [0, Math.max(...view.rates.months.map((month) => month.chargePerKw))] : [0]
  const found = charges.map((chargePerKw, round) => {
    const share = { budgetMs: task.budgetMs / charges.length, chargePerKw }
    const saving = savingOf(engine, view, wish, share, (ratio) => onProgress((round + ratio) / charges.length))
    return makeMoves(saving?.moves ?? [], engine, view, seats, rules, wish)
  })
  const made = found.reduce((best, other) => (other.worth < best.worth ? other : best))
  const off = worthSwitchingOff(view.model, made.seats)
  return {
    ...{ before, moved: totalsOfPlan(view, made.seats), after: totalsOfPlan(view, made.seats, off) },
    moves: made.moves.map((move) => ({ ...move, text: moveText(move, names, state.timeZone) })),
    switchOffs: switchOffsOf(view, made.seats, off, names),
    leftOut: made.leftOut,
  }
}

function savingOf(
  { plan, time }: StatedEnergyPlan,
  view: EnergyView,
  wish: AdviceWish,
  { budgetMs, chargePerKw }: { readonly budgetMs: number; readonly chargePerKw: number },
  onProgress: (ratio: number) => void,
): EnergySaving | undefined {
  if (plan.operations.every(({ fixed }) => fixed)) return undefined
  const startMs = performance.now()
  let toldRatio = 0
  const rates = compressedRates(view, time, plan)
  return saveEnergy(
    withBaseLoad(plan, rates, view.baseLoadKw),
    rates,
    {
      switchOff: false,
      ...(wish.capKw !== undefined && { capW: Math.floor(wish.capKw * 1000) }),
      ...(chargePerKw > 0 && { peakChargeCentPerKw: Math.round(chargePerKw * 100) }),
    },
    {
      seed: 1,
      stop: () => {
        const ratio = (performance.now() - startMs) / budgetMs
        if (ratio >= toldRatio + 0.1) {
          toldRatio = Math.min(1, ratio)
          onProgress(toldRatio)
        }
        return ratio >= 1
      },
    },
  )
}

/** The rates of the time in which anybody works. A quarter that is interrupted by a break has the price of its beginning. */
function compressedRates({ rates, fromS }: EnergyView, time: CompressedTime, { operations }: EnergyPlan): EnergyRates {
  const last = operations.reduce((most, { deadline = 0 }) => Math.max(most, deadline), 0)
  const slots = Array.from({ length: Math.ceil(last / 15) + 1 }, (_, index) =>
    Math.min(rates.count - 1, Math.floor((time.timeOf(index * 15) - fromS) / QUARTER_S)),
  )
  return {
    slotMinutes: 15,
    pricesCentPerMwh: slots.map((slot) => Math.round((rates.pricePerKwh[slot] ?? 0) * 100_000)),
    generationW: slots.map((slot) => Math.round((rates.generationKw[slot] ?? 0) * 1000)),
  }
}

/** Everything else draws all the time: own generation serves it as well, and it is part of the peak. */
function withBaseLoad(plan: EnergyPlan, { pricesCentPerMwh }: EnergyRates, baseLoadKw: number): EnergyPlan {
  if (baseLoadKw === 0) return plan
  const profile = [{ minutes: pricesCentPerMwh.length * 15, powerW: Math.round(baseLoadKw * 1000) }]
  const rest = { machine: plan.machines.length, start: 0, profile, predecessors: [], fixed: true }
  return { operations: [...plan.operations, rest], machines: [...plan.machines, { idleW: 0 }] }
}

type PlainMove = Omit<AdviceMove, 'text'>

/** Makes the moves in the real plan, one after the other; what breaks a rule of it, or saves nothing there, is left out. */
function makeMoves(
  moves: EnergySaving['moves'],
  { plan, time, blocks }: StatedEnergyPlan,
  view: EnergyView,
  given: ReadonlyMap<string, Seat>,
  rules: MoveRules,
  wish: AdviceWish,
) {
  const at = (seconds: number) => instant(view.originMs + seconds * SECOND_MS)
  const worth = ({ peakKw, ...totals }: EnergyTotals) =>
    moneyOf({ peakKw, ...totals }) + Math.max(0, peakKw - (wish.capKw ?? peakKw)) * OVER_CAP_PER_KW
  const links = linksOf(plan)
  const made: { readonly move: PlainMove; readonly operations: EnergySaving['moves'][number]['operations'] }[] = []
  let seats = given
  let totals = totalsOfPlan(view, seats)
  const least = moneyOf(totals) * WORTH_RATIO
  let leftOut = 0
  for (const { operations } of moves) {
    if (made.length >= (wish.movesMax ?? MOVES_MAX)) break
    const wanted = operations.flatMap(({ operation, to }): MoveTarget[] => {
      const block = blocks[operation]
      return (block?.seats ?? []).map(({ operationId, resourceId }) => ({
        ...{ operationId, resourceId, startS: time.timeOf(to + (block?.setup ?? 0)) },
      }))
    })
    const tried = makeMove(rules, seats, wanted)
    // Told is where it comes to lie; whoever accepts it says that, and may then come behind something else.
    const targets =
      'refusal' in tried ? wanted : wanted.map((target) => ({ ...target, startS: startOf(tried, target) }))
    const retimed = 'refusal' in tried ? tried : makeMove(rules, seats, targets)
    if ('refusal' in retimed || targets.some((target) => startOf(retimed, target) !== target.startS)) {
      leftOut += 1
      continue
    }
    const next = totalsOfPlan(view, retimed.seats)
    if (worth(totals) - worth(next) < least) continue
    const needs = made.flatMap((earlier, place) => (isNeeded(earlier.operations, operations, links) ? [place] : []))
    made.push({
      operations,
      move: {
        operations: targets.map(({ operationId, resourceId }) => ({
          ...{ operationId, workUnitId: resourceId as EquipmentId },
          fromAt: at(given.get(operationId)?.startS ?? 0),
          toAt: at(retimed.seats.get(operationId)?.startS ?? 0),
        })),
        ...{ needs, savedCost: moneyOf(totals) - moneyOf(next), savedKwh: totals.usedKwh - next.usedKwh },
        savedCarbonKg: totals.carbonKg === null || next.carbonKg === null ? null : totals.carbonKg - next.carbonKg,
      },
    })
    seats = retimed.seats
    totals = next
  }
  return { seats, leftOut, worth: worth(totals), moves: made.map(({ move }) => move) }
}

function startOf(
  { seats }: { readonly seats: ReadonlyMap<string, Seat> },
  { operationId, startS }: MoveTarget,
): number {
  return seats.get(operationId)?.startS ?? startS
}

interface Link {
  readonly first: number
  readonly second: number
  readonly minutes: number
}

/** What must lie how far apart, from start to start. */
function linksOf({ operations }: EnergyPlan): Link[] {
  const durations = operations.map(({ profile }) => profile.reduce((sum, { minutes }) => sum + minutes, 0))
  const links = operations.flatMap(({ waits = [] }, second): Link[] =>
    waits.map(({ operation, minutes }) => ({ first: operation, second, minutes })),
  )
  for (const lane of Map.groupBy(operations.keys(), (index) => operations[index]?.machine).values()) {
    const sorted = lane.toSorted((a, b) => (operations[a]?.start ?? 0) - (operations[b]?.start ?? 0))
    for (const [place, second] of sorted.entries()) {
      const first = sorted[place - 1]
      if (first !== undefined) links.push({ first, second, minutes: durations[first] ?? 0 })
    }
  }
  return links
}

/** Whether something would be too close to what an earlier move has put out of the way. */
function isNeeded(
  earlier: EnergySaving['moves'][number]['operations'],
  later: EnergySaving['moves'][number]['operations'],
  links: readonly Link[],
): boolean {
  const old = new Map(earlier.map(({ operation, from }) => [operation, from]))
  const now = new Map(later.map(({ operation, to }) => [operation, to]))
  return links.some(({ first, second, minutes }) => {
    const [a, b] = [old.get(first) ?? now.get(first), old.get(second) ?? now.get(second)]
    const isBetween = (old.has(first) && now.has(second)) || (now.has(first) && old.has(second))
    return isBetween && a !== undefined && b !== undefined && a + minutes > b
  })
}

/** `4458 Grinding on Grinder A: Tue 14:05 → Tue 20:00, and 2 others that make way` */
function moveText({ operations }: PlainMove, names: SiteNames, timeZone: string): string {
  const way = ({ fromAt, toAt }: PlainMove['operations'][number]) => Math.abs(epochMs(toAt) - epochMs(fromAt))
  const [main, ...others] = operations.toSorted((a, b) => way(b) - way(a))
  if (!main) return ''
  const clock = (at: typeof main.fromAt) => clockText(epochMs(at), timeZone)
  const what = `${names.operation(main.operationId)} on ${names.resource(main.workUnitId)}: ${clock(main.fromAt)} → ${clock(main.toAt)}`
  if (others.length === 0) return what
  return `${what}, and ${others.length === 1 ? 'one that makes' : `${others.length} that make`} way`
}
