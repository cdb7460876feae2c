import type { LatestValue, Quality, Series } from './contract.ts'
import type { NewestSample } from './sample-store.ts'

const QUALITIES: readonly Quality[] = ['bad', 'uncertain', 'good']

/** The newest sample of every series, in memory: a screen that opens sees what those already open see. */
export class Newest {
  private readonly byEnterprise = new Map<string, Map<Series, NewestSample>>()

  /** Keeps a sample unless a newer one is known. */
  add(sample: NewestSample): void {
    const known = this.byEnterprise.get(sample.enterpriseId) ?? new Map<Series, NewestSample>()
    this.byEnterprise.set(sample.enterpriseId, known)
    const before = known.get(sample.series)
    if (!before || sample.timestampMs >= before.timestampMs) known.set(sample.series, sample)
  }

  find(enterpriseId: string, series: Series): LatestValue | undefined {
    const sample = this.byEnterprise.get(enterpriseId)?.get(series)
    if (!sample) return undefined
    return {
      series,
      timestampMs: sample.timestampMs,
      value: sample.value ?? sample.text,
      quality: QUALITIES[sample.quality] ?? 'bad',
    }
  }

  forget(enterpriseId: string): void {
    this.byEnterprise.delete(enterpriseId)
  }
}
