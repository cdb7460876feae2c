import { cutAtHours, hourOf, mergeParts, type Samples } from './chunk-rules.ts'

type Value = number | string | null
type Sample = readonly [value: Value, quality: number]

/** Samples by their time; of several of one time the last holds. */
function byTime(parts: readonly Samples[]): Map<number, Sample> {
  const samples = new Map<number, Sample>()
  for (const { timesMs, values, qualities } of parts) {
    for (let at = 0; at < timesMs.length; at += 1) {
      samples.set(timesMs[at] as number, [values[at] as Value, qualities[at] as number])
    }
  }
  return samples
}

/** Samples in the order of time. */
function samplesOf(samples: ReadonlyMap<number, Sample>): Samples {
  const timesMs = [...samples.keys()].sort((a, b) => a - b)
  return {
    timesMs: Float64Array.from(timesMs),
    values: timesMs.map((timeMs) => samples.get(timeMs)?.[0] ?? null),
    qualities: Uint8Array.from(timesMs, (timeMs) => samples.get(timeMs)?.[1] ?? 0),
  }
}

/**
 * What has to make way when samples are added: those that stand at the same times, but for what the same import added before.
 *
 * @param ours what the import has added to the hour already.
 */
export function madeWay(adding: Samples, standing: readonly Samples[], ours: readonly Samples[]): Samples {
  const mine = byTime(ours)
  const there = byTime(standing)
  const replaced = new Map<number, Sample>()
  for (let at = 0; at < adding.timesMs.length; at += 1) {
    const timeMs = adding.timesMs[at] as number
    const before = there.get(timeMs)
    if (before && !mine.has(timeMs)) replaced.set(timeMs, before)
  }
  return samplesOf(replaced)
}

/**
 * An hour without what an import did to it. A sample of the import goes where it still stands as it was added; what stood there
 * before comes back. What arrived later, at a time of the import or any other, stays.
 *
 * @param standing what the hour holds, in the order of arrival.
 */
export function withoutImport(
  standing: readonly Samples[],
  added: readonly Samples[],
  replaced: readonly Samples[],
): Samples {
  const samples = byTime(standing)
  const before = byTime(replaced)
  for (const [timeMs, sample] of byTime(added)) {
    if (!isSame(samples.get(timeMs), sample)) continue
    const back = before.get(timeMs)
    if (back) samples.set(timeMs, back)
    else samples.delete(timeMs)
  }
  return samplesOf(samples)
}

/** A bad number is NaN, which is like no other but itself. */
function isSame(one: Sample | undefined, other: Sample): boolean {
  return one !== undefined && Object.is(one[0], other[0]) && one[1] === other[1]
}

/** Samples of a series in the order of time, cut into hours. */
export function hoursIn(samples: Samples, most: number): { hourMs: number; samples: Samples }[] {
  return cutAtHours(mergeParts([samples]), most).map((part) => ({
    hourMs: hourOf(part.timesMs[0] ?? 0),
    samples: part,
  }))
}
