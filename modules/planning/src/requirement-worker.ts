import { parentPort, workerData } from 'node:worker_threads'
import type { RequirementState } from './requirement-problem-rules.ts'
import { type Reckoned, reckon, type Unreckoned } from './requirement-reckoning-rules.ts'

// Thousands of materials take half a second, in which a server could answer nobody.
const { state, horizonDays } = workerData as { state: RequirementState; horizonDays: number }
const reckoned: Reckoned | Unreckoned = reckon(state, horizonDays)
parentPort?.postMessage(reckoned)
