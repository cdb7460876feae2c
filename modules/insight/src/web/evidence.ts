import { formatNumber, formatQuantity, formatRatio } from '@millrace/ui'
import type { Action, Evidence } from '../contract.ts'
import { texts } from './texts.ts'

/** One bar of the card: what was seen against what is usual. */
export interface EvidenceBar {
  readonly title: string
  readonly ratio: number
  readonly usualRatio: number | null
  readonly isUnusual: boolean
  readonly text: string
}

/** Air at the end of a bar, so that the largest value does not look like a limit. */
const AIR = 1.2

/** The bar of a piece of evidence. A spectrum's bar counts in times the usual. */
export function evidenceBar(evidence: Evidence): EvidenceBar {
  if (evidence.type === 'spectrum') {
    const top = Math.max(evidence.ratio, 1) * AIR
    return {
      title: evidence.bandTitle,
      ratio: evidence.ratio / top,
      usualRatio: 1 / top,
      isUnusual: true,
      text: texts.card.times(formatNumber(evidence.ratio, 1)),
    }
  }
  const { observed, usual, usualLow, usualHigh, unit, title } = evidence
  const top = Math.max(Math.abs(observed), Math.abs(usual ?? 0), Math.abs(usualHigh ?? 0)) * AIR || 1
  return {
    title,
    ratio: Math.abs(observed) / top,
    usualRatio: usual === null ? null : Math.abs(usual) / top,
    isUnusual: (usualHigh !== null && observed > usualHigh) || (usualLow !== null && observed < usualLow),
    text: formatQuantity(observed, unit ?? ''),
  }
}

/** An action in words: `Feed override to 85 %`, or what a person is asked to do. */
export function actionText(action: Action): string {
  if (action.type === 'request') return action.text
  // A switch is pressed, not set to a number.
  const isSwitch = !action.unit && action.min === 0 && action.max === 1
  return isSwitch ? action.title : texts.card.setTo(action.title, formatQuantity(action.value, action.unit ?? ''))
}

/** How sure a finding is: `93 % sure`. Never 100: nothing is. */
export function sureText(confidenceRatio: number): string {
  return formatRatio(Math.min(0.99, confidenceRatio))
}
