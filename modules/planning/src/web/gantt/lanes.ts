import type { GanttBar, GanttLens, GanttOrder, GanttPlan, GanttResource } from './model.ts'

/** A lane before its bars are laid out. */
export interface LaneOf {
  /** Of the resource or order; the step itself in the flow lens. */
  readonly id: string
  readonly name: string
  /** A second, quieter word: the product of an order. */
  readonly note?: string
  readonly group?: string
  readonly resource?: GanttResource
  readonly order?: GanttOrder
  readonly bars: readonly GanttBar[]
  /** Rows that overlapping bars may take; the rest lie over each other. */
  readonly rowLimit: number
}

/** Parallel operations of an order or a step that are still told apart. */
const ROW_LIMIT = 12

/** The bars of a plan sorted into the lanes of a lens. A bar on an unknown resource or order gets no lane. */
export function lanesOf(plan: GanttPlan, lens: GanttLens): LaneOf[] {
  switch (lens) {
    case 'resource': {
      const bars = grouped(plan.bars, (bar) => bar.resourceId)
      return plan.resources.map((resource) => ({
        id: resource.id,
        name: resource.name,
        ...(resource.group !== undefined && { group: resource.group }),
        resource,
        bars: bars.get(resource.id) ?? [],
        rowLimit: resource.capacity ?? 1,
      }))
    }
    case 'order': {
      const bars = grouped(plan.bars, (bar) => bar.orderId)
      // An order that waits in the tray with everything it has needs no empty lane.
      const placed = plan.orders.filter((order) => bars.has(order.id))
      return placed
        .toSorted((a, b) => a.dueMs - b.dueMs || a.name.localeCompare(b.name))
        .map((order) => ({
          id: order.id,
          name: order.name,
          note: order.product,
          order,
          bars: bars.get(order.id) ?? [],
          rowLimit: ROW_LIMIT,
        }))
    }
    case 'flow':
      return stepsInOrder(plan.bars).map(([step, bars]) => ({ id: step, name: step, bars, rowLimit: ROW_LIMIT }))
  }
}

/** Steps as material flows: by how many operations of the same order begin before them, on average. */
function stepsInOrder(bars: readonly GanttBar[]): [string, readonly GanttBar[]][] {
  const ranks = new Map<string, { sum: number; count: number }>()
  for (const ofOrder of grouped(bars, (bar) => bar.orderId).values()) {
    for (const [position, { step }] of ofOrder.toSorted((a, b) => a.startMs - b.startMs).entries()) {
      const rank = ranks.get(step) ?? { sum: 0, count: 0 }
      ranks.set(step, { sum: rank.sum + position, count: rank.count + 1 })
    }
  }
  const mean = (step: string) => {
    const { sum, count } = ranks.get(step) ?? { sum: 0, count: 1 }
    return sum / count
  }
  return [...grouped(bars, (bar) => bar.step)].toSorted(([a], [b]) => mean(a) - mean(b) || a.localeCompare(b))
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}
