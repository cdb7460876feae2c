import { decimalOf } from '@millrace/base'
import { ledgerOf, planRequirements, RequirementsInvalid, type RequirementsPlan } from '@millrace/requirements'
import { momentOf } from './day-rules.ts'
import { type FreshMessage, freshMessages } from './message-rules.ts'
import type { RequirementGrid } from './requirement-contract.ts'
import { type RequirementState, type StatedRequirements, stateRequirements } from './requirement-problem-rules.ts'

/** What every site needs week by week, and what to do about it. */
export interface Reckoned {
  readonly messages: readonly FreshMessage[]
  readonly grids: readonly RequirementGrid[]
}

/** Why nothing could be reckoned, in a sentence. */
export interface Unreckoned {
  readonly detail: string
}

const WEEK_DAYS = 7

/** Reckons all sites of a company. */
export function reckon(state: RequirementState, horizonDays: number): Reckoned | Unreckoned {
  const stated = stateRequirements(state, horizonDays)
  const plan = planOrDetail(stated)
  if ('detail' in plan) return plan
  return { messages: freshMessages(state, stated, plan), grids: gridsOf(state, stated, plan) }
}

/** Bills and transfers of a company may contradict each other, which somebody has to mend: that is no failure of the task. */
function planOrDetail({ problem }: StatedRequirements): RequirementsPlan | Unreckoned {
  try {
    return planRequirements(problem)
  } catch (error) {
    if (!(error instanceof RequirementsInvalid)) throw error
    return {
      detail:
        'A bill of material or a transfer between plants leads back to itself. Nothing can be reckoned until that is mended.',
    }
  }
}

function gridsOf(
  state: RequirementState,
  { places, horizonDays }: StatedRequirements,
  plan: RequirementsPlan,
): RequirementGrid[] {
  return plan.items.flatMap((itemPlan) => {
    const place = places.get(itemPlan.item.id)
    if (!place) return []
    const { site, policy } = place
    const days = { timeZone: site.timeZone, nowMs: state.nowMs }
    return [
      {
        ...{ siteId: site.siteId, materialId: policy.materialId, level: itemPlan.level },
        onHand: decimalOf(itemPlan.item.onHand),
        safetyStock: decimalOf(itemPlan.item.safetyStock),
        weeks: ledgerOf(itemPlan, horizonDays, WEEK_DAYS).map(({ fromDay, ...row }) => ({
          startAt: momentOf(days, fromDay, 0),
          ...{ gross: decimalOf(row.gross), receipts: decimalOf(row.receipts), planned: decimalOf(row.planned) },
          ...{ projected: decimalOf(row.projected), least: decimalOf(row.least) },
        })),
      },
    ]
  })
}
