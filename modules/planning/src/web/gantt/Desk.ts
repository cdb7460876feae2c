import { OwnerLine, type Preview } from './ask-owner.ts'
import { type Draft, editOf, ghostsOf, heldAt, nameOf, takeBars, takenAway } from './draft.ts'
import { type Command, EMPTY_HISTORY, type History, recorded, redone, type Step, staleBar, undone } from './history.ts'
import type { GanttEdit } from './model.ts'
import type { GanttStore } from './store.ts'
import { texts } from './texts.ts'
import { commandText, consequence, outcomeText } from './words.ts'

/** Who owns the plan: says what edits do, and makes them. */
export interface PlanOwner {
  readonly mayEdit: boolean
  readonly preview: Preview
  /** Makes a change and shows the new plan. @returns a sentence when it is refused after all */
  readonly onApply: (
    command: Command,
    cause: 'do' | 'undo' | 'redo',
  ) => Promise<string | undefined> | string | undefined
}

/** Takes bars into the hand, asks what moving them does, puts them down, and takes changes back. */
export class Desk {
  readonly #store: GanttStore
  readonly #owner: () => PlanOwner
  readonly #line = new OwnerLine()
  readonly #listeners = new Set<() => void>()
  #history = EMPTY_HISTORY
  /** Until the edit that is being made is made. */
  #busy: Promise<void> | undefined
  /** What is being put down. */
  #dropped: Draft | undefined

  constructor(store: GanttStore, owner: () => PlanOwner) {
    this.#store = store
    this.#owner = owner
  }

  get history(): History {
    return this.#history
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Whether an edit is being made that is not about what is in the hand: its question is not to be cut off. */
  get #isMakingOther(): boolean {
    return this.#busy !== undefined && this.#dropped === undefined
  }

  /** Takes bars into the hand. @returns whether they may move */
  take(barIds: readonly string[]): boolean {
    const draft = takeBars(this.#store.state.picture, barIds)
    return this.hold(this.#owner().mayEdit ? draft : texts.refusals.mayNot)
  }

  hold(draft: Draft | string): boolean {
    if (typeof draft === 'string') {
      this.#store.say(draft, true)
      return false
    }
    this.#store.set({ draft, hoveredId: undefined })
    return true
  }

  /** Holds it elsewhere, and asks what that would do. */
  carry(resourceId: string, shiftMs: number, guideMs?: number): void {
    const { draft } = this.#store.state
    if (!draft) return
    const next = heldAt(draft, resourceId, shiftMs)
    this.#store.set({ draft: next, guideMs })
    if (next === draft || this.#isMakingOther) return
    this.#line.cancel()
    const edit = editOf(next)
    if (edit && next.refusal === undefined) void this.#ask(next, edit)
  }

  async #ask(draft: Draft, edit: GanttEdit): Promise<void> {
    const outcome = await this.#line.ask(this.#owner().preview, edit)
    if (typeof outcome === 'string' || this.#store.state.draft !== draft) return
    this.#store.set({ draft: { ...draft, outcome } })
    const text = outcomeText(outcome, new Set(draft.held.map(({ id }) => id)))
    if (text !== '') this.#store.say(text, 'refusal' in outcome)
  }

  /** Puts down what is held. Where it may not lie it goes back to where it was, with the reason. */
  async drop(): Promise<void> {
    await this.#busy
    const { draft, picture } = this.#store.state
    if (!draft) return
    const edit = editOf(draft)
    if (draft.refusal !== undefined) {
      const where = picture.resources.get(draft.resourceId)?.name ?? draft.resourceId
      this.#store.say(texts.said.notThere(where, draft.refusal), true)
      this.cancel(false)
    } else if (edit) {
      this.#dropped = draft
      await this.run(edit)
      this.#dropped = undefined
      if (this.#store.state.draft === draft) this.cancel(false)
    } else this.cancel()
  }

  cancel(isSaid = true): void {
    if (!this.#store.state.draft) return
    if (!this.#isMakingOther) this.#line.cancel()
    this.#store.set({ draft: undefined, guideMs: undefined })
    if (isSaid) this.#store.say(texts.said.left)
  }

  /** A new plan is there: what is in the hand is put down when it may not move any more, or lies elsewhere by now. */
  checkHand(): void {
    const { draft, picture } = this.#store.state
    if (!draft || draft === this.#dropped) return
    const because = takenAway(picture, draft)
    if (because === undefined) return
    this.cancel(false)
    this.#store.say(because, true)
  }

  /** Asks for an edit and makes it. One at a time: the next one would be about a plan that is about to change. */
  async run(edit: GanttEdit): Promise<void> {
    const { picture } = this.#store.state
    if (this.#busy !== undefined) return
    if (!this.#owner().mayEdit) {
      this.#store.say(texts.refusals.mayNot, true)
      return
    }
    await this.#alone(async () => {
      const outcome = await this.#line.ask(this.#owner().preview, edit)
      if (outcome === 'superseded') return
      if (outcome === 'slow' || outcome === 'failed') this.#store.say(texts.refusals[outcome], true)
      else if ('refusal' in outcome) this.#store.say(outcome.refusal, true)
      else {
        const command = { ...outcome, text: commandText(picture, edit) }
        await this.#apply({ command, history: recorded(this.#history, command) }, 'do', (text) => {
          const more = consequence(outcome.changes, handIds(edit))
          return more === '' ? `${text}.` : `${text}: ${more}.`
        })
      }
    })
  }

  async #alone(act: () => Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#busy = promise
    try {
      await act()
    } finally {
      this.#busy = undefined
      resolve()
    }
  }

  undo(): Promise<void> {
    return this.#step(undone(this.#history), 'undo', texts.said.undone, texts.said.nothingToUndo)
  }

  redo(): Promise<void> {
    return this.#step(redone(this.#history), 'redo', texts.said.redone, texts.said.nothingToRedo)
  }

  async #step(
    step: Step | undefined,
    cause: 'undo' | 'redo',
    said: (text: string) => string,
    nothing: string,
  ): Promise<void> {
    if (this.#busy !== undefined) return
    if (!step) {
      this.#store.say(nothing)
      return
    }
    const { picture } = this.#store.state
    const stale = staleBar(picture.plan, step.command)
    if (stale) {
      this.#store.say(texts.refusals.stale(nameOf(picture, stale)), true)
      return
    }
    await this.#alone(() => this.#apply(step, cause, said))
  }

  async #apply(step: Step, cause: 'do' | 'undo' | 'redo', said: (text: string) => string): Promise<void> {
    let refusal: string | undefined
    try {
      refusal = await this.#owner().onApply(step.command, cause)
    } catch {
      refusal = texts.refusals.failed
    }
    if (refusal === undefined) {
      this.#history = step.history
      for (const listener of this.#listeners) listener()
    }
    this.#store.say(refusal ?? said(step.command.text), refusal !== undefined)
  }

  destroy(): void {
    this.#line.cancel()
    this.#listeners.clear()
  }
}

function handIds(edit: GanttEdit): ReadonlySet<string> {
  switch (edit.kind) {
    case 'move':
      return new Set(edit.moves.map(({ barId }) => barId))
    case 'place':
      return new Set([edit.waitingId])
    case 'split':
      return new Set([edit.barId])
    case 'lock':
    case 'unplace':
      return new Set(edit.barIds)
  }
}

/** What is held now, in one line: where, whether it may, and what it does to others. */
export function draftText(draft: Draft, where: string, when: (atMs: number) => string): string {
  if (draft.refusal !== undefined) return texts.said.notThere(where, draft.refusal)
  const first = ghostsOf(draft)[0]
  const place = texts.said.at(when(first?.startMs ?? 0), where)
  const more = draft.outcome ? outcomeText(draft.outcome, new Set(draft.held.map(({ id }) => id))) : ''
  return more === '' ? place : `${place}. ${more}`
}
