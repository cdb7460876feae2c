import type { Draft } from './draft.ts'
import type { Box, Viewport } from './hit-test.ts'
import type { BarChange, Outage } from './model.ts'
import type { Picture } from './picture.ts'

/** Everything the picture shows besides the plan: where it is, and what the person does with it. */
export interface GanttState {
  readonly picture: Picture
  readonly viewport: Viewport
  readonly nowMs: number
  readonly selected: ReadonlySet<string>
  /** Where the keyboard is. */
  readonly focusedId: string | undefined
  readonly hoveredId: string | undefined
  /** An outage under the pointer, and the position of its lane. */
  readonly hoveredOutage: { readonly lane: number; readonly outage: Outage } | undefined
  readonly draft: Draft | undefined
  /** What a dragged bar snapped to, for the guide line. */
  readonly guideMs: number | undefined
  readonly band: Box | undefined
  /** Changes that somebody else proposes, drawn over the plan as it is. */
  readonly proposed: readonly BarChange[] | undefined
  /** Whether the chain that holds the focused bar is shown. */
  readonly showsChain: boolean
  readonly menu: { readonly barId: string; readonly x: number; readonly y: number; readonly atMs: number } | undefined
  /** What was said last, for the line under the picture and for screen readers. */
  readonly said: { readonly text: string; readonly isRefusal: boolean; readonly count: number }
}

/**
 * The state outside of React: a frame reads it sixty times a second, a component only what it names. Has no life of its
 * own; whoever subscribes unsubscribes.
 */
export class GanttStore {
  #state: GanttState
  readonly #listeners = new Set<(previous: GanttState) => void>()

  constructor(state: GanttState) {
    this.#state = state
  }

  get state(): GanttState {
    return this.#state
  }

  set(patch: Partial<GanttState>): void {
    const previous = this.#state
    const isSame = Object.entries(patch).every(([key, value]) => previous[key as keyof GanttState] === value)
    if (isSame) return
    this.#state = { ...previous, ...patch }
    for (const listener of this.#listeners) listener(previous)
  }

  say(text: string, isRefusal = false): void {
    this.set({ said: { text, isRefusal, count: this.#state.said.count + 1 } })
  }

  subscribe(listener: (previous: GanttState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
