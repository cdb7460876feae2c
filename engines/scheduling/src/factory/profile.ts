import { at, grown } from './ints.ts'

/** How much of something limited is in use over time: a step function. */
export interface Profile {
  readonly capacity: number
  /** Steps begin here; the first long before everything. */
  times: Int32Array
  /** In use from a step to the next. */
  levels: Int32Array
  count: number
}

export function createProfile(capacity: number): Profile {
  const profile = { capacity, times: new Int32Array(16), levels: new Int32Array(16), count: 1 }
  profile.times[0] = -NEGATIVE
  return profile
}

/** Set-ups that have to begin before the origin are refused elsewhere, but may be asked about. */
const NEGATIVE = 1_000_000_000

export function copyProfile(profile: Profile): Profile {
  return { ...profile, times: profile.times.slice(), levels: profile.levels.slice() }
}

/** Takes (or, negative, gives back) an amount over a time. */
export function occupy(profile: Profile, from: number, to: number, amount: number): void {
  if (from >= to) return
  const first = splitAt(profile, from)
  const end = splitAt(profile, to)
  const { levels } = profile
  for (let i = first; i < end; i += 1) levels[i] = at(levels, i) + amount
  // `end` first: taking it away leaves `first` where it is.
  joinAt(profile, end)
  joinAt(profile, first)
}

/** @returns -1 when an amount is free all the time, otherwise the end of the first time at which it is not */
export function blockedUntil(profile: Profile, from: number, to: number, amount: number): number {
  if (from >= to) return -1
  const { times, levels, count } = profile
  const most = profile.capacity - amount
  let i = stepAt(profile, from)
  while (i < count && at(times, i) < to) {
    if (at(levels, i) > most) {
      do i += 1
      while (i < count && at(levels, i) > most)
      return i < count ? at(times, i) : NEGATIVE * 2
    }
    i += 1
  }
  return -1
}

/** The last step that begins at or before a time. */
function stepAt({ times, count }: Profile, time: number): number {
  let low = 0
  let high = count
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (at(times, middle) <= time) low = middle
    else high = middle
  }
  return low
}

function splitAt(profile: Profile, time: number): number {
  const step = stepAt(profile, time)
  if (at(profile.times, step) === time) return step
  if (profile.count === profile.times.length) {
    profile.times = grown(profile.times, profile.count * 2)
    profile.levels = grown(profile.levels, profile.count * 2)
  }
  const { times, levels, count } = profile
  times.copyWithin(step + 2, step + 1, count)
  levels.copyWithin(step + 1, step, count)
  times[step + 1] = time
  profile.count = count + 1
  return step + 1
}

function joinAt(profile: Profile, step: number): void {
  const { times, levels, count } = profile
  if (step === 0 || at(levels, step - 1) !== at(levels, step)) return
  times.copyWithin(step, step + 1, count)
  levels.copyWithin(step, step + 1, count)
  profile.count = count - 1
}
