import { Instant, id, problemType } from '@millrace/base'
import { EquipmentId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'
import { Quality, Series } from './contract.ts'

export const ImportId = id('Import')
export type ImportId = Static<typeof ImportId>

/** What a file may hold, and a piece of it. Larger files are imported in parts. */
export const IMPORT_BYTES_MAX = 256 * 1024 * 1024
export const IMPORT_PART_BYTES_MAX = 4 * 1024 * 1024
/** Signals one import may be for. */
const IMPORT_SIGNAL_LIMIT = 200
/** How long an import can be undone. */
export const IMPORT_UNDO_DAYS = 30

export const ImportFormat = Type.Enum(['csv', 'jsonl', 'parquet', 'line-protocol'])
export type ImportFormat = Static<typeof ImportFormat>

/**
 * `uploading` → `ready` → `checking` → `writing` → `done` → `undoing` → `undone`. `refused`: rows have faults, and nothing was
 * written. `failed`: it broke off, and nothing was kept. Both may be started again while the file is there.
 */
export const ImportState = Type.Enum([
  ...(['uploading', 'ready', 'checking', 'writing', 'done', 'refused', 'cancelling', 'cancelled', 'failed'] as const),
  ...(['undoing', 'undone'] as const),
])
export type ImportState = Static<typeof ImportState>

const Column = Type.String({ minLength: 1, maxLength: 500 })

/** How a time is written. `local…` are wall clock times of a zone: ISO, day before month, month before day. */
export const TimeFormat = Type.Enum([
  ...(['rfc3339', 'epoch-ms', 'epoch-s', 'epoch-us', 'epoch-ns', 'local', 'local-dmy', 'local-mdy'] as const),
])
export type TimeFormat = Static<typeof TimeFormat>

export const ImportMapping = Type.Object(
  {
    time: Type.Object(
      {
        column: Column,
        format: TimeFormat,
        /** IANA zone of wall clock times. */
        zone: Type.Optional(Type.String({ maxLength: 60 })),
      },
      { additionalProperties: false },
    ),
    /** `wide`: a column for each signal. `long`: one column says which signal, another one its value. */
    shape: Type.Enum(['wide', 'long']),
    /** Of the long shape. */
    name: Type.Optional(Column),
    value: Type.Optional(Column),
    quality: Type.Optional(Column),
    signals: Type.Array(
      Type.Object(
        {
          /** The column, or in the long shape the name in the row. */
          source: Column,
          series: Series,
          /** What the file's numbers are in; without it in the unit of the signal. */
          unit: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
        },
        { additionalProperties: false },
      ),
      { maxItems: IMPORT_SIGNAL_LIMIT },
    ),
    /** How a CSV is written. */
    csv: Type.Optional(
      Type.Object(
        {
          delimiter: Type.Enum([',', ';', '\t']),
          decimal: Type.Enum(['.', ',']),
          encoding: Type.Enum(['utf-8', 'windows-1252']),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type ImportMapping = Static<typeof ImportMapping>

/** Rows count from 1, a line of names not among them; 0 is the file as a whole. */
const ImportFault = Type.Object({ row: Type.Integer(), field: Type.String(), detail: Type.String() })

export const SampleImport = Type.Object({
  id: ImportId,
  siteId: EquipmentId,
  createdByName: Type.String(),
  createdAt: Instant,
  expiresAt: Instant,
  fileName: Type.String(),
  format: ImportFormat,
  byteCount: Type.Number(),
  receivedBytes: Type.Number(),
  state: ImportState,
  mapping: Type.Union([ImportMapping, Type.Null()]),
  skipFaults: Type.Boolean(),
  progressRatio: Type.Number(),
  rowCount: Type.Number(),
  sampleCount: Type.Number(),
  faultCount: Type.Number(),
  faults: Type.Array(ImportFault),
  firstMs: Type.Union([Type.Number(), Type.Null()]),
  lastMs: Type.Union([Type.Number(), Type.Null()]),
  note: Type.Union([Type.String(), Type.Null()]),
  startedAt: Type.Union([Instant, Type.Null()]),
  endedAt: Type.Union([Instant, Type.Null()]),
  /** Until then it can be undone; null when there is nothing to undo. */
  undoUntil: Type.Union([Instant, Type.Null()]),
})
export type SampleImport = Static<typeof SampleImport>

export const NewImport = Type.Object(
  {
    siteId: EquipmentId,
    fileName: Type.String({ minLength: 1, maxLength: 200 }),
    format: ImportFormat,
    byteCount: Type.Integer({ minimum: 1, maximum: IMPORT_BYTES_MAX }),
  },
  { additionalProperties: false },
)
export type NewImport = Static<typeof NewImport>

/** A file as it would be read. */
export const ImportPreview = Type.Object({
  /** Its columns, each with its first value as it stands there. */
  columns: Type.Array(Type.Object({ name: Type.String(), example: Type.String() })),
  /** What the name column of the long shape holds, as far as was read. */
  names: Type.Array(Type.String()),
  /** How it seems to be written; complete but for the signals. */
  guess: ImportMapping,
  /** The first samples as they would be stored. */
  samples: Type.Array(
    Type.Object({
      row: Type.Integer(),
      series: Series,
      timeMs: Type.Number(),
      value: Type.Union([Type.Number(), Type.String(), Type.Null()]),
      quality: Quality,
    }),
  ),
  /** Rows that were looked at: not all of a long file. */
  rowCount: Type.Integer(),
  isWhole: Type.Boolean(),
  sampleCount: Type.Integer(),
  faultCount: Type.Integer(),
  faults: Type.Array(ImportFault),
})
export type ImportPreview = Static<typeof ImportPreview>

export const importMissing = problemType('telemetry/import-missing', 'missing', 'No such import')
export const importState = problemType('telemetry/import-state', 'conflict', 'Not in the present state of the import')
export const importPartInvalid = problemType('telemetry/import-part-invalid', 'invalid', 'The piece does not fit')
export const importUnreadable = problemType('telemetry/import-unreadable', 'invalid', 'The file cannot be read')
export const mappingInvalid = problemType('telemetry/mapping-invalid', 'invalid', 'The mapping makes no sense')
export const importsWaiting = problemType('telemetry/imports-waiting', 'conflict', 'Too many files wait to be imported')
export const importOverlaid = problemType('telemetry/import-overlaid', 'conflict', 'A later import lies over this one')

/** Topic on which the work on imports hears that one is to go on. No module lists it: no person can watch it. */
export const IMPORT_TOPIC = 'telemetry.import-due'
