import { checkOrders } from './check-orders.ts'
import type { FactoryProblem, Interval } from './problem.ts'
import { known, number, refuse } from './problem-invalid.ts'
import { NEVER } from './work-calendar.ts'

/** Bounds that keep one problem within a few hundred megabytes. */
const RESOURCES_MAX = 2000
const LANES_MAX = 64
const OPERATIONS_MAX = 200_000
const INTERVALS_MAX = 20_000
const LIST_MAX = 20_000
const COUNT_MAX = 1_000_000_000

/**
 * Refuses a problem that makes no sense, with the first place that is wrong.
 *
 * @throws factoryInvalid
 */
export function checkProblem(problem: FactoryProblem): void {
  number(() => 'horizonS', problem.horizonS, 1, NEVER / 2)
  number(() => 'nowS', problem.nowS, 0, problem.horizonS)
  number(() => 'frozenUntilS', problem.frozenUntilS, problem.nowS, problem.horizonS)
  const calendars = ids('calendars', problem.calendars, LIST_MAX)
  for (const [i, one] of problem.calendars.entries()) intervals(`calendars[${i}].open`, one.open, true)

  const matrices = ids('setupMatrices', problem.setupMatrices, LIST_MAX)
  for (const [i, matrix] of problem.setupMatrices.entries()) {
    number(() => `setupMatrices[${i}].otherwiseS`, matrix.otherwiseS, 0, problem.horizonS)
    number(() => `setupMatrices[${i}].initialS`, matrix.initialS, 0, problem.horizonS)
    for (const [k, change] of matrix.changes.entries())
      number(() => `setupMatrices[${i}].changes[${k}].setupS`, change.setupS, 0, problem.horizonS)
  }

  ids('resources', problem.resources, RESOURCES_MAX)
  for (const [i, resource] of problem.resources.entries()) {
    const path = `resources[${i}]`
    number(() => `${path}.count`, resource.count, 1, LANES_MAX)
    known(() => `${path}.calendarId`, resource.calendarId, calendars)
    if (resource.setupMatrixId !== undefined) known(() => `${path}.setupMatrixId`, resource.setupMatrixId, matrices)
    if (resource.kind === 'batch') number(() => `${path}.batchLoad`, resource.batchLoad ?? 0, 1, COUNT_MAX)
    if (resource.frozenUntilS !== undefined)
      number(() => `${path}.frozenUntilS`, resource.frozenUntilS, problem.nowS, problem.horizonS)
    intervals(`${path}.closed`, resource.closed ?? [], false)
    intervals(`${path}.stops`, resource.stops ?? [], false)
  }

  ids('operatorGroups', problem.operatorGroups, LIST_MAX)
  for (const [i, group] of problem.operatorGroups.entries()) {
    number(() => `operatorGroups[${i}].headcount`, group.headcount, 0, COUNT_MAX)
    known(() => `operatorGroups[${i}].calendarId`, group.calendarId, calendars)
    intervals(`operatorGroups[${i}].absences`, group.absences ?? [], false)
    for (const [k, absence] of (group.absences ?? []).entries())
      number(() => `operatorGroups[${i}].absences[${k}].count`, absence.count, 1, COUNT_MAX)
  }
  ids('tools', problem.tools, LIST_MAX)
  for (const [i, tool] of problem.tools.entries()) number(() => `tools[${i}].count`, tool.count, 0, COUNT_MAX)
  ids('materials', problem.materials, LIST_MAX)
  for (const [i, material] of problem.materials.entries()) {
    number(() => `materials[${i}].stock`, material.stock, 0, COUNT_MAX)
    ids(`materials[${i}].arrivals`, material.arrivals, LIST_MAX)
    for (const [k, arrival] of material.arrivals.entries()) {
      number(() => `materials[${i}].arrivals[${k}].atS`, arrival.atS, 0, NEVER / 2)
      number(() => `materials[${i}].arrivals[${k}].quantity`, arrival.quantity, 1, COUNT_MAX)
    }
  }
  for (const [i, way] of problem.transports.entries())
    number(() => `transports[${i}].durationS`, way.durationS, 0, problem.horizonS)
  ids('orders', problem.orders, OPERATIONS_MAX)
  const count = problem.orders.reduce((sum, order) => sum + order.operations.length, 0)
  if (count > OPERATIONS_MAX) refuse('orders', `holds ${count} operations; ${OPERATIONS_MAX} are possible`)
  checkOrders(problem)
}

function ids(path: string, list: readonly { readonly id: string }[], countMax: number): Set<string> {
  if (list.length > countMax) refuse(path, `has ${list.length} entries; ${countMax} are possible`)
  const all = new Set<string>()
  for (const [i, { id }] of list.entries()) {
    if (all.has(id)) refuse(`${path}[${i}].id`, `is "${id}" a second time`)
    all.add(id)
  }
  return all
}

function intervals(path: string, list: readonly Interval[], sorted: boolean): void {
  if (list.length > INTERVALS_MAX) refuse(path, `has ${list.length} entries; ${INTERVALS_MAX} are possible`)
  let lastEndS = 0
  for (const [i, { startS, endS }] of list.entries()) {
    number(() => `${path}[${i}].startS`, startS, sorted ? lastEndS : 0, NEVER / 2)
    number(() => `${path}[${i}].endS`, endS, startS + 1, NEVER / 2)
    lastEndS = endS
  }
}
