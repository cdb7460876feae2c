import type { FactoryOperation, FactoryProblem } from './problem.ts'
import { known, number, refuse } from './problem-invalid.ts'

const ALTERNATIVES_MAX = 64
const WEIGHT_MAX = 1_000_000
const COUNT_MAX = 1_000_000_000

interface Known {
  readonly resources: ReadonlyMap<string, { readonly count: number; readonly batchLoad?: number }>
  readonly skills: ReadonlySet<string>
  readonly tools: ReadonlySet<string>
  readonly materials: ReadonlySet<string>
  readonly quantities: ReadonlyMap<string, number>
}

/** @throws factoryInvalid */
export function checkOrders(problem: FactoryProblem): void {
  const quantities = new Map<string, number>()
  for (const [i, order] of problem.orders.entries())
    for (const [k, { id }] of order.operations.entries()) {
      if (quantities.has(id)) refuse(`orders[${i}].operations[${k}].id`, `is "${id}" a second time`)
      quantities.set(id, order.quantity)
    }
  const all: Known = {
    resources: new Map(problem.resources.map((one) => [one.id, one])),
    skills: new Set(problem.operatorGroups.flatMap((group) => group.skills)),
    tools: new Set(problem.tools.map((one) => one.id)),
    materials: new Set(problem.materials.map((one) => one.id)),
    quantities,
  }
  for (const [i, order] of problem.orders.entries()) {
    number(() => `orders[${i}].weight`, order.weight, 1, WEIGHT_MAX)
    number(() => `orders[${i}].releaseS`, order.releaseS, 0, problem.horizonS)
    number(() => `orders[${i}].dueS`, order.dueS, 0, COUNT_MAX)
    number(() => `orders[${i}].quantity`, order.quantity, 1, COUNT_MAX)
    for (const [k, operation] of order.operations.entries())
      checkOperation(() => `orders[${i}].operations[${k}]`, operation, problem.horizonS, all)
  }
}

function checkOperation(path: () => string, operation: FactoryOperation, horizonS: number, all: Known): void {
  const { alternatives, after = [], operators, tools = [], materials = [], load = 1, pin, lock } = operation
  if (alternatives.length === 0 || alternatives.length > ALTERNATIVES_MAX)
    refuse(`${path()}.alternatives`, `has ${alternatives.length} entries; 1 to ${ALTERNATIVES_MAX} are possible`)
  number(() => `${path()}.load`, load, 1, COUNT_MAX)
  for (const [i, { resourceId, durationS }] of alternatives.entries()) {
    const resource = all.resources.get(resourceId)
    if (!resource) refuse(`${path()}.alternatives[${i}].resourceId`, `names "${resourceId}", which is not there`)
    number(() => `${path()}.alternatives[${i}].durationS`, durationS, 1, horizonS)
    if (resource.batchLoad !== undefined) number(() => `${path()}.load`, load, 1, resource.batchLoad)
  }
  for (const [i, { operationId, waitS = 0, transferQuantity }] of after.entries()) {
    const quantity = all.quantities.get(operationId)
    if (quantity === undefined)
      refuse(`${path()}.after[${i}].operationId`, `names "${operationId}", which is not there`)
    number(() => `${path()}.after[${i}].waitS`, waitS, 0, horizonS)
    if (transferQuantity !== undefined)
      number(() => `${path()}.after[${i}].transferQuantity`, transferQuantity, 1, quantity)
  }
  if (operators) {
    known(() => `${path()}.operators.skill`, operators.skill, all.skills)
    number(() => `${path()}.operators.count`, operators.count, 1, COUNT_MAX)
  }
  for (const [i, { toolId, count }] of tools.entries()) {
    known(() => `${path()}.tools[${i}].toolId`, toolId, all.tools)
    number(() => `${path()}.tools[${i}].count`, count, 1, COUNT_MAX)
  }
  for (const [i, { materialId, quantity }] of materials.entries()) {
    known(() => `${path()}.materials[${i}].materialId`, materialId, all.materials)
    number(() => `${path()}.materials[${i}].quantity`, quantity, 1, COUNT_MAX)
  }
  const offered = (resourceId: string) => alternatives.some((one) => one.resourceId === resourceId)
  if (lock?.resourceId !== undefined && !offered(lock.resourceId))
    refuse(`${path()}.lock.resourceId`, `is "${lock.resourceId}", which is none of its alternatives`)
  if (lock?.notBeforeS !== undefined) number(() => `${path()}.lock.notBeforeS`, lock.notBeforeS, 0, horizonS)
  if (pin) {
    if (!offered(pin.resourceId))
      refuse(`${path()}.pin.resourceId`, `is "${pin.resourceId}", which is none of its alternatives`)
    number(() => `${path()}.pin.startS`, pin.startS, 0, horizonS)
    if (pin.setupStartS !== undefined) number(() => `${path()}.pin.setupStartS`, pin.setupStartS, 0, pin.startS)
    number(() => `${path()}.pin.lane`, pin.lane, 0, (all.resources.get(pin.resourceId)?.count ?? 1) - 1)
  }
}
