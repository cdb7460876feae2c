import { boardOf, cheapestFixes, compileFactory, explainOrder, type Fix } from '@millrace/scheduling'
import { possiblePlan } from './check-rules.ts'
import type { OrderId } from './contract.ts'
import type { PlacedOperation } from './plan-rules.ts'
import { type SiteState, stateProblem } from './problem-rules.ts'
import type { FixAnswer } from './schedule-contract.ts'
import { seatsOf } from './schedule-rules.ts'
import { clockText, namesOf, type SiteNames } from './word-rules.ts'

/** For which order of which plan help is looked for. */
export interface FixWish {
  readonly state: SiteState
  readonly placed: readonly PlacedOperation[]
  readonly orderId: OrderId
}

/** Rounds of planning anew for each fix: enough for one order. */
const ROUNDS = 200

/** What would make a late order earlier, each tried by really planning a copy with it; the cheapest first, three at most. */
export function searchFixes({ state, placed, orderId }: FixWish): FixAnswer {
  const stated = stateProblem(state)
  const { problem, originMs } = stated
  const index = problem.orders.findIndex(({ id }) => id === orderId)
  if (index < 0) return { items: [] }
  const plan = possiblePlan(problem, seatsOf(placed, originMs))
  const explanation = explainOrder(boardOf(compileFactory(problem), plan), index)
  const names = namesOf(state, stated)
  const numbers = new Map<string, string>(state.orders.map(({ id, number }) => [id, number]))
  const effects = cheapestFixes(problem, plan, explanation, { seed: 1, rounds: ROUNDS })
  return {
    items: effects
      .filter(({ wonS }) => wonS > 0)
      .map(({ fix, wonS, delayedOrderIds }) => ({
        ...{ text: fixText(fix, names, originMs, state.timeZone), wonS },
        delayed: delayedOrderIds.map((id) => numbers.get(id) ?? ''),
      })),
  }
}

function fixText(fix: Fix, names: SiteNames, originMs: number, timeZone: string): string {
  const when = (seconds: number) => clockText(originMs + seconds * 1000, timeZone)
  switch (fix.kind) {
    case 'overtime':
      return `Work on ${names.resource(fix.resourceId)} outside the shifts, ${when(fix.startS)} to ${when(fix.endS)}`
    case 'other-machine':
      return `Do ${names.operation(fix.operationId)} on ${names.resource(fix.resourceId)}`
    case 'priority':
      return 'Put it before other orders'
    case 'split':
      return `Split ${names.operation(fix.operationId)} into two halves side by side`
    case 'expedite':
      return `Have its material earlier: ${names.arrival(fix.materialId, fix.arrivalId)}`
  }
}
