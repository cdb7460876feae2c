import { SPECTRUM_WINDOWS, type VectorFrame } from '@millrace/base'
import type { SeriesKey } from './chunk-store.ts'
import type { IngestClient } from './ingest-store.ts'

/** The newest sample of a series; value and text are null for a bad one and for a vector. */
export interface NewestSample extends SeriesKey {
  readonly timestampMs: number
  readonly value: number | null
  readonly text: string | null
  readonly quality: number
}

/** Keeps the newer of what is stored and what is given; of equal times, what is given. One of each series. */
export async function saveNewest(client: IngestClient, samples: readonly NewestSample[]): Promise<void> {
  await client.query(
    `insert into telemetry.latest as stored (enterprise_id, series, timestamp_ms, value, text, quality)
     select * from unnest($1::uuid[], $2::int[], $3::bigint[], $4::float8[], $5::text[], $6::smallint[])
     order by 1, 2
     on conflict (enterprise_id, series) do update set timestamp_ms = excluded.timestamp_ms, value = excluded.value,
       text = excluded.text, quality = excluded.quality
     where excluded.timestamp_ms >= stored.timestamp_ms`,
    [
      samples.map((one) => one.enterpriseId),
      samples.map((one) => one.series),
      samples.map((one) => one.timestampMs),
      samples.map((one) => one.value),
      samples.map((one) => one.text),
      samples.map((one) => one.quality),
    ],
  )
}

/** The newest samples of all series of all enterprises, at the start of a server. */
export async function listNewest(client: IngestClient): Promise<NewestSample[]> {
  const { rows } = await client.query<NewestSample>(
    `select enterprise_id as "enterpriseId", series, timestamp_ms as "timestampMs", value, text, quality
     from telemetry.latest`,
  )
  return rows
}

export interface NewVector extends SeriesKey {
  readonly timestampMs: number
  readonly quality: number
  readonly values: Float32Array | null
  /** What its elements are, when its sender said. */
  readonly frame: VectorFrame | undefined
}

/** The most numbers one statement carries, as text. */
const STATEMENT_NUMBERS_MAX = 200_000

/** Adds vectors; one that comes again for the same time replaces the first. The partitions are there. */
export async function saveVectors(client: IngestClient, vectors: readonly NewVector[]): Promise<void> {
  // A statement may touch a row only once: the last in arrival holds.
  const single = [
    ...new Map(vectors.map((one) => [`${one.enterpriseId} ${one.series} ${one.timestampMs}`, one])).values(),
  ]
  for (let start = 0; start < single.length; ) {
    let end = start
    let numbers = 0
    while (end < single.length && (end === start || numbers < STATEMENT_NUMBERS_MAX)) {
      numbers += single[end]?.values?.length ?? 0
      end += 1
    }
    await saveSomeVectors(client, single.slice(start, end))
    start = end
  }
}

async function saveSomeVectors(client: IngestClient, vectors: readonly NewVector[]): Promise<void> {
  await client.query(
    `insert into telemetry.vector (enterprise_id, series, timestamp_ms, quality, "values", form, step_hz, window_of, averages)
     select e, s, t, q, v::real[], f, h, w, a
     from unnest($1::uuid[], $2::int[], $3::bigint[], $4::smallint[], $5::text[], $6::smallint[], $7::float8[], $8::smallint[],
       $9::int[]) as one (e, s, t, q, v, f, h, w, a)
     order by e, s, t
     on conflict (enterprise_id, series, timestamp_ms)
       do update set quality = excluded.quality, "values" = excluded."values", form = excluded.form,
         step_hz = excluded.step_hz, window_of = excluded.window_of, averages = excluded.averages`,
    [
      vectors.map((one) => one.enterpriseId),
      vectors.map((one) => one.series),
      vectors.map((one) => one.timestampMs),
      vectors.map((one) => one.quality),
      vectors.map((one) => (one.values === null ? null : `{${one.values.join()}}`)),
      ...frameColumns(vectors.map((one) => one.frame)),
    ],
  )
}

const FORMS = [undefined, 'waveform', 'spectrum'] as const

/** Form, step, window and averages of frames, a list each. */
function frameColumns(frames: readonly (VectorFrame | undefined)[]): (number | null)[][] {
  const spectra = frames.map((frame) => (frame?.form === 'spectrum' ? frame : undefined))
  return [
    frames.map((frame) => (frame ? FORMS.indexOf(frame.form) : null)),
    frames.map((frame) => (frame ? (frame.form === 'waveform' ? frame.rateHz : frame.resolutionHz) : null)),
    spectra.map((frame) => (frame ? SPECTRUM_WINDOWS.indexOf(frame.window) : null)),
    spectra.map((frame) => frame?.averages ?? null),
  ]
}

/** A frame as it is selected. */
export interface FrameRow {
  readonly form: number | null
  readonly stepHz: number | null
  readonly windowOf: number | null
  readonly averages: number | null
}

/** The frame of a stored vector; undefined in a row from before frames. */
export function frameOfRow({ form, stepHz, windowOf, averages }: FrameRow): VectorFrame | undefined {
  if (form === null || stepHz === null) return undefined
  if (FORMS[form] === 'waveform') return { form: 'waveform', rateHz: stepHz }
  const window = SPECTRUM_WINDOWS[windowOf ?? 0] ?? 'none'
  return { form: 'spectrum', resolutionHz: stepHz, window, averages: averages ?? 1 }
}
