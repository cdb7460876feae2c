import { Instant, id, problemType } from '@millrace/base'
import { type Static, Type } from 'typebox'
import { Series } from './contract.ts'

export const ExportId = id('Export')
export type ExportId = Static<typeof ExportId>

/** How many signals one export may be of, and how many samples it may read. */
const EXPORT_SIGNAL_LIMIT = 200
export const EXPORT_SAMPLE_LIMIT = 200_000_000

export const ExportFormat = Type.Enum(['csv', 'jsonl', 'parquet'])
export type ExportFormat = Static<typeof ExportFormat>

/** `raw`: every sample. `minute`, `hour`: minimum, maximum, mean and count of the good samples of each. */
export const ExportResolution = Type.Enum(['raw', 'minute', 'hour'])
export type ExportResolution = Static<typeof ExportResolution>

const Range = {
  /** From this moment on, before `toMs`: epoch milliseconds. */
  fromMs: Type.Number({ minimum: 0, maximum: 8.64e15 }),
  toMs: Type.Number({ minimum: 0, maximum: 8.64e15 }),
  resolution: ExportResolution,
  format: ExportFormat,
}

export const NewExport = Type.Object(
  {
    signals: Type.Array(Type.Object({ series: Series }, { additionalProperties: false }), {
      minItems: 1,
      maxItems: EXPORT_SIGNAL_LIMIT,
    }),
    ...Range,
  },
  { additionalProperties: false },
)
export type NewExport = Static<typeof NewExport>

/** `ready`: nobody downloads it yet. `interrupted`: the download broke off and may be started again. */
export const ExportState = Type.Enum(['ready', 'running', 'done', 'interrupted', 'cancelled'])
export type ExportState = Static<typeof ExportState>

export const SampleExport = Type.Object({
  id: ExportId,
  series: Type.Array(Series),
  ...Range,
  state: ExportState,
  /** Of the present or last download, 0…1. */
  progressRatio: Type.Number(),
  rowCount: Type.Number(),
  byteCount: Type.Number(),
  createdAt: Instant,
  startedAt: Type.Union([Instant, Type.Null()]),
  endedAt: Type.Union([Instant, Type.Null()]),
  /** Until then it can be downloaded. */
  expiresAt: Instant,
})
export type SampleExport = Static<typeof SampleExport>

export const exportMissing = problemType('telemetry/export-missing', 'missing', 'No such export')
export const exportEnded = problemType('telemetry/export-ended', 'conflict', 'The export was cancelled')
export const exportTooLarge = problemType('telemetry/export-too-large', 'invalid', 'More than one export may hold')
export const exportsSpent = problemType('telemetry/exports-spent', 'limited', 'Too many exports within an hour')
