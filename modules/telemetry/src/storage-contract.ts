import { Instant } from '@millrace/base'
import { EquipmentId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'
import { SignalClass } from './retention-contract.ts'

/** What the history of a company takes on disk, as last measured from a sample of it: good to a few per cent. */
export const StorageReport = Type.Object({
  /** Null before the first measurement, some minutes after the server's start. */
  measuredAt: Type.Union([Instant, Type.Null()]),
  bytes: Type.Number(),
  /** By site and class. Bytes are those on disk, with indexes. */
  classes: Type.Array(
    Type.Object({
      siteId: EquipmentId,
      class: SignalClass,
      sampleCount: Type.Number(),
      /** Of the single samples. Divided by their count: bytes per sample. */
      sampleBytes: Type.Number(),
      /** Of the minutes and hours made of them. */
      rollupBytes: Type.Number(),
    }),
  ),
  /** What is left of each week (UTC, from Thursday on) of the history, in order. */
  weeks: Type.Array(Type.Object({ weekMs: Type.Number(), bytes: Type.Number() })),
  /** What comes each day, by the last four weeks. */
  bytesPerDay: Type.Number(),
  /** Where the database lies; null when it runs on another machine. */
  disk: Type.Union([Type.Object({ freeBytes: Type.Number(), totalBytes: Type.Number() }), Type.Null()]),
  /** At the pace of the last four weeks, with what the rules let go; null: not within five years, or unknown. */
  fullInDays: Type.Union([Type.Integer(), Type.Null()]),
})
export type StorageReport = Static<typeof StorageReport>
