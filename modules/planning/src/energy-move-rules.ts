import type { FactoryProblem } from '@millrace/scheduling'
import { faultsOf } from './check-rules.ts'
import { latestEnd } from './energy-plan-rules.ts'
import { endOf } from './lateness-rules.ts'
import type { Seat } from './plan-rules.ts'
import { type Names, type Retimed, retime } from './retime-rules.ts'
import { faultText, type SiteNames } from './word-rules.ts'

/** What moves that are to save electricity have to keep: the rules of the plan, and the ends of its orders. */
export interface MoveRules {
  readonly problem: FactoryProblem
  readonly names: SiteNames
  /** Faults that the plan has already. */
  readonly known: ReadonlySet<string>
  /** Seconds by order. */
  readonly latestEnds: ReadonlyMap<string, number>
}

export function moveRules(
  problem: FactoryProblem,
  seats: ReadonlyMap<string, Seat>,
  laterS: number,
  names: SiteNames,
): MoveRules {
  return {
    ...{ problem, names },
    known: new Set(faultsOf(problem, seats).map(({ code, operationId }) => `${code} ${operationId}`)),
    latestEnds: new Map(problem.orders.map((order) => [order.id, latestEnd(order, seats, laterS)])),
  }
}

/** Where an operation is to be processed from. */
export interface MoveTarget {
  readonly operationId: string
  readonly resourceId: string
  readonly startS: number
}

/** Makes a move as by hand: what it meets is pushed. Refused when the independent check finds a fault, or an order is later. */
export function makeMove(rules: MoveRules, seats: ReadonlyMap<string, Seat>, moves: readonly MoveTarget[]): Retimed {
  const { problem, names, known, latestEnds } = rules
  const retimed = retime(problem, seats, { moves, removed: [] }, names satisfies Names)
  if ('refusal' in retimed) return retimed
  const late = problem.orders.find((order) => (endOf(order, retimed.seats) ?? 0) > (latestEnds.get(order.id) ?? 0))
  if (late) return { refusal: `${names.order(late.operations[0]?.id ?? '')} would be later.` }
  const fault = faultsOf(problem, retimed.seats).find(({ code, operationId }) => !known.has(`${code} ${operationId}`))
  return fault ? { refusal: faultText(fault, names) } : retimed
}
