import { at } from './ints.ts'
import type { Shop } from './shop.ts'

/**
 * Dispatching rules: which of the waiting operations comes first.
 *
 * `edd` earliest due date, `spt` shortest processing time, `mwkr` most work remaining, `slack` least slack, `criticalRatio` least time left
 * per work left, `atc` apparent tardiness cost (Vepsalainen and Morton 1987), `atcs` the same with set-ups (Lee, Bhaskaran and
 * Pinedo 1997), `bottleneck` the same with the queues in front of loaded machines counted into the work left.
 */
export const DISPATCHING_RULES = ['edd', 'spt', 'mwkr', 'slack', 'criticalRatio', 'atc', 'atcs', 'bottleneck'] as const

export type DispatchingRule = (typeof DISPATCHING_RULES)[number]

/** What the rules want to know about a problem beside the operation at hand. */
export interface RuleBase {
  readonly shop: Shop
  readonly meanDuration: number
  readonly meanSetup: number
  /** Seconds by the clock left from an operation's start, queues before loaded machines included. */
  readonly queuedTail: Float64Array
}

/** How many mean durations ahead `atc` looks, and how many mean set-ups weigh as much. */
const LOOK_AHEAD = 20
const SETUP_SCALE = 2

export function ruleBase(shop: Shop): RuleBase {
  const { altFirst, altDuration, altResource, count, tail, behind } = shop.operations
  let sum = 0
  const load = new Float64Array(shop.resources.count)
  for (let op = 0; op < count; op += 1) {
    const first = at(altFirst, op)
    const options = at(altFirst, op + 1) - first
    sum += at(altDuration, first)
    for (let alt = first; alt < first + options; alt += 1) {
      const resource = at(altResource, alt)
      load[resource] = (load[resource] ?? 0) + at(altDuration, alt) / options
    }
  }
  for (const [r, calendar] of shop.resources.calendars.entries()) {
    const lanes = at(shop.resources.firstLane, r + 1) - at(shop.resources.firstLane, r)
    load[r] = (load[r] ?? 0) / (lanes * Math.max(1, calendar.before.at(-1) ?? 1))
  }
  const busiest = Math.max(1e-9, ...load)
  const queuedTail = new Float64Array(count)
  // Operations behind come later in the problem or not; walking by falling tails sees them first in any case.
  const order = Array.from({ length: count }, (_, op) => op).sort((a, b) => at(tail, a) - at(tail, b) || b - a)
  for (const op of order) {
    let rest = 0
    let restTail = 0
    for (let i = at(behind.first, op); i < at(behind.first, op + 1); i += 3) {
      const next = at(behind.items, i)
      rest = Math.max(rest, queuedTail[next] ?? 0)
      restTail = Math.max(restTail, at(tail, next))
    }
    const share = (load[at(altResource, at(altFirst, op))] ?? 0) / busiest
    queuedTail[op] = rest + (at(tail, op) - restTail) * (1 + 2 * share * share)
  }
  let setups = 0
  let entries = 0
  for (const seconds of shop.setups.seconds)
    if (seconds > 0) {
      setups += seconds
      entries += 1
    }
  return { shop, meanDuration: sum / Math.max(1, count), meanSetup: entries === 0 ? 1 : setups / entries, queuedTail }
}

/**
 * @param time when it could start
 * @param setup seconds of set-up that it would need then
 * @returns lower means sooner
 */
export function priority(rule: DispatchingRule, base: RuleBase, op: number, time: number, setup: number): number {
  const { orders, operations } = base.shop
  const order = at(operations.order, op)
  const due = at(orders.due, order)
  const tail = at(operations.tail, op)
  const duration = at(operations.altDuration, at(operations.altFirst, op))
  switch (rule) {
    case 'edd':
      return due
    case 'spt':
      return duration
    case 'mwkr':
      return -tail
    case 'slack':
      return due - time - tail
    case 'criticalRatio':
      return (due - time) / tail
    case 'atc':
      return -apparent(base, at(orders.weight, order), duration, due - time - tail)
    case 'atcs':
      return (
        -apparent(base, at(orders.weight, order), duration, due - time - tail) *
        Math.exp(-setup / (SETUP_SCALE * base.meanSetup))
      )
    case 'bottleneck':
      return (
        -apparent(base, at(orders.weight, order), duration, due - time - (base.queuedTail[op] ?? 0)) *
        Math.exp(-setup / (SETUP_SCALE * base.meanSetup))
      )
  }
}

function apparent(base: RuleBase, weight: number, duration: number, slack: number): number {
  return (weight / duration) * Math.exp(-Math.max(0, slack) / (LOOK_AHEAD * base.meanDuration))
}
