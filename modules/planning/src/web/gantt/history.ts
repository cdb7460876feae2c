import type { PlanChanges } from './apply.ts'
import { inverse } from './apply.ts'
import type { GanttBar, GanttPlan } from './model.ts'

/** A change that was made, with the words for the button that takes it back. */
export interface Command extends PlanChanges {
  readonly text: string
}

/** What was done and what was taken back, newest last. A value: every step makes a new one. */
export interface History {
  readonly done: readonly Command[]
  readonly undone: readonly Command[]
}

export const EMPTY_HISTORY: History = { done: [], undone: [] }

/** Older steps are forgotten; nobody goes further back than this, and a published draft has a history of its own. */
export const STEP_LIMIT = 200

/** After a new change there is nothing left to do again. */
export function recorded(history: History, command: Command): History {
  return { done: [...history.done, command].slice(-STEP_LIMIT), undone: [] }
}

/** A step back or forth: the changes to make now, and the history once they are made. */
export interface Step {
  readonly command: Command
  readonly history: History
}

/** The last change, turned round; undefined when nothing is left to undo. */
export function undone({ done, undone: again }: History): Step | undefined {
  const last = done.at(-1)
  if (!last) return undefined
  return {
    command: { ...inverse(last), text: last.text },
    history: { done: done.slice(0, -1), undone: [...again, last] },
  }
}

/** The change that was taken back last; undefined when there is none. */
export function redone({ done, undone: again }: History): Step | undefined {
  const last = again.at(-1)
  if (!last) return undefined
  return { command: last, history: { done: [...done, last], undone: again.slice(0, -1) } }
}

/**
 * The first bar that is no longer as a command left it, because somebody else or a new plan moved it meanwhile; undefined
 * when the command still fits.
 */
export function staleBar(plan: GanttPlan, { changes }: PlanChanges): GanttBar | undefined {
  const now = new Map(plan.bars.map((bar) => [bar.id, bar]))
  for (const { before, after } of changes) {
    const bar = now.get((before ?? after)?.id ?? '')
    if (before && (!bar || !isSamePlace(bar, before))) return bar ?? before
    if (!before && bar) return bar
  }
  return undefined
}

function isSamePlace(a: GanttBar, b: GanttBar): boolean {
  return a.startMs === b.startMs && a.endMs === b.endMs && a.resourceId === b.resourceId && a.locked === b.locked
}
