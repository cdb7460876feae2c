import type { FactoryPlan, Placement } from './plan.ts'
import type { FactoryOperation, FactoryOrder, FactoryProblem, FactoryResource } from './problem.ts'
import { checkLanes } from './validate-lanes.ts'
import { checkMaterials, checkOperators, checkTools } from './validate-limited.ts'
import { checkPrecedences } from './validate-precedence.ts'
import { checkOwnTimes, type OpenTimes, openTimes } from './validate-times.ts'

/** Something that a plan may not do. The same code for the same kind of wrong. */
export interface Violation {
  readonly code:
    | 'unknown'
    | 'twice'
    | 'forgotten'
    | 'machine'
    | 'pin'
    | 'lock'
    | 'too-early'
    | 'horizon'
    | 'calendar'
    | 'duration'
    | 'split'
    | 'overlap'
    | 'batch'
    | 'setup'
    | 'precedence'
    | 'operators'
    | 'tool'
    | 'material'
  readonly operationId: string
  readonly detail: string
}

/** One placement with what the problem says about it. */
export interface Placed {
  readonly placement: Placement
  readonly operation: FactoryOperation
  readonly order: FactoryOrder
  readonly resource: FactoryResource
  readonly durationS: number
  /** Started before now: what happened, happened. */
  readonly history: boolean
}

export interface Checked {
  readonly problem: FactoryProblem
  readonly placed: ReadonlyMap<string, Placed>
  readonly times: OpenTimes
  readonly report: (code: Violation['code'], operationId: string, detail: string) => void
}

/** A plan with more than this is not worth a longer list. */
const VIOLATIONS_MAX = 1000

/**
 * Checks a plan against the problem as it is stated. Shares no code with what makes plans.
 *
 * @returns what is wrong, at most 1000 entries; empty for a valid plan. Operations that the plan leaves without a place are no
 *   violation as long as it says so.
 */
export function validateFactoryPlan(problem: FactoryProblem, plan: FactoryPlan): Violation[] {
  const violations: Violation[] = []
  const report: Checked['report'] = (code, operationId, detail) => {
    if (violations.length < VIOLATIONS_MAX) violations.push({ code, operationId, detail })
  }
  const checked: Checked = { problem, placed: lookUp(problem, plan, report), times: openTimes(problem), report }
  for (const one of checked.placed.values()) checkOwnTimes(checked, one)
  checkPrecedences(checked)
  checkLanes(checked)
  checkOperators(checked)
  checkTools(checked)
  checkMaterials(checked)
  return violations
}

function lookUp(problem: FactoryProblem, plan: FactoryPlan, report: Checked['report']): Map<string, Placed> {
  const known = new Map<string, { operation: FactoryOperation; order: FactoryOrder }>()
  for (const order of problem.orders)
    for (const operation of order.operations) known.set(operation.id, { operation, order })
  const resources = new Map(problem.resources.map((one) => [one.id, one]))
  const placed = new Map<string, Placed>()
  for (const placement of plan.placements) {
    const id = placement.operationId
    const found = known.get(id)
    const resource = resources.get(placement.resourceId)
    const alternative = found?.operation.alternatives.find((one) => one.resourceId === placement.resourceId)
    if (!found) report('unknown', id, 'is not in the problem')
    else if (placed.has(id)) report('twice', id, 'has two places')
    else if (!resource || !alternative) report('machine', id, `may not run on ${placement.resourceId}`)
    else
      placed.set(id, {
        ...found,
        placement,
        resource,
        durationS: alternative.durationS,
        history: placement.startS < problem.nowS,
      })
  }
  const admitted = new Set(plan.unplaced.map((one) => one.operationId))
  for (const id of known.keys())
    if (!placed.has(id) && !admitted.has(id)) report('forgotten', id, 'has no place, and the plan does not say so')
  return placed
}
