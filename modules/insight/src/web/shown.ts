import { DAY_MS, epochMs, MINUTE_MS } from '@millrace/base'
import type { Finding } from '../contract.ts'

/** A finding just decided stays where it was, so that what happens next is seen where the button was. */
const IN_PLACE_MS = 15 * MINUTE_MS
/** Decided findings stay beside their machine this long, so that their outcome is seen. */
const SHOWN_MS = DAY_MS
const SHOWN_LIMIT = 3

/** The findings beside a machine: those to be decided and those just decided by urgency, then the ones of the last day. */
export function shownFindings(findings: readonly Finding[], nowMs: number): Finding[] {
  const decidedAgoMs = ({ decision }: Finding) => (decision ? nowMs - epochMs(decision.at) : Number.POSITIVE_INFINITY)
  const isInPlace = (finding: Finding) => finding.state === 'open' || decidedAgoMs(finding) < IN_PLACE_MS
  const waiting = (finding: Finding) => finding.benefit?.waitingPerDay ?? 0
  return findings
    .filter((finding) => finding.state === 'open' || decidedAgoMs(finding) < SHOWN_MS)
    .sort((a, b) => Number(isInPlace(b)) - Number(isInPlace(a)) || a.priority - b.priority || waiting(b) - waiting(a))
    .slice(0, SHOWN_LIMIT)
}
