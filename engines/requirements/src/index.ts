export { type LedgerRow, ledgerOf } from './ledger.ts'
export type { ActionMessage, ItemPlan, MessageKind, Peg, Requirement, RequirementsPlan, Supply } from './plan.ts'
export { planRequirements } from './plan-requirements.ts'
export {
  type Component,
  type Damping,
  type Demand,
  type Item,
  type Receipt,
  RequirementsInvalid,
  type RequirementsProblem,
  type WorkingCalendar,
} from './problem.ts'
export { type WorkingDays, workingDays } from './working-days.ts'
