export { type Batch, decodeBatch, encodeBatch, renumberBatch } from './batch.ts'
export { crc32, crc32c } from './batch-checksum.ts'
export {
  BATCH_BOUNDS,
  type BatchColumn,
  type BatchSamples,
  decodeSamples,
  encodeSamples,
  QUALITY,
} from './batch-column.ts'
export { AVERAGES_MAX, SPECTRUM_WINDOWS, type SpectrumWindowName, type VectorFrame } from './batch-frame.ts'
export { BatchMemory } from './batch-memory.ts'
export { batchInvalid } from './batch-problem.ts'
export { TIMESTAMP_MS_MAX } from './batch-times.ts'
export { canonical } from './canonical.ts'
export { CLASSIFICATIONS, type Classification, mayRead } from './classification.ts'
export { Decimal, decimalOf, productUp, SignedDecimal, thousandthsOf } from './decimal.ts'
export { type DomainEvent, type EventType, eventType } from './event.ts'
export { type Id, id, isUuid, newId, Uuid } from './id.ts'
export { DAY_MS, epochMs, HOUR_MS, Instant, instant, later, MINUTE_MS, now, SECOND_MS } from './instant.ts'
export { limitOf, PAGE_LIMIT, type Page, PageQuery, page, pageOf } from './page.ts'
export { isProblem, Problem, type ProblemKind, type ProblemMaker, type ProblemType, problemType } from './problem.ts'
export { headText, type TrailEvent, type TrailHead, trailText } from './trail-event.ts'
export { atWallClock, isTimeZone, type WallClock, wallClock, zoneOffsetMs } from './zone.ts'
