import type { Instant } from '@millrace/base'
import { type Database, type Db, within } from '@millrace/db'
import type { Reach } from '@millrace/runtime'
import { type Kysely, sql } from 'kysely'
import type { EquipmentId, Gateway, GatewayId } from './contract.ts'
import type { GatewayKind } from './tables.ts'

/** A gateway as it is stored: its state follows from these. */
export interface GatewayRow {
  readonly id: GatewayId
  readonly siteId: EquipmentId
  readonly name: string
  readonly local: boolean
  readonly kind: GatewayKind
  readonly publicKey: string | null
  readonly enrolledAt: Instant | null
  readonly lastSeenAt: Instant | null
  readonly journal: Gateway['journal']
  readonly clockAheadMs: number | null
  readonly revokedAt: Instant | null
}

const COLUMNS = [
  'id',
  'siteId',
  'name',
  'local',
  'kind',
  'publicKey',
  'enrolledAt',
  'lastSeenAt',
  'journal',
  'clockAheadMs',
  'revokedAt',
] as const

/** The most gateways a list holds: a company has a handful at each site. */
const GATEWAY_LIMIT = 1000

/** Those that run our program. */
export function listGateways(db: Db, reach: Reach): Promise<GatewayRow[]> {
  return db
    .selectFrom('plant.gateway')
    .select(COLUMNS)
    .where(within(reach, 'siteId'))
    .where('kind', '=', 'edge')
    .orderBy('id')
    .limit(GATEWAY_LIMIT)
    .execute()
}

export function listLocalGateways(db: Db): Promise<GatewayRow[]> {
  return db
    .selectFrom('plant.gateway')
    .select(COLUMNS)
    .where('local', '=', true)
    .where('revokedAt', 'is', null)
    .orderBy('id')
    .limit(GATEWAY_LIMIT)
    .execute()
}

export function findGateway(db: Db, id: GatewayId): Promise<GatewayRow | undefined> {
  return db.selectFrom('plant.gateway').select(COLUMNS).where('id', '=', id).executeTakeFirst()
}

export function lockGateway(db: Db, id: GatewayId): Promise<GatewayRow | undefined> {
  return db.selectFrom('plant.gateway').select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst()
}

/** Violates `gateway_name` when the site has one of that name. */
export function addGateway(
  db: Db,
  gateway: Pick<GatewayRow, 'id' | 'siteId' | 'name' | 'local'> & Partial<Pick<GatewayRow, 'kind'>>,
): Promise<GatewayRow> {
  return db.insertInto('plant.gateway').values(gateway).returning(COLUMNS).executeTakeFirstOrThrow()
}

export async function saveKey(db: Db, id: GatewayId, publicKey: string, enrolledAt: Instant): Promise<void> {
  await db.updateTable('plant.gateway').set({ publicKey, enrolledAt }).where('id', '=', id).execute()
}

export async function saveSeen(
  db: Db,
  id: GatewayId,
  lastSeenAt: Instant,
  said?: Pick<Gateway, 'journal' | 'clockAheadMs'>,
): Promise<void> {
  await db
    .updateTable('plant.gateway')
    .set({
      lastSeenAt,
      ...(said && { journal: JSON.stringify(said.journal), clockAheadMs: said.clockAheadMs }),
    })
    .where('id', '=', id)
    .execute()
}

/** Of these gateways those that were not revoked: they were heard just now. */
export async function saveAllSeen(db: Db, ids: readonly GatewayId[], lastSeenAt: Instant): Promise<GatewayId[]> {
  if (ids.length === 0) return []
  const rows = await db
    .updateTable('plant.gateway')
    .set({ lastSeenAt })
    .where('id', 'in', ids)
    .where('revokedAt', 'is', null)
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

export async function saveRevoked(db: Db, id: GatewayId, revokedAt: Instant): Promise<void> {
  await db.updateTable('plant.gateway').set({ revokedAt }).where('id', '=', id).execute()
}

/** Gateways last heard in (after, until]. */
export async function listLastSeen(db: Db, after: Instant, until: Instant): Promise<GatewayId[]> {
  const rows = await db
    .selectFrom('plant.gateway')
    .select('id')
    .where('lastSeenAt', '>', after)
    .where('lastSeenAt', '<=', until)
    .limit(GATEWAY_LIMIT)
    .execute()
  return rows.map((row) => row.id)
}

export async function addCode(db: Db, gatewayId: GatewayId, codeHash: Uint8Array, expiresAt: Instant): Promise<void> {
  await db.insertInto('plant.enrolmentCode').values({ gatewayId, codeHash, expiresAt }).execute()
}

/** The gateway a code is for, while it lives. */
export async function findCode(db: Db, codeHash: Uint8Array, now: Instant): Promise<GatewayId | undefined> {
  const row = await db
    .selectFrom('plant.enrolmentCode')
    .select('gatewayId')
    .where('codeHash', '=', codeHash)
    .where('expiresAt', '>', now)
    .executeTakeFirst()
  return row?.gatewayId
}

export async function removeExpiredCodes(db: Db, now: Instant): Promise<void> {
  await db.deleteFrom('plant.enrolmentCode').where('expiresAt', '<=', now).execute()
}

/** Every enterprise there is: the one question that is not asked on behalf of one of them. */
export async function listTenants(kysely: Kysely<Database>): Promise<string[]> {
  const { rows } = await sql<{ enterpriseId: string }>`select enterprise_id from runtime.tenant`.execute(kysely)
  return rows.map((row) => row.enterpriseId)
}
