import type { Instant } from '@millrace/base'
import type { Generated } from 'kysely'
import type { SignalMeta } from './acceptance-rules.ts'
import type { NewSignal } from './contract.ts'

declare module '@millrace/db' {
  interface Database {
    'telemetry.signal': Omit<SignalMeta, 'gatewayId'> & {
      enterpriseId: Generated<string>
      transform: NonNullable<NewSignal['transform']> | null
      sampleRateHz: number | null
      createdAt: Instant
    }
  }
}
