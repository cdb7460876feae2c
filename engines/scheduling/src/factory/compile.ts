import { checkProblem } from './check-problem.ts'
import { compileOperations } from './compile-operations.ts'
import { compileResources } from './compile-resources.ts'
import { at, rowsOf } from './ints.ts'
import type { FactoryProblem } from './problem.ts'
import { setupTable } from './setup-table.ts'
import type { Index, OrderColumns, Shop } from './shop.ts'

/**
 * Compiles a problem once; plans, searches and repairs work on the result.
 *
 * @throws factoryInvalid with the place that is wrong
 */
export function compileFactory(problem: FactoryProblem): Shop {
  checkProblem(problem)
  const index = indexOf(problem)
  const families = new Map<string, number>([['', 0]])
  const familyOf = (family: string) => {
    const known = families.get(family)
    if (known !== undefined) return known
    families.set(family, families.size)
    return families.size - 1
  }
  const skills = new Map<string, number>()
  for (const group of problem.operatorGroups)
    for (const skill of group.skills) if (!skills.has(skill)) skills.set(skill, skills.size)

  const resources = compileResources(problem, familyOf)
  const orders = compileOrders(problem)
  const operations = compileOperations(problem, { index, familyOf, skills, resources, orders })
  return {
    problem,
    horizon: problem.horizonS,
    now: problem.nowS,
    orders,
    operations,
    resources,
    groups: {
      ids: problem.operatorGroups.map((one) => one.id),
      headcount: Int32Array.from(problem.operatorGroups, (one) => one.headcount),
      able: rowsOf(
        [...skills.keys()].map((skill) =>
          problem.operatorGroups.flatMap((group, i) => (group.skills.includes(skill) ? [i] : [])),
        ),
      ),
    },
    tools: { ids: problem.tools.map((one) => one.id), count: Int32Array.from(problem.tools, (one) => one.count) },
    materials: {
      ids: problem.materials.map((one) => one.id),
      stock: Int32Array.from(problem.materials, (one) => one.stock),
      arrivals: rowsOf(
        problem.materials.map((one) =>
          one.arrivals.toSorted((a, b) => a.atS - b.atS).flatMap(({ atS, quantity }) => [atS, quantity]),
        ),
      ),
    },
    setups: setupTable(problem.setupMatrices, families),
    index,
  }
}

function indexOf(problem: FactoryProblem): Index {
  const operationIds = problem.orders.flatMap((order) => order.operations.map((one) => one.id))
  const numbered = (ids: readonly string[]) => new Map(ids.map((id, i) => [id, i]))
  return {
    operationIds,
    operations: numbered(operationIds),
    orders: numbered(problem.orders.map((one) => one.id)),
    resources: numbered(problem.resources.map((one) => one.id)),
    groups: numbered(problem.operatorGroups.map((one) => one.id)),
  }
}

function compileOrders(problem: FactoryProblem): OrderColumns {
  const first = new Int32Array(problem.orders.length + 1)
  for (const [i, order] of problem.orders.entries()) first[i + 1] = at(first, i) + order.operations.length
  return {
    count: problem.orders.length,
    weight: Int32Array.from(problem.orders, (one) => one.weight),
    due: Int32Array.from(problem.orders, (one) => one.dueS),
    release: Int32Array.from(problem.orders, (one) => one.releaseS),
    first,
  }
}
