import { DAY_MS, HOUR_MS, MINUTE_MS } from '@millrace/base'
import type { Context } from '@millrace/runtime'
import type { ExportRow } from './export-store.ts'
import * as store from './export-store.ts'
import type { BucketPage, ExportedSignal, ExportPage, RawPage } from './export-text-rules.ts'
import { readBuckets, readRaw } from './history.ts'
import type { Span } from './state-rules.ts'

/** Samples read at once, unless one hour has more: bounds the memory. */
const PAGE_SAMPLES = 50_000
const PAGE_VECTORS = 200
const BUCKETS = {
  minute: { widthMs: MINUTE_MS, windowMs: DAY_MS },
  hour: { widthMs: HOUR_MS, windowMs: 30 * DAY_MS },
} as const

type Asked = Pick<ExportRow, 'fromMs' | 'toMs' | 'resolution'>
/** Runs in a short transaction: no page holds up the others. */
export type Read = <T>(act: (ctx: Context) => Promise<T>) => Promise<T>

/** The rows of a signal, page by page. Nothing is read any more once nobody takes the next page. */
export async function* pagesOf(read: Read, signal: ExportedSignal, asked: Asked): AsyncGenerator<ExportPage> {
  if (asked.resolution !== 'raw') yield* bucketPages(read, signal, asked, asked.resolution)
  else if (signal.kind === 'vector') yield* vectorPages(read, signal, asked)
  else yield* rawPages(read, signal, asked)
}

async function* rawPages(read: Read, signal: ExportedSignal, asked: Asked): AsyncGenerator<RawPage> {
  const { series } = signal
  const hours = await read((ctx) => store.listSampleHours(ctx.db, series, asked.fromMs, asked.toMs))
  for (let start = 0; start < hours.length; ) {
    const spans: Span[] = []
    let count = 0
    while (start < hours.length && (count === 0 || count + (hours[start]?.count ?? 0) <= PAGE_SAMPLES)) {
      const { hourMs, count: more } = hours[start] ?? { hourMs: 0, count: 0 }
      spans.push({ fromMs: hourMs, toMs: hourMs + HOUR_MS })
      count += more
      start += 1
    }
    const samples = await read((ctx) => readRaw(ctx, series, spans, asked))
    yield { kind: 'raw', signal, ...samples, doneMs: spans.at(-1)?.toMs ?? asked.toMs }
  }
}

async function* vectorPages(read: Read, signal: ExportedSignal, asked: Asked): AsyncGenerator<RawPage> {
  for (let atMs = asked.fromMs; atMs < asked.toMs; ) {
    const rows = await read((ctx) => store.listVectorsFrom(ctx.db, signal.series, atMs, asked.toMs, PAGE_VECTORS))
    if (rows.length === 0) return
    const timesMs = rows.map(({ timestampMs }) => timestampMs)
    atMs = (timesMs.at(-1) ?? asked.toMs) + 1
    const values = rows.map((row) => row.values)
    const frames = rows.map((row) => row.frame)
    yield { kind: 'raw', signal, timesMs, values, frames, qualities: rows.map(({ quality }) => quality), doneMs: atMs }
  }
}

async function* bucketPages(
  read: Read,
  signal: ExportedSignal,
  { fromMs, toMs }: Asked,
  resolution: keyof typeof BUCKETS,
): AsyncGenerator<BucketPage> {
  const { widthMs, windowMs } = BUCKETS[resolution]
  // On multiples of the width, so that no bucket is given twice.
  const endMs = Math.ceil(toMs / widthMs) * widthMs
  for (let atMs = Math.floor(fromMs / widthMs) * widthMs; atMs < endMs; atMs += windowMs) {
    const doneMs = Math.min(endMs, atMs + windowMs)
    const window = { fromMs: atMs, toMs: doneMs }
    const {
      series: _,
      bucketMs: __,
      ...buckets
    } = await read((ctx) => readBuckets(ctx, signal.series, window, widthMs))
    yield { kind: 'buckets', signal, ...buckets, doneMs }
  }
}
