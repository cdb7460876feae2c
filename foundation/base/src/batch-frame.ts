import type { BatchReader, BatchWriter } from './batch-bytes.ts'
import { batchInvalid } from './batch-problem.ts'

/** How a waveform was weighted before its spectrum was made. */
export const SPECTRUM_WINDOWS = ['none', 'hann', 'hamming', 'flat-top', 'blackman'] as const
export type SpectrumWindowName = (typeof SPECTRUM_WINDOWS)[number]

/** What the elements of a vector are. Carried with the values, because a sensor may be set to another rate at any time. */
export type VectorFrame =
  /** Equally spaced samples from the vector's time on, `rateHz` of them a second. */
  | { readonly form: 'waveform'; readonly rateHz: number }
  /** Peak amplitudes at 0, `resolutionHz`, 2 · `resolutionHz` …; the mean of `averages` spectra, made from its time on. */
  | {
      readonly form: 'spectrum'
      readonly resolutionHz: number
      readonly window: SpectrumWindowName
      readonly averages: number
    }

/** More averages than anybody waits for. */
export const AVERAGES_MAX = 100_000
const WAVEFORM = 1
const SPECTRUM = 2

/** @throws RangeError when the frame makes no sense. */
export function writeFrame(writer: BatchWriter, frame: VectorFrame): void {
  const stepHz = frame.form === 'waveform' ? frame.rateHz : frame.resolutionHz
  if (!(stepHz > 0 && Number.isFinite(stepHz))) throw new RangeError(`${stepHz} Hz is no rate`)
  writer.byte(frame.form === 'waveform' ? WAVEFORM : SPECTRUM)
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setFloat64(0, stepHz)
  writer.raw(bytes)
  if (frame.form === 'waveform') return
  const { averages } = frame
  if (!Number.isInteger(averages) || averages < 1 || averages > AVERAGES_MAX) {
    throw new RangeError(`${averages} is no number of averages`)
  }
  writer.byte(SPECTRUM_WINDOWS.indexOf(frame.window))
  writer.varint(averages)
}

/** Reads what {@link writeFrame} wrote. */
export function readFrame(reader: BatchReader): VectorFrame {
  const form = reader.byte()
  const [stepHz = Number.NaN] = reader.doubles(1)
  if (!(stepHz > 0 && Number.isFinite(stepHz))) throw batchInvalid('A vector has no rate.')
  if (form === WAVEFORM) return { form: 'waveform', rateHz: stepHz }
  const window = SPECTRUM_WINDOWS[reader.byte()]
  const averages = reader.varint(AVERAGES_MAX, 'the number of averages')
  if (form !== SPECTRUM || !window || averages < 1) throw batchInvalid('The frame of a vector is malformed.')
  return { form: 'spectrum', resolutionHz: stepHz, window, averages }
}
