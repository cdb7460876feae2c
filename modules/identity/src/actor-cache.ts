import { epochMs, now } from '@millrace/base'
import type { Actor } from '@millrace/runtime'

/** How long somebody is known without looking again: what is ended or changed elsewhere holds after this at the latest. */
const CACHE_MS = 1000
const CACHE_LIMIT = 5000

const known = new Map<string, { readonly actor: Actor; readonly untilMs: number }>()

/** Who was recognised a moment ago by this. */
export function knownActor(key: string): Actor | undefined {
  const found = known.get(key)
  return found && found.untilMs > epochMs(now()) ? found.actor : undefined
}

export function rememberActor(key: string, actor: Actor): void {
  if (known.size >= CACHE_LIMIT) known.clear()
  known.set(key, { actor, untilMs: epochMs(now()) + CACHE_MS })
}

/** Forgets who was known of an enterprise, after a change of what somebody may do. */
export function forgetActors(enterpriseId: string): void {
  for (const [key, { actor }] of known) if (actor.enterpriseId === enterpriseId) known.delete(key)
}
