import { epochMs, thousandthsOf } from '@millrace/base'
import { formatWhen } from '@millrace/ui'
import { StepChart } from '@millrace/ui/charts'
import { useMemo } from 'react'
import type { MaterialOutlook } from '../outlook-contract.ts'
import { amountText } from './amounts.ts'
import { texts } from './texts.ts'

const words = texts.material

/** What becomes of a stock until the end of the plan. What is missing lies below zero. */
export function StockChart({ data, timeZone }: { readonly data: MaterialOutlook; readonly timeZone: string }) {
  const { outlook, flows, fromAt, untilAt } = data
  const { material, policy, shortAt, shortQuantity } = outlook
  const steps = useMemo(() => {
    const levels = [
      { atMs: epochMs(fromAt), level: thousandthsOf(outlook.onHand) / 1000 },
      ...flows.map(({ at, after }) => ({ atMs: epochMs(at), level: thousandthsOf(after) / 1000 })),
    ]
    const last = levels.at(-1)
    return last ? [...levels, { atMs: Math.max(epochMs(untilAt), last.atMs), level: last.level }] : levels
  }, [flows, fromAt, untilAt, outlook.onHand])
  const when = shortAt === null ? '' : formatWhen(epochMs(shortAt), timeZone, epochMs(fromAt))
  const short = shortAt === null ? words.neverShort : words.shortFrom(when, amountText(shortQuantity, material.unit))
  return (
    <StepChart
      title={words.outlook}
      note={`${words.axis(material.unit)}, ${short}`}
      label={words.chartName(material.name, short)}
      timeZone={timeZone}
      steps={steps}
      floor={policy ? { level: thousandthsOf(policy.safetyStock) / 1000, text: words.safety } : undefined}
    />
  )
}
