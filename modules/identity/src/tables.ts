import type { Instant } from '@millrace/base'
import type { ColumnType, GeneratedAlways } from 'kysely'
import type { EnterpriseId, PersonId } from './contract.ts'
import type { Conditions, GrantId, RoleId } from './grant-contract.ts'
import type {
  OidcConnection,
  ProviderChoices,
  ProviderId,
  ProviderState,
  SamlConnection,
  SignInTry,
  SignInTryId,
} from './identity-provider-contract.ts'
import type { StationId } from './station-contract.ts'

/** Written as JSON text, read as the value. */
type Json<T> = ColumnType<T, string, string>

/** What is kept of a provider beside its columns. */
export type ProviderSettings = Omit<ProviderChoices, 'domains'> & {
  connection: Omit<OidcConnection, 'hasSecret'> | SamlConnection
}
export type TryResult = Pick<SignInTry, 'checks' | 'received' | 'person' | 'roles'>

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
      endedAt: Instant | null
      lockedAt: ColumnType<Instant | null, undefined, Instant | null>
      lockedReason: ColumnType<string | null, undefined, string | null>
      accessVersion: ColumnType<number, number | undefined, number>
    }
    'identity.openedObject': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      holderId: string
      objectId: string
      action: string
      label: string
      siteId: string | null
      openedAt: Instant
      toldAt: Instant
    }
    'identity.role': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      id: RoleId
      name: string
      permissions: string[]
      createdAt: Instant
    }
    'identity.roleGrant': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      id: GrantId
      personId: PersonId | null
      keyId: string | null
      role: string
      placeId: string | null
      siteId: string | null
      expiresAt: Instant | null
      conditions: Json<Omit<Conditions, 'expiresAt'>>
      groupId: ColumnType<string | null, string | null | undefined, never>
      groupRoleId: ColumnType<string | null, string | null | undefined, never>
    }
    'identity.provisioningToken': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      id: string
      name: string
      secretSha256: Buffer
      createdBy: PersonId
      createdAt: Instant
      expiresAt: Instant
      endedAt: Instant | null
      lastUsedAt: Instant | null
      lastUsedAddress: string | null
    }
    'identity.provisionedPerson': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      personId: PersonId
      userNameKey: string
      externalId: string | null
      document: Json<Readonly<Record<string, unknown>>>
      version: ColumnType<number, number | undefined, number>
      createdAt: Instant
      changedAt: Instant
      deletedAt: Instant | null
    }
    'identity.provisionedGroup': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      id: string
      displayName: string
      displayNameKey: string
      externalId: string | null
      version: ColumnType<number, number | undefined, number>
      createdAt: Instant
      changedAt: Instant
    }
    'identity.provisionedMember': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      groupId: string
      personId: PersonId
    }
    'identity.provisionedRole': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      groupId: string
      id: GrantId
      role: string
      placeId: string | null
      siteId: string | null
      expiresAt: Instant | null
      conditions: Json<Omit<Conditions, 'expiresAt'>>
    }
    'identity.provisioningRefusal': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      tokenName: string
      act: string
      subject: string
      code: string
      detail: string
      count: number
      firstAt: Instant
      lastAt: Instant
    }
    'identity.apiKey': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      id: string
      name: string
      secretSha256: Buffer
      createdBy: PersonId
      createdAt: Instant
      expiresAt: Instant
      endedAt: Instant | null
      lastUsedAt: Instant | null
      lastUsedAddress: string | null
      accessVersion: ColumnType<number, number | undefined, number>
    }
    'identity.networkZone': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      id: string
      name: string
      ranges: string[]
    }
    'identity.controlSeat': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      personId: PersonId
      siteId: string
      since: Instant
    }
    'identity.quotaUse': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      day: string
      quota: string
      peak: number
      measuredAt: Instant
    }
    'identity.quotaLimited': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      day: string
      quota: string
      holderId: string
      holderKind: string
      holderName: string
      count: number
      lastAt: Instant
    }
    'identity.server': { id: string; roles: readonly string[]; seenAt: Instant }
    'identity.session': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      tokenSha256: Buffer
      id: string
      personId: PersonId
      level: number
      station: boolean
      method: string
      address: string | null
      device: string
      createdAt: Instant
      lastUsedAt: Instant
      expiresAt: Instant
      idleMs: ColumnType<number, number | undefined, number>
      stationId: ColumnType<StationId | null, StationId | null | undefined, StationId | null>
    }
    'identity.station': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      id: StationId
      name: string
      placeId: string
      siteId: string
      tokenSha256: Buffer | null
      idleMinutes: number
      createdAt: Instant
      enrolledAt: Instant | null
      lastSeenAt: Instant | null
      revokedAt: Instant | null
    }
    'identity.stationCode': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      codeSha256: Buffer
      stationId: StationId
      expiresAt: Instant
      usedAt: Instant | null
    }
    'identity.badge': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      id: string
      personId: PersonId
      secretSha256: Buffer
      issuedAt: Instant
      blockedAt: Instant | null
      blockedReason: string | null
    }
    'identity.pin': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      personId: PersonId
      pinHash: string
      setAt: Instant
    }
    'identity.passkey': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      id: string
      personId: PersonId
      credentialId: string
      publicKey: Buffer
      /** bigint comes as text. */
      counter: ColumnType<string, number, number>
      transports: string[]
      rpId: string
      name: string
      createdAt: Instant
      lastUsedAt: Instant | null
    }
    'identity.totp': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      personId: PersonId
      secretSealed: Buffer
      createdAt: Instant
      confirmedAt: Instant | null
      lastStep: ColumnType<string, number | undefined, number>
    }
    'identity.recoveryCode': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      personId: PersonId
      codeSha256: Buffer
      createdAt: Instant
      usedAt: Instant | null
    }
    'identity.challenge': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      challenge: string
      sessionId: string
      purpose: 'register' | 'factor'
      expiresAt: Instant
    }
    'identity.stepUp': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      id: string
      sessionId: string
      operationId: string
      digest: string
      challenge: string
      expiresAt: Instant
      confirmedAt: Instant | null
      method: string | null
      proofSha256: Buffer | null
      usedAt: Instant | null
    }
    'identity.entryLink': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      id: string
      kind: 'invitation' | 'reset'
      personId: PersonId
      tokenSha256: Buffer
      madeBy: string | null
      madeAt: Instant
      expiresAt: Instant
      usedAt: ColumnType<Instant | null, undefined, Instant>
      withdrawnAt: ColumnType<Instant | null, undefined, Instant>
    }
    'identity.breakGlass': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      id: string
      personId: PersonId
      name: string
      codeHash: string
      preparedBy: string
      preparedAt: Instant
      revokedAt: ColumnType<Instant | null, undefined, Instant>
      usedAt: ColumnType<Instant | null, undefined, Instant>
      usedAddress: ColumnType<string | null, undefined, string | null>
      sessionId: ColumnType<string | null, undefined, string>
      acknowledgedAt: ColumnType<Instant | null, undefined, Instant>
      acknowledgedBy: ColumnType<string | null, undefined, string>
    }
    'identity.signInChallenge': { challenge: string; expiresAt: Instant }
    'identity.provider': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      id: ProviderId
      name: string
      state: ProviderState
      origin: string
      domains: string[]
      settings: Json<ProviderSettings>
      clientSecret: Buffer | null
      revision: number
      createdAt: Instant
    }
    'identity.providerLink': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      providerId: ProviderId
      subject: string
      personId: PersonId
      linkedAt: Instant
      lastUsedAt: Instant
    }
    'identity.providerGrant': { enterpriseId: GeneratedAlways<EnterpriseId>; grantId: GrantId; providerId: ProviderId }
    'identity.signInTry': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      id: SignInTryId
      providerId: ProviderId
      revision: number
      startedAt: Instant
      finishedAt: Instant | null
      worked: boolean
      result: Json<TryResult>
    }
    'identity.signInAttempt': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      stateSha256: Buffer
      providerId: ProviderId
      browserSha256: Buffer
      tryId: SignInTryId | null
      next: string
      nonce: string
      verifier: string
      requestId: string
      ticketSha256: Buffer | null
      proof: Buffer | null
      expiresAt: Instant
    }
    'identity.seenAssertion': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      providerId: ProviderId
      assertionSha256: Buffer
      expiresAt: Instant
    }
    'identity.signInName': { emailSha256: Buffer; enterpriseId: EnterpriseId }
    'identity.founding': { enterpriseId: EnterpriseId; demo: boolean }
    'identity.guess': { subject: Buffer; count: number; lastAt: Instant; openAt: Instant }
    'runtime.tenant': { enterpriseId: EnterpriseId }
    'audit.event': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      id: string
      at: Instant
      actorKind: string
      actorId: string
      actor: string
      address: string | null
      via: string | null
      device: string | null
      action: string
      object: string
      objects: string[]
      siteId: string | null
      before: unknown
      after: unknown
      detail: unknown
      reason: string | null
      outcome: 'done' | 'refused'
      problem: string | null
      requestId: string | null
      seal: Buffer | null
    }
    'audit.leaf': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      sequence: number
      eventId: string
      hash: Buffer
    }
    'audit.head': {
      enterpriseId: GeneratedAlways<EnterpriseId>
      size: number
      root: Buffer
      at: Instant
      keyId: string
      signature: Buffer
      frontier: Buffer
    }
  }
}
