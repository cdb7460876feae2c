import { epochMs } from '@millrace/base'
import { startsFrozen } from './fence-rules.ts'
import { idOf, type PlacedOperation } from './plan-rules.ts'
import type { SiteState } from './problem-rules.ts'

/** The plans of a site, as far as they say what stays. */
interface Plans {
  readonly state: SiteState
  readonly draft: { readonly placed: readonly PlacedOperation[] } | undefined
  readonly published: { readonly placed: readonly PlacedOperation[] } | undefined
}

/** What planning leaves where it is: what is under way or frozen in the published plan, and what somebody locked. */
export function pinnedIn({ state, draft, published }: Plans): PlacedOperation[] {
  const onItsWay = (published?.placed ?? []).filter((one) => startsFrozen(one, state))
  const pinned = new Map(onItsWay.map((one) => [idOf(one), one]))
  for (const one of (draft ?? published)?.placed ?? []) {
    const isPast = epochMs(one.startAt) < state.nowMs
    if (one.locked && !isPast) pinned.set(idOf(one), one)
  }
  return [...pinned.values()]
}
