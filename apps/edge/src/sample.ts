import { BATCH_BOUNDS, DAY_MS, QUALITY } from '@millrace/base'
import type { Tag } from '@millrace/plant/contract'
import { spectrum } from '@millrace/signals'
import type { Reading } from './driver.ts'

/** A reading as the value that its tag sends: quality and value agree, the time is plausible. */
export type Sample = {
  timestampMs: number
  quality: number
  value: number | string | Float32Array | null
}

/** Before this no gateway existed: such a time comes from a clock that was never set, or counts seconds. */
const EARLIEST_MS = Date.UTC(2000, 0, 1)

/** Below a quarter of the byte bound, so that any script fits. */
const TEXT_MAX_LENGTH = BATCH_BOUNDS.textBytes / 4

/**
 * What a tag sends for a reading of its address.
 *
 * A value that is not of the tag's kind, not finite or too long becomes a bad sample: the gap shows that something is wrong. A time
 * before 2000 or more than a day ahead is no time: the gateway's is taken, and the sample is uncertain (T-D7).
 */
export function sampleOf(tag: Tag, reading: Reading, nowMs: number): Sample {
  const { timestampMs = nowMs } = reading
  const plausible = timestampMs >= EARLIEST_MS && timestampMs <= nowMs + DAY_MS
  const value = reading.quality === 'bad' ? null : tagValue(tag, reading.value)
  const quality = value === null ? QUALITY.bad : plausible ? QUALITY[reading.quality] : QUALITY.uncertain
  return { timestampMs: plausible ? Math.round(timestampMs) : nowMs, quality, value }
}

/** The sample that says that nothing is known from now on. */
export function badSample(nowMs: number): Sample {
  return { timestampMs: nowMs, quality: QUALITY.bad, value: null }
}

function tagValue(tag: Tag, value: Reading['value']): Sample['value'] {
  if (value === null) return null
  switch (tag.kind) {
    case 'number':
      if (typeof value === 'boolean') return value ? 1 : 0
      return typeof value === 'number' && Number.isFinite(value) ? value : null
    case 'text':
      return value instanceof Float32Array ? null : String(value).replaceAll('\0', '').slice(0, TEXT_MAX_LENGTH)
    case 'vector':
      return value instanceof Float32Array ? vectorOf(tag, value) : null
  }
}

function vectorOf(tag: Tag, waveform: Float32Array): Float32Array | null {
  if (!waveform.every(Number.isFinite) || waveform.length > 2 * BATCH_BOUNDS.vectorElements) return null
  if (tag.transform !== 'spectrum') return waveform.length <= BATCH_BOUNDS.vectorElements ? waveform : null
  try {
    return spectrum(waveform, tag.sampleRateHz ?? 0).amplitudes
  } catch (error) {
    // Too short, too long, or no sample rate: there is no spectrum of it.
    if (error instanceof RangeError) return null
    throw error
  }
}
