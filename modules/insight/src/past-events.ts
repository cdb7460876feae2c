import type { FindingCause } from './contract.ts'
import type { CaseEvent } from './machine-watch.ts'

/**
 * What is worth writing of a past that was lived through at once: every beginning and end of a case, and of what was said
 * in between only the last.
 */
export function lastWords(events: readonly CaseEvent[]): CaseEvent[] {
  const kept: CaseEvent[] = []
  const later = new Set<FindingCause>()
  for (const event of events.toReversed()) {
    if (event.type === 'refresh' && later.has(event.cause)) continue
    if (event.type === 'refresh') later.add(event.cause)
    // What was said before a case ended belongs to another case than what was said after it.
    else later.delete(event.cause)
    kept.push(event)
  }
  return kept.reverse()
}
