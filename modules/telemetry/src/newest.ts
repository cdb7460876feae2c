import type { LatestValue, Quality, Series } from './contract.ts'
import type { newestOf } from './newest-rules.ts'

type Sample = ReturnType<typeof newestOf>

const QUALITIES: readonly Quality[] = ['bad', 'uncertain', 'good']

/** The newest sample of every series, in memory: a screen that opens sees what those already open see. */
export class Newest {
  private readonly byEnterprise = new Map<string, Map<Series, Sample>>()

  /** Keeps a sample unless a newer one is known. */
  add(enterpriseId: string, series: Series, sample: Sample): void {
    const known = this.of(enterpriseId)
    const before = known.get(series)
    if (!before || sample.timestampMs >= before.timestampMs) known.set(series, sample)
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

  /** Puts a sample in the place of what is known of a series, also an older one; undefined = nothing is left. */
  replace(enterpriseId: string, series: Series, sample: Sample | undefined): void {
    this.byEnterprise.get(enterpriseId)?.delete(series)
    if (sample) this.add(enterpriseId, series, sample)
  }

  private of(enterpriseId: string): Map<Series, Sample> {
    const known = this.byEnterprise.get(enterpriseId) ?? new Map<Series, Sample>()
    this.byEnterprise.set(enterpriseId, known)
    return known
  }

  forget(enterpriseId: string): void {
    this.byEnterprise.delete(enterpriseId)
  }
}
