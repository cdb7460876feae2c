import type { CompiledEnergyPlan } from './energy-plan.ts'
import type { EnergyRates } from './energy-rates.ts'

/** What power from the grid costs in a search, beyond its price. */
export type LoadTerms = {
  /** Whether machines are switched off in gaps where that takes less than idling. */
  switchOff: boolean
  /** Watts, as mean of a slot, above which the grid is burdened too much; Infinity for no cap. */
  capW: number
  /** What a watt above the cap costs during a minute, in cents for a megawatt hour. */
  overCapCentPerMwh: number
}

/**
 * Energy by slot of a plan with its idling machines, kept while operations move. All numbers are whole, so that what is added and
 * taken away again leaves nothing behind.
 */
export interface EnergyLoad {
  readonly starts: Int32Array
  /** Watt minutes drawn in each slot. */
  readonly energy: Float64Array
  /** Watt minutes from the grid × cents for a megawatt hour, and the terms of the cap. */
  readonly cost: number
  /** Moves operations at once: `moved[0]` to `moved[count - 1]` to the starts at the same places. */
  move(moved: Int32Array, starts: Int32Array, count: number): void
}

export function energyLoad(
  { plan, durations, next, previous }: CompiledEnergyPlan,
  rates: EnergyRates,
  terms: LoadTerms,
  first: ArrayLike<number>,
): EnergyLoad {
  const { slotMinutes } = rates
  const slots = rates.pricesCentPerMwh.length
  const prices = Float64Array.from(rates.pricesCentPerMwh)
  const generated = Float64Array.from(prices, (_, slot) => (rates.generationW?.[slot] ?? 0) * slotMinutes)
  const cap = terms.capW * slotMinutes
  const energy = new Float64Array(slots)
  const starts = Int32Array.from(first)
  const marked = new Uint8Array(starts.length)
  let cost = 0

  function costOf(slot: number, drawn: number): number {
    const bought = drawn - (generated[slot] ?? 0)
    if (bought <= 0) return 0
    const over = bought - cap
    return bought * (prices[slot] ?? 0) + (over > 0 ? over * terms.overCapCentPerMwh : 0)
  }

  function draw(slot: number, amount: number): void {
    const drawn = energy[slot] ?? 0
    energy[slot] = drawn + amount
    cost += costOf(slot, drawn + amount) - costOf(slot, drawn)
  }

  function drawBetween(from: number, to: number, powerW: number): void {
    for (let minute = from; minute < to; ) {
      const slot = Math.floor(minute / slotMinutes)
      const end = Math.min(to, (slot + 1) * slotMinutes)
      draw(slot, powerW * (end - minute))
      minute = end
    }
  }

  function drawOperation(i: number, sign: 1 | -1): void {
    let minute = starts[i] ?? 0
    for (const { minutes, powerW } of plan.operations[i]?.profile ?? []) {
      drawBetween(minute, minute + minutes, sign * powerW)
      minute += minutes
    }
  }

  /** The machine between an operation and its next one: on, or off and on again. */
  function drawGap(i: number, sign: 1 | -1): void {
    const follower = next[i] ?? -1
    if (follower < 0) return
    const from = (starts[i] ?? 0) + (durations[i] ?? 0)
    const to = starts[follower] ?? 0
    const { idleW = 0, switchOnWh } = plan.machines[plan.operations[i]?.machine ?? 0] ?? {}
    if (from >= to || idleW === 0) return
    const again = (switchOnWh ?? 0) * 60
    if (terms.switchOff && switchOnWh !== undefined && again < idleW * (to - from))
      draw(Math.floor((to - 1) / slotMinutes), sign * again)
    else drawBetween(from, to, sign * idleW)
  }

  function drawAround(moved: Int32Array, count: number, sign: 1 | -1): void {
    for (let k = 0; k < count; k++) {
      const i = moved[k] ?? 0
      drawOperation(i, sign)
      drawGap(i, sign)
      marked[i] = 1
    }
    for (let k = 0; k < count; k++) {
      const ahead = previous[moved[k] ?? 0] ?? -1
      if (ahead >= 0 && marked[ahead] === 0) drawGap(ahead, sign)
    }
    for (let k = 0; k < count; k++) marked[moved[k] ?? 0] = 0
  }

  const all = Int32Array.from(starts.keys())
  drawAround(all, all.length, 1)
  return {
    starts,
    energy,
    get cost() {
      return cost
    },
    move(moved, to, count) {
      drawAround(moved, count, -1)
      for (let k = 0; k < count; k++) starts[moved[k] ?? 0] = to[k] ?? 0
      drawAround(moved, count, 1)
    },
  }
}
