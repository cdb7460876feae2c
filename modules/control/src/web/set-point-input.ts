import { formatQuantity } from '@millrace/ui'
import type { SetPoint } from '../contract.ts'
import { texts } from './texts.ts'

/** What keeps a value from being asked for; undefined when nothing does. The server and the gateway check again. */
export function valueProblem(
  setPoint: SetPoint,
  value: number | undefined,
  present: number | null,
): string | undefined {
  const { min, max, maxStep, unit } = setPoint
  const text = (number: number) => formatQuantity(number, unit ?? '')
  if (value === undefined || !Number.isFinite(value) || value < min || value > max) {
    return texts.setPoints.outOfBounds(text(min), text(max))
  }
  if (maxStep !== null && present !== null && Math.abs(value - present) > maxStep) {
    const from = Math.max(min, present - maxStep)
    const to = Math.min(max, present + maxStep)
    return texts.setPoints.tooFar(text(from), text(to))
  }
  return undefined
}

const REASON_MIN = 3

/** What keeps a reason from being enough. */
export function reasonProblem(reason: string): string | undefined {
  return reason.trim().length < REASON_MIN ? texts.setPoints.reasonNeeded : undefined
}
