import type { Instant } from '@millrace/base'
import type { GeneratedAlways } from 'kysely'
import type { EnterpriseId, PersonId, Role } from './contract.ts'

declare module '@millrace/db' {
  interface Database {
    'identity.enterprise': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      name: string
      demo: boolean
      createdAt: Instant
    }
    'identity.person': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      id: PersonId
      name: string
      email: string
      title: string
      passwordHash: string | null
      createdAt: Instant
    }
    'identity.roleGrant': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      personId: PersonId
      role: Role
      siteId: string | null
    }
    'identity.session': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      tokenSha256: Buffer
      personId: PersonId
      createdAt: Instant
      lastUsedAt: Instant
      expiresAt: Instant
    }
    'identity.signInName': { emailSha256: Buffer; enterpriseId: EnterpriseId }
    'identity.founding': { enterpriseId: EnterpriseId; demo: boolean }
    'identity.failedSignIn': { subject: string; failures: number; lastAt: Instant }
    'runtime.tenant': { enterpriseId: EnterpriseId }
    'audit.event': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      id: string
      at: Instant
      actor: string
      action: string
      object: string
      reason: string | null
      detail: unknown
    }
  }
}
