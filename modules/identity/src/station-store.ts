import './tables.ts'
import type { Instant } from '@millrace/base'
import { type Db, within } from '@millrace/db'
import type { Reach } from '@millrace/runtime'
import type { PersonId } from './contract.ts'
import type { StationId, StationPerson } from './station-contract.ts'

export interface StationRow {
  readonly id: StationId
  readonly name: string
  readonly placeId: string
  readonly siteId: string
  readonly idleMinutes: number
  readonly createdAt: Instant
  readonly enrolledAt: Instant | null
  readonly lastSeenAt: Instant | null
  readonly revokedAt: Instant | null
}

const COLUMNS = [
  'id',
  'name',
  'placeId',
  'siteId',
  'idleMinutes',
  'createdAt',
  'enrolledAt',
  'lastSeenAt',
  'revokedAt',
] as const

/** Stations by id, after a cursor. */
export function listStations(
  db: Db,
  of: { reach: Reach; after: string | undefined; limit: number },
): Promise<StationRow[]> {
  let query = db
    .selectFrom('identity.station')
    .select(COLUMNS)
    .where(within(of.reach, 'siteId', 'placeId'))
    .orderBy('id')
    .limit(of.limit)
  if (of.after !== undefined) query = query.where('id', '>', of.after as StationId)
  return query.execute()
}

/** Waits for whoever is changing this station or signing in there. */
export function lockStation(db: Db, id: StationId): Promise<StationRow | undefined> {
  return db.selectFrom('identity.station').select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst()
}

/** A living station. @param held waits for whoever is changing it or signing in there. */
export function findStationByToken(db: Db, tokenSha256: Buffer, held = false): Promise<StationRow | undefined> {
  const query = db
    .selectFrom('identity.station')
    .select(COLUMNS)
    .where('tokenSha256', '=', tokenSha256)
    .where('revokedAt', 'is', null)
  return (held ? query.forUpdate() : query).executeTakeFirst()
}

/** Violates `station_name` when a living station of the site has the name. */
export async function saveStation(db: Db, station: StationRow): Promise<void> {
  await db
    .insertInto('identity.station')
    .values({ ...station, tokenSha256: null })
    .execute()
}

export async function updateStation(
  db: Db,
  id: StationId,
  change: Partial<{
    name: string
    idleMinutes: number
    tokenSha256: Buffer | null
    enrolledAt: Instant | null
    lastSeenAt: Instant
    revokedAt: Instant
  }>,
): Promise<void> {
  if (Object.keys(change).length === 0) return
  await db.updateTable('identity.station').set(change).where('id', '=', id).execute()
}

export async function saveCode(db: Db, codeSha256: Buffer, stationId: StationId, expiresAt: Instant): Promise<void> {
  await db.insertInto('identity.stationCode').values({ codeSha256, stationId, expiresAt, usedAt: null }).execute()
}

/** Takes away the codes of a station that were not used, and all that have been expired since. */
export async function deleteCodes(db: Db, stationId: StationId, expiredBefore: Instant): Promise<void> {
  await db.deleteFrom('identity.stationCode').where('expiresAt', '<', expiredBefore).execute()
  await db.deleteFrom('identity.stationCode').where('stationId', '=', stationId).where('usedAt', 'is', null).execute()
}

/** Waits for whoever is using the same code. */
export function lockCode(
  db: Db,
  codeSha256: Buffer,
): Promise<{ stationId: StationId; expiresAt: Instant; usedAt: Instant | null } | undefined> {
  return db
    .selectFrom('identity.stationCode')
    .select(['stationId', 'expiresAt', 'usedAt'])
    .where('codeSha256', '=', codeSha256)
    .forUpdate()
    .executeTakeFirst()
}

export async function markCodeUsed(db: Db, codeSha256: Buffer, at: Instant): Promise<void> {
  await db.updateTable('identity.stationCode').set({ usedAt: at }).where('codeSha256', '=', codeSha256).execute()
}

/** People with a PIN who hold something at a site or everywhere, by name. */
export function listPeopleWithPin(
  db: Db,
  { siteId, limit, text }: { siteId: string; limit: number; text: string | undefined },
): Promise<StationPerson[]> {
  let query = db
    .selectFrom('identity.person')
    .innerJoin('identity.pin', 'identity.pin.personId', 'identity.person.id')
    .select(['identity.person.id', 'name', 'title'])
    .where('endedAt', 'is', null)
    .where('lockedAt', 'is', null)
    .where((one) =>
      one.exists(
        one
          .selectFrom('identity.roleGrant')
          .select('identity.roleGrant.id')
          .whereRef('identity.roleGrant.personId', '=', 'identity.person.id')
          .where((grant) => grant.or([grant('siteId', 'is', null), grant('siteId', '=', siteId)])),
      ),
    )
    .orderBy((one) => one.fn<string>('lower', ['name']))
    .orderBy('identity.person.id')
    .limit(limit)
  if (text !== undefined) {
    const part = `%${text.toLowerCase().replaceAll(/[\\%_]/g, (letter) => `\\${letter}`)}%`
    query = query.where((one) => one(one.fn<string>('lower', ['name']), 'like', part))
  }
  return query.execute()
}

export async function findPin(db: Db, personId: PersonId): Promise<string | undefined> {
  const row = await db.selectFrom('identity.pin').select('pinHash').where('personId', '=', personId).executeTakeFirst()
  return row?.pinHash
}

export async function savePin(db: Db, personId: PersonId, pinHash: string, at: Instant): Promise<void> {
  await db
    .insertInto('identity.pin')
    .values({ personId, pinHash, setAt: at })
    .onConflict((one) => one.columns(['enterpriseId', 'personId']).doUpdateSet({ pinHash, setAt: at }))
    .execute()
}

/** @returns whether there was one. */
export async function deletePin(db: Db, personId: PersonId): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('identity.pin')
    .where('personId', '=', personId)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}
