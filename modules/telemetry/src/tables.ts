import type { Instant } from '@millrace/base'
import type { Generated, GeneratedAlways } from 'kysely'
import type { SignalMeta } from './acceptance-rules.ts'
import type { NewSignal } from './contract.ts'
import type { ExportFormat, ExportId, ExportResolution, ExportState } from './export-contract.ts'

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

declare module '@millrace/db' {
  interface Database {
    'telemetry.signal': Omit<SignalMeta, 'gatewayId'> & {
      enterpriseId: Generated<string>
      transform: NonNullable<NewSignal['transform']> | null
      sampleRateHz: number | null
      createdAt: Instant
    }
    'telemetry.export': ExportTable
  }
}
