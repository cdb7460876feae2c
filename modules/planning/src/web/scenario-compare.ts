import { formatMoney, formatNumber, formatQuantity, formatRatio } from '@millrace/ui'
import type { ScenarioFigures } from '../scenario-contract.ts'
import { scenarioTexts } from './scenario-texts.ts'

const words = scenarioTexts.comparison

/** A figure that plans are compared by. */
export interface ComparedFigure {
  readonly label: string
  readonly of: (figures: ScenarioFigures) => number | null
  readonly text: (value: number | null) => string
  /** Which way is good; undefined where neither is. */
  readonly good: 'less' | 'more' | undefined
}

const hours = (value: number | null) => formatQuantity(value, 'h', value !== null && Math.abs(value) < 10 ? 1 : 0)
const whole = (value: number | null) => formatNumber(value, 0)
const ratio = (value: number | null) => formatRatio(value)

export const COMPARED: readonly ComparedFigure[] = [
  { label: words.late, of: ({ lateCount }) => lateCount, text: whole, good: 'less' },
  { label: words.weighted, of: ({ weightedLateHours }) => weightedLateHours, text: hours, good: 'less' },
  { label: words.onTime, of: ({ onTimeRatio }) => onTimeRatio, text: ratio, good: 'more' },
  { label: words.load, of: ({ loadRatio }) => loadRatio, text: ratio, good: undefined },
  { label: words.setup, of: ({ setupHours }) => setupHours, text: hours, good: 'less' },
  { label: words.overtime, of: ({ overtimeHours }) => overtimeHours, text: hours, good: 'less' },
  { label: words.waiting, of: ({ waitingCount }) => waitingCount, text: whole, good: 'less' },
]

/** Money is told in the plant's currency. */
export function electricityIn(currency: string): Pick<ComparedFigure, 'text' | 'good'> {
  return { text: (value) => formatMoney(value, currency), good: 'less' }
}

/** How a figure differs: `+3`, and whether that is good. Undefined where nothing is to be compared, or nobody would see it. */
export function difference(
  { text, good }: Pick<ComparedFigure, 'text' | 'good'>,
  value: number | null,
  base: number | null,
): { readonly text: string; readonly verdict: 'better' | 'worse' | 'neither' } | undefined {
  if (value === null || base === null || text(value) === text(base)) return undefined
  const by = value - base
  const isGood = good === 'less' ? by < 0 : by > 0
  return {
    text: `${by > 0 ? '+' : '−'}${text(Math.abs(by))}`,
    verdict: good === undefined ? 'neither' : isGood ? 'better' : 'worse',
  }
}
