import { at, columnOf, rowsOf } from './ints.ts'
import type { FactoryOperation, FactoryProblem } from './problem.ts'
import { refuse } from './problem-invalid.ts'
import { type Index, type OperationColumns, type OrderColumns, REASON, type ResourceColumns } from './shop.ts'

interface Around {
  readonly index: Index
  readonly familyOf: (family: string) => number
  readonly skills: ReadonlyMap<string, number>
  readonly resources: ResourceColumns
  readonly orders: OrderColumns
}

/** @throws factoryInvalid operations that wait for each other in a circle */
export function compileOperations(problem: FactoryProblem, around: Around): OperationColumns {
  const { index, familyOf, skills, resources } = around
  const all = problem.orders.flatMap((order) => order.operations)
  const column = (of: (operation: FactoryOperation) => number) => columnOf(all, of)
  const tools = new Map(problem.tools.map((one, i) => [one.id, i]))
  const scarce = scarceMaterials(problem)
  const alternatives = all.map(allowedAlternatives)
  const altFirst = new Int32Array(all.length + 1)
  for (const [i, list] of alternatives.entries()) altFirst[i + 1] = at(altFirst, i) + list.length
  const flat = alternatives.flat()
  const altDuration = columnOf(flat, (one) => one.durationS)
  const altResource = columnOf(flat, (one) => index.resources.get(one.resourceId) ?? 0)

  const order = new Int32Array(all.length)
  const earliest = new Int32Array(all.length)
  const earliestKind = new Int32Array(all.length)
  let op = 0
  for (const [i, { operations, releaseS }] of problem.orders.entries())
    for (const { lock } of operations) {
      order[op] = i
      const notBefore = lock?.notBeforeS ?? 0
      earliest[op] = Math.max(problem.nowS, releaseS, notBefore)
      if (notBefore > Math.max(problem.nowS, releaseS)) earliestKind[op] = REASON.lock
      else earliestKind[op] = releaseS > problem.nowS ? REASON.release : REASON.now
      op += 1
    }

  const before: number[][] = all.map(() => [])
  const behind: number[][] = all.map(() => [])
  for (const [i, { after = [] }] of all.entries())
    for (const { operationId, waitS = 0, transferQuantity } of after) {
      const from = index.operations.get(operationId) ?? 0
      const quantity = problem.orders[at(order, from)]?.quantity ?? 1
      const share = transferQuantity === undefined ? 0 : Math.ceil((1000 * transferQuantity) / quantity)
      before[i]?.push(from, waitS, share)
      behind[from]?.push(i, waitS, share)
    }

  const least = columnOf(alternatives, (list) =>
    list.reduce((low, one) => Math.min(low, one.durationS), problem.horizonS),
  )
  const pinStart = column((one) => one.pin?.startS ?? -1)
  const topological = topologicalOrder(before, behind)
  if (topological.length < all.length) {
    const reached = new Set(topological)
    const first = all.find((_, i) => !reached.has(i))
    refuse('orders', `wait for each other in a circle through operation "${first?.id}"`)
  }
  return {
    count: all.length,
    order,
    altFirst,
    altResource,
    altDuration,
    family: column((one) => familyOf(one.family ?? '')),
    splittable: column((one) => (one.splittable ? 1 : 0)),
    load: column((one) => one.load ?? 1),
    earliest,
    earliestKind,
    latest: latestEnds(topological, behind, least, pinStart, problem.horizonS),
    need: column((one) => (one.operators ? (skills.get(one.operators.skill) ?? -1) : -1)),
    needCount: column((one) => one.operators?.count ?? 0),
    needWhole: column((one) => (one.operators?.during === 'whole' ? 1 : 0)),
    tools: rowsOf(all.map((one) => (one.tools ?? []).flatMap(({ toolId, count }) => [tools.get(toolId) ?? 0, count]))),
    materials: rowsOf(
      all.map((one) =>
        (one.materials ?? []).flatMap(({ materialId, quantity }) => {
          const material = scarce.get(materialId)
          return material === undefined ? [] : [material, quantity]
        }),
      ),
    ),
    before: rowsOf(before),
    behind: rowsOf(behind),
    pinLane: column((one) =>
      one.pin ? at(resources.firstLane, index.resources.get(one.pin.resourceId) ?? 0) + one.pin.lane : -1,
    ),
    pinStart,
    pinSetup: column((one) => Math.min(problem.nowS, one.pin?.setupStartS ?? problem.nowS)),
    tail: tails(topological, behind, least, altFirst, altResource, resources, problem.horizonS),
  }
}

function allowedAlternatives({ alternatives, lock, pin }: FactoryOperation): FactoryOperation['alternatives'] {
  const only = pin?.resourceId ?? lock?.resourceId
  return only === undefined ? alternatives : alternatives.filter((one) => one.resourceId === only)
}

/** Materials whose stock does not cover everything that is ever asked for; the others never bind. */
function scarceMaterials(problem: FactoryProblem): Map<string, number> {
  const asked = new Map<string, number>()
  for (const order of problem.orders)
    for (const operation of order.operations)
      for (const { materialId, quantity } of operation.materials ?? [])
        asked.set(materialId, (asked.get(materialId) ?? 0) + quantity)
  const scarce = new Map<string, number>()
  for (const [i, { id, stock }] of problem.materials.entries()) if ((asked.get(id) ?? 0) > stock) scarce.set(id, i)
  return scarce
}

function topologicalOrder(before: readonly number[][], behind: readonly number[][]): number[] {
  const waiting = before.map((list) => list.length / 3)
  const result = waiting.flatMap((count, i) => (count === 0 ? [i] : []))
  for (let next = 0; next < result.length; next += 1) {
    const list = behind[result[next] ?? 0] ?? []
    for (let k = 0; k < list.length; k += 3) {
      const op = list[k] ?? 0
      const left = (waiting[op] ?? 0) - 1
      waiting[op] = left
      if (left === 0) result.push(op)
    }
  }
  return result
}

/** How late each may end so that every pinned operation behind it can begin, were machines always free and open. */
function latestEnds(
  topological: readonly number[],
  behind: readonly number[][],
  least: Int32Array,
  pinStart: Int32Array,
  horizon: number,
): Int32Array {
  const latest = new Int32Array(least.length).fill(horizon)
  for (const op of topological.toReversed()) {
    const list = behind[op] ?? []
    for (let k = 0; k < list.length; k += 3) {
      const next = list[k] ?? 0
      const pinned = at(pinStart, next)
      const begin = pinned >= 0 ? pinned : at(latest, next) - at(least, next)
      // Where they overlap, the first may still run while the next does.
      if ((list[k + 2] ?? 0) === 0) latest[op] = Math.min(at(latest, op), begin - (list[k + 1] ?? 0))
    }
  }
  return latest
}

function tails(
  topological: readonly number[],
  behind: readonly number[][],
  least: Int32Array,
  altFirst: Int32Array,
  altResource: Int32Array,
  resources: ResourceColumns,
  horizon: number,
): Int32Array {
  // Hours by the clock for one of work: horizons are long, so the share of open time is that of every week.
  const stretch = resources.calendars.map(({ before }) => horizon / Math.max(1, before.at(-1) ?? 1))
  const tail = new Int32Array(least.length)
  for (const op of topological.toReversed()) {
    const own = Math.min(horizon, Math.round(at(least, op) * (stretch[at(altResource, at(altFirst, op))] ?? 1)))
    const list = behind[op] ?? []
    let rest = 0
    for (let k = 0; k < list.length; k += 3) rest = Math.max(rest, at(tail, list[k] ?? 0) + (list[k + 1] ?? 0))
    tail[op] = Math.min(horizon, own + rest)
  }
  return tail
}
