import type { Instant } from '@millrace/base'
import type { Generated, GeneratedAlways } from 'kysely'

declare module '@millrace/db' {
  interface Database {
    'demo.world': { enterpriseId: GeneratedAlways<string>; anchorAt: Instant; completeAt: Instant | null }
    'demo.removal': { removedAt: Generated<Instant> }
  }
}
