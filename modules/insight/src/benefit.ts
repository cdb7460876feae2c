import { DAY_MS, HOUR_MS } from '@millrace/base'
import type { Finding } from './contract.ts'
import type { CaseEvent } from './machine-watch.ts'
import { isOut, type Observation } from './observation.ts'
import { duration, quantity } from './quantities.ts'

interface Prices {
  readonly part: number
  readonly kilowattHour: number
  readonly machineHour: number
  readonly tool: number
}

// TODO: goes away when materials knows what a part costs and energy knows the tariff; said in every text until then.
const ASSUMED_PRICES: Readonly<Record<string, Prices>> = {
  CHF: { part: 18.5, kilowattHour: 0.21, machineHour: 95, tool: 64 },
  MXN: { part: 95, kilowattHour: 2.4, machineHour: 980, tool: 1150 },
  EUR: { part: 18, kilowattHour: 0.24, machineHour: 90, tool: 62 },
  USD: { part: 17, kilowattHour: 0.14, machineHour: 85, tool: 65 },
}

const SHIFT_HOURS = 8
const DAY_HOURS = 24
/** What a breakdown costs in machine time, beyond what a planned change takes. */
const BROKEN_TOOL_HOURS = 0.4
const SEIZED_SPINDLE_HOURS = 6

/** One reason why acting saves money: so much in a shift, so much in a day of waiting. */
interface Saving {
  readonly shift: number
  readonly day: number
  readonly what: string
  readonly price: string
}

/**
 * What acting on a case saves, from what is lost while it lasts and from a breakdown it leads to; null where we cannot say.
 *
 * @param remainingMs how long the worn part will last, if known.
 */
export function benefitOf(event: CaseEvent, currency: string, remainingMs: number | undefined): Finding['benefit'] {
  const prices = ASSUMED_PRICES[currency]
  const { cause } = event
  if (!prices || cause === 'sensor-fault' || cause === 'unusual') return null
  const savings = [
    ...lostScrap(event, prices, currency),
    ...lostPower(event, prices, currency),
    ...lostTime(event, prices, currency),
    ...breakdown(event, prices, currency, remainingMs),
  ]
  const sum = (of: 'shift' | 'day') => Math.round(savings.reduce((total, saving) => total + saving[of], 0))
  if (sum('day') < 1) return null
  const what = list(savings.map((saving) => saving.what))
  const assumed = [...new Set(savings.map((saving) => saving.price))].join(', ')
  const text = `Avoids ${what} in the next 8 h (assumed: ${assumed}).`
  return { amount: sum('shift'), currency, waitingPerDay: sum('day'), text }
}

function lostScrap({ scrapPerHour }: CaseEvent, { part }: Prices, currency: string): Saving[] {
  const perHour = scrapPerHour ? scrapPerHour.recent - scrapPerHour.usual : 0
  const count = Math.round(perHour * SHIFT_HOURS)
  if (count < 1) return []
  const what = count === 1 ? '1 scrap part' : `${count} scrap parts`
  return [perHours(perHour * part, what, `${currency} ${part.toFixed(2)} a part`)]
}

function lostPower({ observations }: CaseEvent, { kilowattHour }: Prices, currency: string): Saving[] {
  const power = observations.filter(({ signal }) => signal.measurand === 'power').find(isOut)
  const extraKw = power ? excess(power) : 0
  if (extraKw * SHIFT_HOURS < 1) return []
  const what = quantity(Math.round(extraKw * SHIFT_HOURS), 'kWh')
  return [perHours(extraKw * kilowattHour, what, `${currency} ${kilowattHour.toFixed(2)} a kWh`)]
}

function lostTime({ observations }: CaseEvent, { machineHour }: Prices, currency: string): Saving[] {
  const cycle = observations.filter(({ signal }) => signal.measurand === 'cycle-time').find(isOut)
  const { value, usual } = cycle?.verdict ?? {}
  if (!value || !usual || value <= usual.center) return []
  const share = 1 - usual.center / value
  const what = `${duration(share * SHIFT_HOURS * HOUR_MS)} of slower work`
  return [perHours(share * machineHour, what, `${currency} ${machineHour} a machine hour`)]
}

/** What a breakdown costs, if it is near enough to come. */
function breakdown(
  { cause }: CaseEvent,
  { machineHour, tool }: Prices,
  currency: string,
  remainingMs: number | undefined,
): Saving[] {
  if (remainingMs === undefined || (cause !== 'tool-wear' && cause !== 'bearing')) return []
  const isTool = cause === 'tool-wear'
  const hours = isTool ? BROKEN_TOOL_HOURS : SEIZED_SPINDLE_HOURS
  const cost = hours * machineHour + (isTool ? tool : 0)
  // It comes with the share of its remaining life that we let pass.
  const within = (ms: number) => cost * Math.min(1, ms / Math.max(1, remainingMs))
  const stop = duration(hours * HOUR_MS)
  return [
    {
      shift: within(SHIFT_HOURS * HOUR_MS),
      day: within(DAY_MS),
      what: isTool
        ? `a broken tool with ${stop} of standstill`
        : `the risk of a seized spindle with ${stop} of standstill`,
      price: `${currency} ${machineHour} a machine hour${isTool ? `, ${currency} ${tool} a tool` : ''}`,
    },
  ]
}

function list(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

function perHours(hourly: number, what: string, price: string): Saving {
  return { shift: hourly * SHIFT_HOURS, day: hourly * DAY_HOURS, what, price }
}

function excess({ verdict }: Observation): number {
  return verdict.usual && verdict.value !== undefined ? Math.max(0, verdict.value - verdict.usual.center) : 0
}
