import { MINUTE_MS, QUALITY } from '@millrace/base'
import { getEquipment } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context } from '@millrace/runtime'
import { bandRms, type Spectrum, spectrum, WAVEFORM_SAMPLES_MAX } from '@millrace/signals'
import type { SignalMeta } from './acceptance-rules.ts'
import { rangeInvalid, type Series, type VectorSample } from './contract.ts'
import { checkRange, type Range, readSamples } from './history.ts'
import { findShaft, saveShaft } from './shaft-store.ts'
import { listNumberSignalsOf } from './signal-store.ts'
import { getSignals } from './signals.ts'
import * as store from './vector-store.ts'
import {
  type Shaft,
  shaftInvalid,
  type VibrationReading,
  vectorMissing,
  WATERFALL_LINES,
  WATERFALL_ROWS,
  type Waterfall,
} from './vibration-contract.ts'
import { evenly, inBands } from './vibration-rules.ts'

/** Vectors among which those of a waterfall are chosen. */
const CHOSEN_AMONG = 20_000
/** A speed that was said this long before still holds. */
const SPEED_HOLDS_MS = 2 * MINUTE_MS
/** What a Hann window lets through beside its line: rows from before frames were made with it. */
const NOISE_BANDWIDTHS = { none: 1, hann: 1.5, hamming: 1.36, 'flat-top': 3.77, blackman: 1.73 } as const

/** Good vectors of a range, newest first. @throws rangeInvalid, signalMissing, forbidden */
export async function readVectors(
  ctx: Context,
  query: Range & { series: Series; limit: number },
): Promise<VectorSample[]> {
  checkRange(query)
  const signal = await vectorSignal(ctx, query.series)
  const vectors = await store.listVectors(ctx.db, query.series, query.fromMs, query.toMs, query.limit)
  return vectors.map((vector) => present(vector, signal))
}

/** When a signal has good vectors within a range, newest first. @throws rangeInvalid, signalMissing, forbidden */
export async function listVectorTimes(
  ctx: Context,
  query: Range & { series: Series; limit: number },
): Promise<number[]> {
  checkRange(query)
  await vectorSignal(ctx, query.series)
  return store.listVectorTimes(ctx.db, query.series, query.fromMs, query.toMs, query.limit)
}

/**
 * The newest good vector at or before a moment, with its spectrum and the speed of the machine then.
 *
 * @throws vectorMissing, rangeInvalid, signalMissing, forbidden
 */
export async function readVibration(ctx: Context, series: Series, atMs: number): Promise<VibrationReading> {
  const signal = await vectorSignal(ctx, series)
  const vector = await store.findVector(ctx.db, series, atMs)
  if (!vector) throw vectorMissing('There is none at or before that moment.')
  const sample = present(vector, signal)
  const lines = spectrumOf(sample)
  return {
    sample,
    spectrum: lines ? { resolutionHz: lines.resolutionHz, amplitudes: Array.from(lines.amplitudes) } : null,
    // The line at 0 Hz is what a waveform stood off centre.
    rms: lines ? bandRms(lines, lines.resolutionHz / 2, lines.resolutionHz * lines.amplitudes.length) : null,
    speedRpm: await speedAt(ctx, signal, sample.timestampMs),
  }
}

/** Spectra of a range, evenly chosen, in the order of time. @throws rangeInvalid, signalMissing, forbidden */
export async function readWaterfall(ctx: Context, query: Range & { series: Series }): Promise<Waterfall> {
  checkRange(query)
  const signal = await vectorSignal(ctx, query.series)
  const times = await store.listVectorTimes(ctx.db, query.series, query.fromMs, query.toMs, CHOSEN_AMONG)
  const vectors = await store.listVectorsAt(ctx.db, query.series, evenly(times, WATERFALL_ROWS))
  const spectra = vectors.flatMap((vector) => {
    const sample = present(vector, signal)
    const lines = spectrumOf(sample)
    return lines ? [{ timestampMs: sample.timestampMs, lines }] : []
  })
  const newest = spectra.at(-1)
  if (!newest) return { bandHz: 1, rows: [] }
  const { resolutionHz } = newest.lines
  const { linesPerBand } = inBands(newest.lines.amplitudes, WATERFALL_LINES)
  return {
    bandHz: resolutionHz * linesPerBand,
    rows: spectra
      // Those of another rate do not fit under the same axis.
      .filter(({ lines }) => Math.abs(lines.resolutionHz - resolutionHz) < 1e-6 * resolutionHz)
      .map(({ timestampMs, lines }) => ({ timestampMs, levels: inBands(lines.amplitudes, WATERFALL_LINES).levels })),
  }
}

/** What turns in a machine; nothing is known of it before somebody said. @throws equipmentMissing, forbidden */
export async function getShaft(ctx: Context, workUnitId: EquipmentId): Promise<Shaft> {
  const { siteId } = await getEquipment(ctx, workUnitId)
  authorize(ctx.actor, 'telemetry:signal:read', { siteId, equipmentId: workUnitId })
  const nothing = { nominalRpm: null, teeth: null, ballCount: null, ballMm: null, pitchMm: null, contactDegrees: null }
  return (await findShaft(ctx.db, workUnitId)) ?? { workUnitId, ...nothing }
}

/** @throws shaftInvalid, equipmentMissing, forbidden */
export async function changeShaft(ctx: Context, shaft: Shaft): Promise<Shaft> {
  const { workUnitId, ballMm, pitchMm } = shaft
  const { siteId } = await getEquipment(ctx, workUnitId)
  authorize(ctx.actor, 'telemetry:signal:write', { siteId, equipmentId: workUnitId })
  if (ballMm !== null && pitchMm !== null && ballMm >= pitchMm) {
    throw shaftInvalid('The rolling elements are larger than the circle on which they run.')
  }
  await saveShaft(ctx.db, shaft, siteId, ctx.now)
  ctx.audit({ action: 'telemetry.shaft.change', object: `equipment ${workUnitId}`, siteId, detail: { shaft } })
  return shaft
}

async function vectorSignal(ctx: Context, series: Series): Promise<SignalMeta> {
  const [signal] = await getSignals(ctx, [series])
  if (signal?.kind !== 'vector') throw rangeInvalid(`Signal ${series} is no waveform and no spectrum.`)
  return signal
}

/** A row from before frames is the spectrum that a gateway made of a waveform at its signal's rate. */
function present({ timestampMs, values, frame }: store.StoredVector, { sampleRateHz }: SignalMeta): VectorSample {
  const old =
    sampleRateHz === null || values.length === 0
      ? null
      : {
          ...{ form: 'spectrum' as const, window: 'hann' as const, averages: 1 },
          resolutionHz: sampleRateHz / (2 * values.length),
        }
  return { timestampMs, values: [...values], frame: frame ?? old }
}

function spectrumOf({ values, frame }: VectorSample): Spectrum | undefined {
  if (!frame || values.length < 8) return undefined
  if (frame.form === 'waveform') {
    return values.length > WAVEFORM_SAMPLES_MAX ? undefined : spectrum(Float32Array.from(values), frame.rateHz)
  }
  return {
    amplitudes: Float32Array.from(values),
    resolutionHz: frame.resolutionHz,
    noiseBandwidth: NOISE_BANDWIDTHS[frame.window],
  }
}

async function speedAt(ctx: Context, signal: SignalMeta, atMs: number): Promise<number | null> {
  const [speed] = await listNumberSignalsOf(ctx.db, signal.workUnitId, 'speed')
  if (!speed) return null
  const { values, qualities } = await readSamples(ctx, speed.series, atMs - SPEED_HOLDS_MS, atMs + 1, 10_000)
  for (let at = values.length - 1; at >= 0; at -= 1) {
    const value = values[at]
    if (qualities[at] === QUALITY.good && typeof value === 'number') return speed.unit === 'Hz' ? value * 60 : value
  }
  return null
}
