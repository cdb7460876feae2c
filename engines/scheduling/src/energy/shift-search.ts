import type { SeededRandom } from '../seeded-random.ts'
import type { EnergyLoad } from './energy-load.ts'
import { type CompiledEnergyPlan, earlierStart, laterStart } from './energy-plan.ts'

/** Moves single operations, and with them those in their way, as far as they must. */
export interface ShiftSearch {
  /**
   * Tries one shift by chance and keeps it when it costs less, or, at a temperature, hardly more.
   *
   * @param temperature in the unit of the load's cost; 0 keeps nothing that is worse.
   */
  step(temperature: number): void
}

export function shiftSearch(
  compiled: CompiledEnergyPlan,
  load: EnergyLoad,
  slotMinutes: number,
  random: SeededRandom,
): ShiftSearch {
  const { plan, durations, before, after, earliest, latest } = compiled
  const count = durations.length
  const movable = Int32Array.from(durations.keys()).filter((i) => (earliest[i] ?? 0) < (latest[i] ?? 0))
  const { starts } = load
  const moved = new Int32Array(count)
  const to = new Int32Array(count)
  const from = new Int32Array(count)
  /** Place in `moved`, plus 1; 0 for those that stay. */
  const place = new Int32Array(count)
  let length = 0

  function put(i: number, start: number): void {
    const known = place[i] ?? 0
    if (known > 0) to[known - 1] = start
    else {
      moved[length] = i
      to[length] = start
      place[i] = ++length
    }
  }

  function startOf(i: number): number {
    const known = place[i] ?? 0
    return known > 0 ? (to[known - 1] ?? 0) : (starts[i] ?? 0)
  }

  /** Puts an operation later, then everything that would begin too early. @returns false when something would be late. */
  function push(first: number, minute: number): boolean {
    const open = [first]
    put(first, minute)
    for (let i = open.pop(); i !== undefined; i = open.pop()) {
      const start = startOf(i)
      if (start > (latest[i] ?? 0)) return false
      for (const { operation: follower, minutes } of after[i] ?? []) {
        if (startOf(follower) >= start + minutes) continue
        put(follower, laterStart(plan, follower, start + minutes, durations[follower] ?? 0))
        open.push(follower)
      }
    }
    return true
  }

  /** The same towards the beginning. */
  function pull(first: number, minute: number): boolean {
    const open = [first]
    put(first, minute)
    for (let i = open.pop(); i !== undefined; i = open.pop()) {
      const start = startOf(i)
      if (start < (earliest[i] ?? 0)) return false
      for (const { operation: ahead, minutes } of before[i] ?? []) {
        if (startOf(ahead) + minutes <= start) continue
        put(ahead, earlierStart(plan, ahead, start - minutes, durations[ahead] ?? 0))
        open.push(ahead)
      }
    }
    return true
  }

  /** A start between the bounds: near, anywhere, or where it begins or ends with a slot. */
  function wish(i: number): number {
    const low = earliest[i] ?? 0
    const high = latest[i] ?? 0
    const kind = random.below(4)
    const anywhere = low + random.below(high - low + 1)
    if (kind === 0) return anywhere
    const start = starts[i] ?? 0
    const near = start + random.below(2 * slotMinutes * 4 + 1) - slotMinutes * 4
    if (kind === 1) return near
    const aim = random.below(2) === 0 ? near : anywhere
    const duration = kind === 2 ? 0 : (durations[i] ?? 0)
    return Math.round((aim + duration) / slotMinutes) * slotMinutes - duration
  }

  return {
    step(temperature) {
      const i = movable[random.below(movable.length)]
      if (i === undefined) return
      const start = starts[i] ?? 0
      const bounded = Math.max(earliest[i] ?? 0, Math.min(latest[i] ?? 0, wish(i)))
      const duration = durations[i] ?? 0
      const minute = bounded > start ? laterStart(plan, i, bounded, duration) : earlierStart(plan, i, bounded, duration)
      if (minute === start) return
      length = 0
      const possible = minute > start ? push(i, minute) : pull(i, minute)
      for (let k = 0; k < length; k++) place[moved[k] ?? 0] = 0
      if (!possible) return
      for (let k = 0; k < length; k++) from[k] = starts[moved[k] ?? 0] ?? 0
      const cost = load.cost
      load.move(moved, to, length)
      const worse = load.cost - cost
      if (worse > 0 && !(temperature > 0 && random.unit() < Math.exp(-worse / temperature)))
        load.move(moved, from, length)
    },
  }
}
