import { parentPort, workerData } from 'node:worker_threads'
import {
  type CapacityProblem,
  capacityFaults,
  loadAsWanted,
  loadSolver,
  planWeeks,
  shortages,
} from '@millrace/capacity'
import type { FoundWeeks } from './weekly-answer-rules.ts'

// A solver call cannot be interrupted: it has a thread of its own, and ends with it.
const { problem, timeLimitS } = workerData as { problem: CapacityProblem; timeLimitS: number }
const solve = await loadSolver()
const plan = planWeeks(problem, solve, timeLimitS)
const [fault] = capacityFaults(problem, plan)
if (fault) throw new Error(`A weekly plan breaks a rule: ${fault}.`)
const found: FoundWeeks = { plan, asWanted: loadAsWanted(problem, solve), shortages: shortages(problem, plan) }
parentPort?.postMessage(found)
