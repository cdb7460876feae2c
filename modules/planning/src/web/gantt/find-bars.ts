import type { GanttBar, GanttOrder, GanttPlan } from './model.ts'

/** An order that was looked for, with its bars by ascending start. */
export interface FoundOrder {
  readonly order: GanttOrder
  readonly bars: readonly GanttBar[]
}

const FOUND_LIMIT = 20

/**
 * Orders whose name, product, family or customer contains every word of a text, whatever the case; those whose name begins
 * with the text come first, then by due date. Nothing for an empty text.
 */
export function findOrders(plan: GanttPlan, text: string, limit = FOUND_LIMIT): FoundOrder[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  const first = words[0] ?? ''
  const matching = plan.orders.filter(({ name, product, family, customer = '' }) => {
    const where = `${name} ${product} ${family} ${customer}`.toLowerCase()
    return words.every((word) => where.includes(word))
  })
  const begins = ({ name }: GanttOrder) => (name.toLowerCase().startsWith(first) ? 0 : 1)
  const shown = matching.toSorted((a, b) => begins(a) - begins(b) || a.dueMs - b.dueMs).slice(0, limit)
  const wanted = new Map(shown.map((order) => [order.id, [] as GanttBar[]]))
  for (const bar of plan.bars) wanted.get(bar.orderId)?.push(bar)
  return shown.map((order) => ({
    order,
    bars: (wanted.get(order.id) ?? []).toSorted((a, b) => a.startMs - b.startMs),
  }))
}
