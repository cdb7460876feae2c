import type { Envelope, LatestValue, LiveSamples, Quality, Signal, StateInterval } from '../contract.ts'

type LiveSample = LiveSamples['samples'][number]

const QUALITIES: readonly Quality[] = ['bad', 'uncertain', 'good']

/** A sample from the live stream as a latest value. */
function latestOf([series, timestampMs, value, quality]: LiveSample): LatestValue {
  return { series, timestampMs, value, quality: QUALITIES[quality] ?? 'bad' }
}

/**
 * Signals with newer latest values. The same array when nothing is newer, so that nothing is drawn again. Samples of other
 * signals and late ones are passed over.
 */
export function withSamples(signals: readonly Signal[], samples: readonly LiveSample[]): readonly Signal[] {
  const newest = new Map<number, LiveSample>()
  for (const sample of samples) {
    const before = newest.get(sample[0])
    if (!before || sample[1] >= before[1]) newest.set(sample[0], sample)
  }
  let changed = false
  const updated = signals.map((signal) => {
    const sample = newest.get(signal.series)
    if (!sample || (signal.latest && sample[1] <= signal.latest.timestampMs)) return signal
    changed = true
    return { ...signal, latest: latestOf(sample) }
  })
  return changed ? updated : signals
}

/** A time and a good value. */
export type Point = readonly [timestampMs: number, value: number]

/**
 * An envelope carried on with live points: into its last bucket, or into new ones of the same width. Points before the last
 * bucket are passed over; the next query brings them.
 */
export function carriedOn(envelope: Envelope, points: readonly Point[]): Envelope {
  const { bucketMs } = envelope
  const startMs = envelope.timesMs.at(-1) ?? Number.NEGATIVE_INFINITY
  // A single sample of the answer is not counted again when the live stream brings it, too.
  const fresh = points.filter(([atMs]) =>
    bucketMs === 0 ? atMs > startMs : atMs >= startMs + (Number.isFinite(startMs) ? bucketMs : 0),
  )
  if (fresh.length === 0) return envelope
  const carried = {
    ...envelope,
    timesMs: [...envelope.timesMs],
    min: [...envelope.min],
    max: [...envelope.max],
    mean: [...envelope.mean],
    count: [...envelope.count],
  }
  for (const [atMs, value] of [...fresh].sort((a, b) => a[0] - b[0])) {
    const last = carried.timesMs.length - 1
    const lastMs = carried.timesMs[last]
    const count = carried.count[last] ?? 0
    if (lastMs !== undefined && bucketMs > 0 && atMs < lastMs + bucketMs) {
      carried.min[last] = Math.min(carried.min[last] ?? value, value)
      carried.max[last] = Math.max(carried.max[last] ?? value, value)
      carried.mean[last] = ((carried.mean[last] ?? 0) * count + value) / (count + 1)
      carried.count[last] = count + 1
      continue
    }
    const steps = lastMs === undefined || bucketMs === 0 ? 0 : Math.floor((atMs - lastMs) / bucketMs)
    carried.timesMs.push(lastMs === undefined || bucketMs === 0 ? atMs : lastMs + steps * bucketMs)
    carried.min.push(value)
    carried.max.push(value)
    carried.mean.push(value)
    carried.count.push(1)
  }
  return carried
}

/** Gaps shorter than this are never drawn: a beat may come late. */
const GAP_LEAST_MS = 15_000

/** Two points further apart than this have a gap between them: well beyond the bucket and the signal's own rhythm. */
export function gapOf({ timesMs, bucketMs }: Pick<Envelope, 'timesMs' | 'bucketMs'>): number {
  const steps = timesMs.slice(1).map((atMs, index) => atMs - (timesMs[index] ?? atMs))
  steps.sort((a, b) => a - b)
  const rhythm = steps[Math.floor(steps.length * 0.9)] ?? 0
  return Math.max(GAP_LEAST_MS, bucketMs * 3, rhythm * 4)
}

/** The course of a state with the latest value: the present state lasts until now, a new one begins at its sample. */
export function stateUntilNow(
  intervals: readonly StateInterval[],
  latest: LatestValue | null,
  nowMs: number,
): readonly StateInterval[] {
  if (!latest || latest.timestampMs > nowMs) return intervals
  const value = latest.quality === 'bad' || typeof latest.value !== 'string' ? null : latest.value
  const last = intervals.at(-1)
  if (!last) return intervals
  if (last.value === value) return [...intervals.slice(0, -1), { ...last, toMs: Math.max(last.toMs, nowMs) }]
  if (latest.timestampMs <= last.fromMs) return intervals
  return [
    ...intervals.slice(0, -1),
    { ...last, toMs: latest.timestampMs },
    { fromMs: latest.timestampMs, toMs: nowMs, value },
  ]
}

/**
 * How far a counter went up over an envelope. A counter that starts again (a new order, a restarted controller) counts from
 * zero; it never goes down.
 *
 * @param latest the newest reading, counted as well when it is newer than the envelope.
 */
export function countIncrease(
  envelope: Pick<Envelope, 'timesMs' | 'min' | 'max'>,
  latest: LatestValue | null = null,
): number {
  let before = envelope.min[0]
  if (before === undefined) return 0
  let sum = 0
  const readings = [...envelope.max]
  const endMs = envelope.timesMs.at(-1) ?? 0
  if (latest && typeof latest.value === 'number' && latest.timestampMs > endMs) readings.push(latest.value)
  readings.forEach((reading, index) => {
    const low = envelope.min[index] ?? reading
    const restarted = index > 0 && low < (before ?? 0)
    sum += restarted ? reading : Math.max(0, reading - (before ?? reading))
    before = reading
  })
  return sum
}
