import type { ChainLink, LatenessExplanation } from './explain.ts'
import { joined } from './intervals.ts'
import type { FactoryOperation, FactoryOrder, FactoryProblem, Interval } from './problem.ts'

/** Something that a planner could do for a late order. */
export type Fix =
  /** Work in the closed hours of one day, with the people it needs. */
  | {
      readonly kind: 'overtime'
      readonly resourceId: string
      readonly operatorGroupId?: string
      readonly startS: number
      readonly endS: number
    }
  | { readonly kind: 'other-machine'; readonly operationId: string; readonly resourceId: string }
  | { readonly kind: 'expedite'; readonly materialId: string; readonly arrivalId: string; readonly atS: number }
  | { readonly kind: 'priority'; readonly orderId: string; readonly weight: number }
  /** Two halves that may run beside each other. */
  | { readonly kind: 'split'; readonly operationId: string }

const DAY_S = 86_400
const WEIGHT_FACTOR = 10
const WEIGHT_MAX = 1_000_000
/** Links of a chain that are looked at, those that waited longest. */
const LINKS_MAX = 2

/** What might help, from what the order waited for. */
export function fixCandidates(problem: FactoryProblem, explanation: LatenessExplanation): Fix[] {
  const order = problem.orders.find((one) => one.id === explanation.orderId)
  if (!order) return []
  const own = new Map(order.operations.map((one) => [one.id, one]))
  const links = explanation.chain
    .filter((link) => own.has(link.operationId))
    .sort((a, b) => b.waitedS - a.waitedS)
    .slice(0, LINKS_MAX)
  const weight = Math.min(WEIGHT_MAX, order.weight * WEIGHT_FACTOR)
  const fixes: Fix[] = weight > order.weight ? [{ kind: 'priority', orderId: order.id, weight }] : []
  for (const link of links) {
    const operation = own.get(link.operationId)
    if (operation) fixes.push(...fixesFor(problem, link, operation))
  }
  return fixes
}

function fixesFor(problem: FactoryProblem, link: ChainLink, operation: FactoryOperation): Fix[] {
  const fixes: Fix[] = []
  const { binding, resourceId } = link
  if (!operation.pin && operation.lock?.resourceId === undefined)
    for (const other of operation.alternatives)
      if (other.resourceId !== resourceId)
        fixes.push({ kind: 'other-machine', operationId: operation.id, resourceId: other.resourceId })
  if (binding.reason.kind === 'material') {
    const { materialId } = binding.reason
    const arrivals = problem.materials.find((one) => one.id === materialId)?.arrivals ?? []
    const needed = arrivals.filter((one) => one.atS > problem.nowS && one.atS <= link.startS).at(-1)
    if (needed) fixes.push({ kind: 'expedite', materialId, arrivalId: needed.id, atS: problem.nowS })
  }
  const overtime = overtimeFor(problem, link, operation)
  if (overtime) fixes.push(overtime)
  const batch = problem.resources.some((one) => one.id === resourceId && one.kind === 'batch')
  const lanes = operation.alternatives.reduce(
    (sum, one) => sum + (problem.resources.find(({ id }) => id === one.resourceId)?.count ?? 0),
    0,
  )
  if (lanes > 1 && !operation.pin && !batch && operation.alternatives.every((one) => one.durationS > 1))
    fixes.push({ kind: 'split', operationId: operation.id })
  return fixes
}

/** The closed part of the day before the operation starts, in which it could have been reached. */
function overtimeFor(problem: FactoryProblem, link: ChainLink, { operators }: FactoryOperation): Fix | undefined {
  const resource = problem.resources.find((one) => one.id === link.resourceId)
  const open = problem.calendars.find((one) => one.id === resource?.calendarId)?.open ?? []
  const earliest = Math.max(problem.nowS, problem.frozenUntilS, link.startS - link.waitedS)
  // The last closed time that begins before the start and after it became possible.
  let hole: Interval | undefined
  for (const [i, { endS }] of open.entries()) {
    const next = open[i + 1]?.startS ?? endS
    if (endS >= link.startS) break
    if (next > earliest && next > endS) hole = { startS: Math.max(endS, earliest), endS: Math.min(next, endS + DAY_S) }
  }
  if (!hole || !resource || hole.endS <= hole.startS) return undefined
  const group = operators && problem.operatorGroups.find((one) => one.skills.includes(operators.skill))
  return { kind: 'overtime', resourceId: resource.id, ...(group ? { operatorGroupId: group.id } : {}), ...hole }
}

/** The problem as it would be. */
export function withFix(problem: FactoryProblem, fix: Fix): FactoryProblem {
  switch (fix.kind) {
    case 'priority':
      return {
        ...problem,
        orders: problem.orders.map((one) => (one.id === fix.orderId ? { ...one, weight: fix.weight } : one)),
      }
    case 'other-machine':
      return withOperation(problem, fix.operationId, (one) => [
        { ...one, lock: { ...one.lock, resourceId: fix.resourceId } },
      ])
    case 'expedite':
      return {
        ...problem,
        materials: problem.materials.map((material) =>
          material.id === fix.materialId
            ? {
                ...material,
                arrivals: material.arrivals.map((one) => (one.id === fix.arrivalId ? { ...one, atS: fix.atS } : one)),
              }
            : material,
        ),
      }
    case 'overtime':
      return withOvertime(problem, fix)
    case 'split':
      return withSplit(problem, fix.operationId)
  }
}

function withOvertime(problem: FactoryProblem, fix: Extract<Fix, { kind: 'overtime' }>): FactoryProblem {
  const calendars = [...problem.calendars]
  const extended = (calendarId: string) => {
    const id = `${calendarId} + ${fix.startS}`
    const open = problem.calendars.find((one) => one.id === calendarId)?.open ?? []
    if (!calendars.some((one) => one.id === id))
      calendars.push({ id, open: joined([...open, { startS: fix.startS, endS: fix.endS }]) })
    return id
  }
  const resources = problem.resources.map((one) =>
    one.id === fix.resourceId ? { ...one, calendarId: extended(one.calendarId) } : one,
  )
  const operatorGroups = problem.operatorGroups.map((one) =>
    one.id === fix.operatorGroupId ? { ...one, calendarId: extended(one.calendarId) } : one,
  )
  return { ...problem, calendars, resources, operatorGroups }
}

function withOperation(
  problem: FactoryProblem,
  operationId: string,
  change: (operation: FactoryOperation) => FactoryOperation[],
): FactoryProblem {
  const orders = problem.orders.map(
    (order): FactoryOrder =>
      order.operations.some((one) => one.id === operationId)
        ? { ...order, operations: order.operations.flatMap((one) => (one.id === operationId ? change(one) : [one])) }
        : order,
  )
  return { ...problem, orders }
}

/** The second half keeps what the first needs before it, and whatever waited for the whole waits for both. */
function withSplit(problem: FactoryProblem, operationId: string): FactoryProblem {
  const secondId = `${operationId} (second half)`
  const split = withOperation(problem, operationId, (one) => {
    const half = {
      ...one,
      alternatives: one.alternatives.map((a) => ({ ...a, durationS: Math.ceil(a.durationS / 2) })),
    }
    const { materials: _, ...rest } = half
    // The first half fetches the material of both.
    return [half, { ...rest, id: secondId }]
  })
  const orders = split.orders.map((order) => ({
    ...order,
    operations: order.operations.map((one) => {
      const waits = one.after?.find((before) => before.operationId === operationId)
      return waits ? { ...one, after: [...(one.after ?? []), { ...waits, operationId: secondId }] } : one
    }),
  }))
  return { ...split, orders }
}
