import { attainmentRatio, missedS } from './attained-rules.ts'
import type { Attained, Attainment } from './attainment-contract.ts'
import { lengthText } from './word-rules.ts'

const percent = (ratio: number) => `${Math.round(ratio * 100)} %`

/** What stands out, the most important first. Empty where nothing was recorded. */
export function attainmentSentences({ total, units, orders }: Omit<Attainment, 'sentences'>): string[] {
  return [ranText(total), worstText(units), startText(total), orderText(orders)].filter((text) => text !== undefined)
}

function ranText(total: Attained): string | undefined {
  const ratio = attainmentRatio(total)
  if (total.plannedS === 0) return undefined
  if (ratio === undefined) return 'The machines were not heard while they were to work.'
  const unheard = total.unheardS > 0 ? ` For ${lengthText(total.unheardS)} it is not known.` : ''
  return `The machines ran ${percent(ratio)} of the time for which work was planned.${unheard}`
}

function worstText(units: Attainment['units']): string | undefined {
  const worst = units[0]
  if (!worst || missedS(worst.total) < 60) return undefined
  const { name, total } = worst
  const causes: [number, string][] = [
    [total.stoppedS, 'while it was stopped'],
    [total.idleS, 'while it stood ready'],
    [total.lateS, 'because it began late'],
  ]
  const [mostS, cause] = causes.reduce((most, one) => (one[0] > most[0] ? one : most))
  const missed = missedS(total)
  const part = mostS < missed ? `${lengthText(mostS)} of that ${cause}` : `all of it ${cause}`
  return `${name} missed most: ${lengthText(missed)}, ${part}.`
}

function startText({ startCount, metCount }: Attained): string | undefined {
  if (startCount === 0) return undefined
  const what = startCount === 1 ? 'one operation' : `${startCount} operations`
  return `Of ${what} that were to begin, ${metCount} had a machine that ran within half an hour.`
}

function orderText({ dueCount, inTimeCount, lateCount, openCount }: Attainment['orders']): string | undefined {
  if (dueCount === 0) return undefined
  const what = dueCount === 1 ? 'the one order that was due' : `${dueCount} orders that were due`
  const open = openCount > 0 ? `, and ${openCount} ${openCount === 1 ? 'is' : 'are'} still open` : ''
  return `Of ${what}, ${inTimeCount} ${inTimeCount === 1 ? 'was' : 'were'} done in time, ${lateCount} late${open}.`
}
