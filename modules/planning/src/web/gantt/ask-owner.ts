import type { GanttEdit, GanttOutcome } from './model.ts'

/** Asks the owner of the plan what an edit would do. */
export type Preview = (edit: GanttEdit, signal: AbortSignal) => GanttOutcome | Promise<GanttOutcome>

/** A planner waits this long for an answer, not longer; nothing is changed without one. */
const ANSWER_MS = 10_000

/** Why there is no outcome. */
export type NoAnswer = 'superseded' | 'slow' | 'failed'

/**
 * Asks one thing at a time. While bars are dragged, questions come faster than answers: a new one supersedes those before
 * it, which are aborted.
 */
export class OwnerLine {
  #running: AbortController | undefined

  /** @returns the outcome, or why there is none. Never rejects. */
  async ask(preview: Preview, edit: GanttEdit): Promise<GanttOutcome | NoAnswer> {
    this.cancel()
    const controller = new AbortController()
    this.#running = controller
    const timeout = AbortSignal.timeout(ANSWER_MS)
    const signal = AbortSignal.any([controller.signal, timeout])
    try {
      const answer = await Promise.race([preview(edit, signal), rejection(signal)])
      return controller.signal.aborted ? 'superseded' : answer
    } catch {
      if (controller.signal.aborted) return 'superseded'
      return timeout.aborted ? 'slow' : 'failed'
    } finally {
      if (this.#running === controller) this.#running = undefined
    }
  }

  cancel(): void {
    this.#running?.abort()
    this.#running = undefined
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
