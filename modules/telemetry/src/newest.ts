import { type BatchColumn, QUALITY, SECOND_MS } from '@millrace/base'
import type { LatestValue, Quality, Series } from './contract.ts'
import { newestAt, type newestOf } from './newest-rules.ts'
import type { NewestSample } from './sample-store.ts'

type Sample = ReturnType<typeof newestOf>

const QUALITIES: readonly Quality[] = ['bad', 'uncertain', 'good']
/** One that changed is stored at once unless the one of its series was stored this lately. */
const STORED_EVERY_MS = 30 * SECOND_MS
/** So few are always stored at once. */
const FEW = 2000
/** So many at most in one transaction: making its statement holds up everything else. */
export const DUE_MAX = 2000

/**
 * The newest sample of every series, in memory: a screen that opens sees what those already open see. What is stored serves
 * the start of a server, and after a crash it may be half a minute old for a signal that was sampled again within that time.
 */
export class Newest {
  private readonly byEnterprise = new Map<string, NewestSamples>()
  private changed = 0

  /** Keeps a sample unless a newer one is known. @param isStored whether it came from where it would be stored */
  add(enterpriseId: string, series: Series, sample: Sample, isStored = false): void {
    this.changed += this.of(enterpriseId).add(series, sample, isStored)
  }

  /** Keeps the newest samples of columns that just arrived. */
  addColumn(enterpriseId: string, column: BatchColumn): void {
    this.changed += this.of(enterpriseId).addColumn(column)
  }

  find(enterpriseId: string, series: Series): LatestValue | undefined {
    const sample = this.sampleOf(enterpriseId, series)
    if (!sample) return undefined
    const { timestampMs, value, text, quality } = sample
    return { series, timestampMs, value: value ?? text, quality: QUALITIES[quality] ?? 'bad' }
  }

  /** Of which series something is known. */
  seriesOf(enterpriseId: string): Iterable<Series> {
    return this.byEnterprise.get(enterpriseId)?.known() ?? []
  }

  sampleOf(enterpriseId: string, series: Series): Sample | undefined {
    return this.byEnterprise.get(enterpriseId)?.find(series)
  }

  /** Puts a stored sample in the place of what is known of a series, also an older one; undefined = nothing is left. */
  replace(enterpriseId: string, series: Series, sample: Sample | undefined): void {
    this.changed -= this.of(enterpriseId).remove(series)
    if (sample) this.add(enterpriseId, series, sample, true)
  }

  forget(enterpriseId: string): void {
    this.changed -= this.byEnterprise.get(enterpriseId)?.changed ?? 0
    this.byEnterprise.delete(enterpriseId)
  }

  /** Those that changed and are due to be stored; they stay due until {@link stored}. @param all also those not due yet */
  due(nowMs: number, all = false): NewestSample[] {
    const due: NewestSample[] = []
    const beforeMs = all || this.changed <= FEW ? Number.POSITIVE_INFINITY : nowMs - STORED_EVERY_MS
    for (const [enterpriseId, samples] of this.byEnterprise) {
      if (samples.changed === 0) continue
      for (const series of samples.changedBefore(beforeMs)) {
        due.push({ enterpriseId, series, ...(samples.find(series) as Sample) })
        if (due.length === DUE_MAX) return due
      }
    }
    return due
  }

  stored(samples: readonly NewestSample[], nowMs: number): void {
    for (const { enterpriseId, series, timestampMs } of samples) {
      this.changed -= this.byEnterprise.get(enterpriseId)?.stored(series, timestampMs, nowMs) ?? 0
    }
  }

  private of(enterpriseId: string): NewestSamples {
    const known = this.byEnterprise.get(enterpriseId)
    if (known) return known
    const samples = new NewestSamples()
    this.byEnterprise.set(enterpriseId, samples)
    return samples
  }
}

const NEVER = -1

/** Of one company, by number of series, in arrays: tens of thousands change each second. */
class NewestSamples {
  private timesMs = new Float64Array(0)
  private values = new Float64Array(0)
  private qualities = new Uint8Array(0)
  private storedMs = new Float64Array(0)
  private isChanged = new Uint8Array(0)
  private readonly texts = new Map<Series, string>()
  changed = 0

  /** @returns 1 when it is one more that has to be stored, else 0 */
  add(series: Series, { timestampMs, value, text, quality }: Sample, isStored: boolean): number {
    return this.put(series, timestampMs, value ?? Number.NaN, text, quality, isStored)
  }

  /** Without an object for each: a large plant has a hundred thousand columns a second. */
  addColumn({ series, kind, timestampsMs, values, qualities }: BatchColumn): number {
    const at = newestAt(timestampsMs)
    const quality = qualities[at] ?? QUALITY.bad
    const value = kind === 'number' && quality !== QUALITY.bad ? (values[at] as number) : Number.NaN
    const text = kind === 'text' && quality !== QUALITY.bad ? (values[at] ?? null) : null
    return this.put(series, timestampsMs[at] ?? 0, value, text, quality, false)
  }

  private put(
    series: Series,
    timestampMs: number,
    value: number,
    text: string | null,
    quality: number,
    isStored: boolean,
  ): number {
    if (series >= this.timesMs.length) this.grow(series)
    if (timestampMs < (this.timesMs[series] as number)) return 0
    this.timesMs[series] = timestampMs
    this.values[series] = value
    this.qualities[series] = quality
    if (text !== null) this.texts.set(series, text)
    else if (this.texts.size > 0) this.texts.delete(series)
    if (isStored || this.isChanged[series] === 1) return 0
    this.isChanged[series] = 1
    this.changed += 1
    return 1
  }

  find(series: Series): Sample | undefined {
    const timestampMs = this.timesMs[series]
    if (timestampMs === undefined || timestampMs === NEVER) return undefined
    const value = this.values[series] ?? Number.NaN
    return {
      timestampMs,
      value: Number.isNaN(value) ? null : value,
      text: this.texts.get(series) ?? null,
      quality: this.qualities[series] ?? 0,
    }
  }

  *known(): Generator<Series> {
    for (let series = 0; series < this.timesMs.length; series += 1) {
      if (this.timesMs[series] !== NEVER) yield series
    }
  }

  *changedBefore(storedBeforeMs: number): Generator<Series> {
    for (let series = 0; series < this.isChanged.length; series += 1) {
      if (this.isChanged[series] === 1 && (this.storedMs[series] as number) <= storedBeforeMs) yield series
    }
  }

  /** @returns 1 when it need not be stored any more, else 0 */
  stored(series: Series, timestampMs: number, nowMs: number): number {
    this.storedMs[series] = nowMs
    return this.timesMs[series] === timestampMs ? this.settle(series) : 0
  }

  /** @returns 1 when it had to be stored, else 0 */
  remove(series: Series): number {
    if (series >= this.timesMs.length) return 0
    this.timesMs[series] = NEVER
    this.texts.delete(series)
    return this.settle(series)
  }

  private settle(series: Series): number {
    if (this.isChanged[series] !== 1) return 0
    this.isChanged[series] = 0
    this.changed -= 1
    return 1
  }

  private grow(series: Series): void {
    const length = Math.max(64, 2 * series)
    const { timesMs, values, qualities, storedMs, isChanged } = this
    this.timesMs = new Float64Array(length).fill(NEVER)
    this.values = new Float64Array(length)
    this.qualities = new Uint8Array(length)
    this.storedMs = new Float64Array(length)
    this.isChanged = new Uint8Array(length)
    this.timesMs.set(timesMs)
    this.values.set(values)
    this.qualities.set(qualities)
    this.storedMs.set(storedMs)
    this.isChanged.set(isChanged)
  }
}
