import { Worker } from 'node:worker_threads'
import { SECOND_MS } from '@millrace/base'
import type { AdviceResult } from './energy-advice-contract.ts'
import type { AdviceTask } from './energy-advice-search.ts'
import type { FixWish } from './fix-search.ts'
import type { FoundPlan, SearchWish } from './plan-search.ts'
import type { PlanTask } from './plan-worker.ts'
import type { FoundRepair, RepairWish } from './repair-search.ts'
import type { ScenarioWish } from './scenario-search.ts'
import type { FixAnswer } from './schedule-contract.ts'

/** Something is told and asked so often while a thread works. */
const TICK_MS = SECOND_MS
/** What a thread may take beyond its budget: for reading, checking and the first plan of a large site. */
const GRACE_MS = 60 * SECOND_MS

/**
 * Lets a thread search for plans until it has ended.
 *
 * @param onPlan told of each better plan
 * @param tick called every second; false ends the search
 * @throws whatever the thread fails with, or when it takes much longer than it may
 */
export function searchInThread(
  wish: SearchWish,
  signal: AbortSignal,
  onPlan: (plan: FoundPlan) => void,
  tick: () => Promise<boolean>,
): Promise<void> {
  return inThread({ search: wish }, wish.budgetMs, signal, (plan) => onPlan(plan as FoundPlan), tick)
}

/** Lets a thread try what a scenario asks for. Parameters and failures as {@link searchInThread}. */
export function scenarioInThread(
  wish: ScenarioWish,
  signal: AbortSignal,
  onPlan: (plan: FoundPlan) => void,
  tick: () => Promise<boolean>,
): Promise<void> {
  return inThread({ scenario: wish }, wish.budgetMs, signal, (plan) => onPlan(plan as FoundPlan), tick)
}

/** Lets a thread repair a plan. @throws as {@link searchInThread} */
export async function repairInThread(wish: RepairWish, signal: AbortSignal): Promise<FoundRepair | undefined> {
  let found: FoundRepair | undefined
  const keep = (repair: unknown) => {
    found = repair as FoundRepair
  }
  await inThread({ repair: wish }, wish.budgetMs, signal, keep, async () => true)
  return found
}

/** Lets a thread look for what would help a late order. @throws as {@link searchInThread} */
export async function fixesInThread(wish: FixWish, signal: AbortSignal): Promise<FixAnswer | undefined> {
  let found: FixAnswer | undefined
  const keep = (answer: unknown) => {
    found = answer as FixAnswer
  }
  await inThread({ fixes: wish }, 0, signal, keep, async () => true)
  return found
}

/** What a thread says while it looks for a plan that takes less electricity. */
export type AdviceMessage = { readonly progressRatio: number } | { readonly result: AdviceResult }

/**
 * Lets a thread look for a plan that takes less electricity.
 *
 * @param tick called every second; false ends the search
 * @throws as {@link searchInThread}
 */
export async function adviseInThread(
  task: AdviceTask,
  signal: AbortSignal,
  { onProgress, tick }: { onProgress: (ratio: number) => void; tick: () => Promise<boolean> },
): Promise<AdviceResult | undefined> {
  let found: AdviceResult | undefined
  const listen = (message: unknown) => {
    const said = message as AdviceMessage
    if ('result' in said) found = said.result
    else onProgress(said.progressRatio)
  }
  await inThread({ energy: task }, task.budgetMs, signal, listen, tick)
  return found
}

async function inThread(
  task: PlanTask,
  budgetMs: number,
  signal: AbortSignal,
  onMessage: (message: unknown) => void,
  tick: () => Promise<boolean>,
): Promise<void> {
  const worker = new Worker(new URL('./plan-worker.ts', import.meta.url), { workerData: task })
  const ended = new Promise<'ended'>((resolve, reject) => {
    worker.on('message', onMessage)
    worker.on('error', reject)
    worker.on('exit', () => resolve('ended'))
  })
  // A rejection after the race below was left belongs to nobody any more.
  ended.catch(() => undefined)
  const deadlineMs = performance.now() + budgetMs + GRACE_MS
  try {
    while (!signal.aborted) {
      const what = await Promise.race([ended, pause(TICK_MS, signal)])
      if (what === 'ended' || signal.aborted || !(await tick())) return
      if (performance.now() > deadlineMs) throw new Error('Planning took much longer than it may.')
    }
  } finally {
    await worker.terminate()
  }
}

function pause(ms: number, signal: AbortSignal): Promise<'tick'> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve('tick')
    }
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}
