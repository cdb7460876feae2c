import { cheapestStarts } from './cheapest-starts.ts'
import { type CompiledEnergyPlan, laterStart } from './energy-plan.ts'
import type { EnergyRates } from './energy-rates.ts'

/** Starts offered to the minimum cut are this far apart at first, then closer, around the ones found. */
const STEP_MINUTES = 60
const CLOSER_STEPS_MINUTES = [15, 5]
/** How many steps to each side the closer ones go. */
const REACH = 6
const NODES_MAX = 200_000

/** The cheapest starts at the prices alone, machines idling between their operations. */
export function timedByCut(compiled: CompiledEnergyPlan, rates: EnergyRates, given: Int32Array): Int32Array {
  const { plan, durations, next, previous, earliest, latest } = compiled
  const priced = pricesUntil(rates)
  const costOf = (i: number, start: number) => {
    const { machine = 0, profile = [] } = plan.operations[i] ?? {}
    const { idleW = 0 } = plan.machines[machine] ?? {}
    let minute = start
    let sum = 0
    for (const { minutes, powerW } of profile) {
      sum += powerW * ((priced[minute + minutes] ?? 0) - (priced[minute] ?? 0))
      minute += minutes
    }
    // Idling costs what the prices add up to from the end of one operation to the start of the next.
    if ((previous[i] ?? -1) >= 0) sum += idleW * (priced[start] ?? 0)
    if ((next[i] ?? -1) >= 0) sum -= idleW * (priced[start + (durations[i] ?? 0)] ?? 0)
    return sum
  }
  // A long plan of many operations begins with larger steps, so that the network stays small.
  let coarse = STEP_MINUTES
  const windows = durations.reduce((sum, _, i) => sum + (latest[i] ?? 0) - (earliest[i] ?? 0), 0)
  while (windows / coarse > NODES_MAX) coarse *= 2
  let starts = given
  const steps = [coarse, ...CLOSER_STEPS_MINUTES]
  steps.forEach((step, round) => {
    const offered = Array.from(starts, (start, i) =>
      candidatesOf(compiled, i, start, step, round === 0 ? Number.POSITIVE_INFINITY : REACH),
    )
    starts = cheapestStarts(compiled, offered, costOf)
  })
  return starts
}

function candidatesOf(compiled: CompiledEnergyPlan, i: number, start: number, step: number, reach: number): number[] {
  const { plan, durations, earliest, latest } = compiled
  const duration = durations[i] ?? 0
  const back = Math.min(reach, Math.floor((start - (earliest[i] ?? 0)) / step))
  const ahead = Math.min(reach, Math.floor(((latest[i] ?? 0) - start) / step))
  // Steps from where it is: all that moves by the same number of steps still fits together.
  const minutes = Array.from({ length: back + ahead + 1 }, (_, k) => start + (k - back) * step)
  return minutes.filter((minute) => minute === start || laterStart(plan, i, minute, duration) === minute)
}

/** Sum of the prices of all minutes before each minute. */
function pricesUntil({ pricesCentPerMwh, slotMinutes }: EnergyRates): Float64Array {
  const sums = new Float64Array(pricesCentPerMwh.length * slotMinutes + 1)
  for (let minute = 0; minute + 1 < sums.length; minute++)
    sums[minute + 1] = (sums[minute] ?? 0) + (pricesCentPerMwh[Math.floor(minute / slotMinutes)] ?? 0)
  return sums
}
