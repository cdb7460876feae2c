export { type EnergyFigures, energyFigures } from './energy/energy-figures.ts'
export type { EnergyLine, EnergyLinePlan } from './energy/energy-line.ts'
export type { EnergyMove } from './energy/energy-moves.ts'
export type { EnergyMachine, EnergyOperation, EnergyPlan, EnergyWait } from './energy/energy-plan.ts'
export type { EnergyRates } from './energy/energy-rates.ts'
export { improveEnergyLine } from './energy/improve-energy-line.ts'
export { type EnergySaving, saveEnergy } from './energy/save-energy.ts'
export type { EnergyGoal } from './energy/timing-search.ts'
export { validateEnergyLinePlan } from './energy/validate-energy-line.ts'
export { validateEnergyPlan } from './energy/validate-energy-plan.ts'
export { compileFactory } from './factory/compile.ts'
export { afterEvents, type FactoryEvent } from './factory/events.ts'
export {
  type ChainLink,
  explainLate,
  explainOrder,
  type LatenessCause,
  type LatenessExplanation,
} from './factory/explain.ts'
export { type Fix, withFix } from './factory/fix-candidates.ts'
export { cheapestFixes, type FixEffect, type FixOptions } from './factory/fixes.ts'
export { openIntervals, type WorkingTime } from './factory/intervals.ts'
export { bestList, type ListMode, listByRule, type RuleResult } from './factory/list.ts'
export type { Binding, BindingReason, FactoryPlan, Placement, Score } from './factory/plan.ts'
export { improveFactory, type Planned, type PlanningOptions, planFactory } from './factory/plan-factory.ts'
export { boardOf, planOf } from './factory/plan-of.ts'
export type {
  FactoryAlternative,
  FactoryCalendar,
  FactoryMaterial,
  FactoryOperation,
  FactoryOrder,
  FactoryProblem,
  FactoryResource,
  FactoryTool,
  Interval,
  Lock,
  MaterialArrival,
  OperatorGroup,
  OperatorNeed,
  Pin,
  Precedence,
  SetupMatrix,
  Transport,
} from './factory/problem.ts'
export { factoryInvalid } from './factory/problem-invalid.ts'
export {
  type EarlierPromise,
  type PromiseDate,
  type PromiseOptions,
  promiseByMoving,
  promiseDate,
} from './factory/promise.ts'
export { type PlanChange, type Repaired, type RepairOptions, repairPlan } from './factory/repair.ts'
export { DISPATCHING_RULES, type DispatchingRule } from './factory/rules.ts'
export { compareScores, type ScoreOptions, scoreOf } from './factory/score.ts'
export type { Shop } from './factory/shop.ts'
export { type Violation, validateFactoryPlan } from './factory/validate.ts'
export type { FlowPlan } from './flow/flow-plan.ts'
export type { FlowShop } from './flow/flow-shop.ts'
export { improveFlow } from './flow/improve-flow.ts'
export { validateFlowPlan } from './flow/validate-flow.ts'
export { improveJobShop, type JobShopProgress } from './jobshop/improve.ts'
export { type Alternative, type JobShop, type JobShopSchedule, OPERATIONS_MAX } from './jobshop/model.ts'
export { scheduleFaults } from './jobshop/validate.ts'
export { improveProject } from './projects/improve-project.ts'
export type { Activity, Project } from './projects/project.ts'
export type { ProjectPlan } from './projects/project-plan.ts'
export { validateProjectPlan } from './projects/validate-project.ts'
export type { SearchOptions } from './search-options.ts'
