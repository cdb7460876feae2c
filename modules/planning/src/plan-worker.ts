import { parentPort, workerData } from 'node:worker_threads'
import { type AdviceTask, searchAdvice } from './energy-advice-search.ts'
import { type FixWish, searchFixes } from './fix-search.ts'
import { type SearchWish, searchPlan } from './plan-search.ts'
import type { AdviceMessage } from './plan-thread.ts'
import { type RepairWish, searchRepair } from './repair-search.ts'
import { type ScenarioWish, searchScenario } from './scenario-search.ts'

/** What the thread is for. */
export type PlanTask =
  | { readonly search: SearchWish }
  | { readonly scenario: ScenarioWish }
  | { readonly repair: RepairWish }
  | { readonly fixes: FixWish }
  | { readonly energy: AdviceTask }

// Planning takes seconds of computing: it has a thread of its own, and ends with it.
const task = workerData as PlanTask
if ('search' in task) searchPlan(task.search, (plan) => parentPort?.postMessage(plan))
else if ('scenario' in task) searchScenario(task.scenario, (plan) => parentPort?.postMessage(plan))
else if ('repair' in task) parentPort?.postMessage(searchRepair(task.repair))
else if ('fixes' in task) parentPort?.postMessage(searchFixes(task.fixes))
else {
  const say = (message: AdviceMessage) => parentPort?.postMessage(message)
  say({ result: searchAdvice(task.energy, (progressRatio) => say({ progressRatio })) })
}
