import type { TrailEvent } from '@millrace/base'
import { equalHashes } from '@millrace/rfc6962'
import type { Finding } from './finding.ts'
import type { HashList } from './hash-list.ts'

/** An event that is not the one whose hash belongs to its place. */
export interface Odd {
  readonly sequence: number
  readonly event: TrailEvent
}

/** Places that are tried around an event to see where it stood before. */
const NEAR = 64

/**
 * Says of odd events what was done to them: the content of a moved event still has the hash of its old place; a changed one
 * has no place at all; where neither is, one was put in or taken away.
 */
export function explain(of: {
  odd: readonly Odd[]
  /** Events after what the witness saw, which may have stood within it. */
  beyond: readonly Odd[]
  /** What the witness saw. */
  leaves: HashList | undefined
  hashOf: (event: TrailEvent, sequence: number) => Uint8Array
  oddMax: number
}): Finding[] {
  const { odd, leaves, hashOf } = of
  if (odd.length === 0) return []
  const places = new Set(odd.map(({ sequence }) => sequence))
  /** Old place of an event by where it stands now. */
  const cameFrom = new Map<number, number>()
  const unknown: Odd[] = []
  let shift = 0
  for (const one of odd) {
    const from = leaves && oldPlace(one, shift)
    if (from === undefined) unknown.push(one)
    else {
      cameFrom.set(one.sequence, from)
      shift = from - one.sequence
    }
  }

  function oldPlace({ event, sequence }: Odd, guess: number): number | undefined {
    const near = Array.from(
      { length: NEAR * 2 },
      (_, index) => (index % 2 === 0 ? 1 : -1) * (Math.floor(index / 2) + 1),
    )
    const candidates = [sequence + guess, ...near.map((step) => sequence + step), ...places]
    return candidates.find((place) => {
      const known = leaves?.at(place - 1)
      return known !== undefined && place !== sequence && equalHashes(hashOf(event, place), known)
    })
  }

  for (const one of of.beyond) {
    const from = leaves && oldPlace(one, shift)
    if (from !== undefined) cameFrom.set(one.sequence, from)
  }
  const taken = new Set(cameFrom.values())
  const findings: Finding[] = []
  const say = (kind: Finding['kind'], sequence: number, sentence: string) => findings.push({ kind, sequence, sentence })
  for (const { sequence, event } of unknown) {
    const what = `${event.at}, ${event.actor}: ${event.action} ${event.object}`
    // Its place is still free: nobody else has come from it. Otherwise it stands where another was.
    if (taken.has(sequence)) say('inserted', sequence, `Event ${sequence} was put in (${what}).`)
    else say('changed', sequence, `Event ${sequence} was changed; now it says: ${what}.`)
  }
  // What stood here and stands nowhere now.
  const changed = new Set(unknown.map(({ sequence }) => sequence))
  for (const { sequence } of odd) {
    if (!changed.has(sequence) && !taken.has(sequence)) say('deleted', sequence, `Event ${sequence} was deleted.`)
  }
  const moved = [...cameFrom]
  const shifts = new Set(moved.map(([to, from]) => from - to))
  const [first] = moved
  const [only] = shifts
  if (first && shifts.size === 1 && findings.length > 0 && only !== undefined) {
    const [to, from] = first
    say('moved', to, `Events from ${from} on were renumbered by ${-only}.`)
  } else for (const [to, from] of moved) say('moved', to, `Event ${from} was moved to place ${to}.`)
  if (odd.length >= of.oddMax) say('changed', odd.at(-1)?.sequence ?? 0, `More events than ${of.oddMax} do not fit.`)
  return findings.sort((one, other) => (one.sequence ?? 0) - (other.sequence ?? 0))
}
