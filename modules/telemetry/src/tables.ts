import type { Instant } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { ColumnType, Generated, GeneratedAlways } from 'kysely'
import type { SignalMeta } from './acceptance-rules.ts'
import type { NewSignal } from './contract.ts'
import type { ExportFormat, ExportId, ExportResolution, ExportState } from './export-contract.ts'
import type { ImportFormat, ImportId, ImportMapping, ImportState } from './import-contract.ts'
import type { HoldId, SignalClass } from './retention-contract.ts'
import type { VolumeTier } from './retention-rules.ts'
import type { RowFault } from './text-batch-rules.ts'
import type { Shaft } from './vibration-contract.ts'

export interface ExportTable {
  enterpriseId: GeneratedAlways<string>
  id: ExportId
  createdBy: string
  createdAt: Instant
  expiresAt: Instant
  series: number[]
  fromMs: number
  toMs: number
  resolution: ExportResolution
  format: ExportFormat
  state: ExportState
  attempt: Generated<number>
  progressRatio: Generated<number>
  rowCount: Generated<number>
  byteCount: Generated<number>
  startedAt: Generated<Instant | null>
  endedAt: Generated<Instant | null>
}

export interface ImportTable {
  enterpriseId: GeneratedAlways<string>
  id: ImportId
  siteId: EquipmentId
  createdBy: string
  createdByName: string
  createdAt: Instant
  expiresAt: Instant
  fileName: string
  format: ImportFormat
  byteCount: number
  receivedBytes: Generated<number>
  state: ImportState
  mapping: ColumnType<ImportMapping | null, string | undefined, string>
  skipFaults: Generated<boolean>
  progressRatio: Generated<number>
  rowCount: Generated<number>
  sampleCount: Generated<number>
  faultCount: Generated<number>
  /** Written as JSON. */
  faults: ColumnType<RowFault[], string | undefined, string>
  firstMs: Generated<number | null>
  lastMs: Generated<number | null>
  note: Generated<string | null>
  startedAt: Generated<Instant | null>
  endedAt: Generated<Instant | null>
  beatAt: Generated<Instant | null>
}

interface ImportPartTable {
  enterpriseId: GeneratedAlways<string>
  importId: ImportId
  startByte: number
  data: Buffer
}

interface RetentionTable {
  enterpriseId: GeneratedAlways<string>
  class: SignalClass
  rawDays: number
  minuteDays: number
  hourDays: number
  changedAt: Instant
  changedByName: string
}

export interface HoldTable {
  enterpriseId: GeneratedAlways<string>
  id: HoldId
  siteId: EquipmentId
  workUnitId: EquipmentId
  fromMs: number
  toMs: number
  reason: string
  createdAt: Instant
  createdByName: string
  releasedAt: Instant | null
  releasedByName: string | null
}

interface ThinnedTable {
  enterpriseId: GeneratedAlways<string>
  class: SignalClass
  tier: 'raw' | 'minute' | 'hour'
  beforeMs: number
}

interface VolumeTable {
  enterpriseId: GeneratedAlways<string>
  siteId: EquipmentId
  class: SignalClass
  tier: VolumeTier
  weekMs: number
  seriesCount: number
  sampleCount: number
  bytes: number
  measuredAt: Instant
}

declare module '@millrace/db' {
  interface Database {
    'telemetry.signal': Omit<SignalMeta, 'gatewayId'> & {
      enterpriseId: Generated<string>
      transform: NonNullable<NewSignal['transform']> | null
      sampleRateHz: number | null
      recordEveryMs: number | null
      createdAt: Instant
    }
    'telemetry.export': ExportTable
    'telemetry.import': ImportTable
    'telemetry.importPart': ImportPartTable
    'telemetry.shaft': Shaft & { enterpriseId: GeneratedAlways<string>; siteId: EquipmentId; changedAt: Instant }
    'telemetry.retention': RetentionTable
    'telemetry.hold': HoldTable
    'telemetry.thinned': ThinnedTable
    'telemetry.volume': VolumeTable
  }
}
