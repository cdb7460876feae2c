import './tables.ts'
import type { Instant } from '@millrace/base'
import { type Db, ours } from '@millrace/db'
import { sql } from 'kysely'
import type { PersonId } from './contract.ts'
import type { Grant, GrantId } from './grant-contract.ts'

export type Holder = 'person' | 'key'

const COLUMN = { person: 'personId', key: 'keyId' } as const

/** What people or keys hold, by their ids. */
export async function grantsOf(db: Db, kind: Holder, ids: readonly string[]): Promise<Map<string, Grant[]>> {
  const found = new Map<string, Grant[]>()
  if (ids.length === 0) return found
  const rows = await db
    .selectFrom('identity.roleGrant')
    .select(['id', 'personId', 'keyId', 'role', 'placeId', 'siteId', 'expiresAt', 'conditions', 'groupId'])
    .where(COLUMN[kind], 'in', ids as PersonId[])
    .orderBy('id')
    .execute()
  for (const { personId, keyId, expiresAt, conditions, groupId, ...grant } of rows) {
    const holder = personId ?? keyId ?? ''
    const all = { ...conditions, ...(expiresAt !== null && { expiresAt }) }
    const held = { ...grant, conditions: all, ...(groupId !== null && { groupId }) }
    found.set(holder, [...(found.get(holder) ?? []), held])
  }
  return found
}

export async function saveGrants(db: Db, kind: Holder, holderId: string, grants: readonly Grant[]): Promise<void> {
  if (grants.length === 0) return
  await db
    .insertInto('identity.roleGrant')
    .values(
      grants.map(({ conditions: { expiresAt, ...conditions }, ...grant }) => ({
        ...grant,
        personId: kind === 'person' ? (holderId as PersonId) : null,
        keyId: kind === 'key' ? holderId : null,
        expiresAt: (expiresAt ?? null) as Instant | null,
        conditions: JSON.stringify(conditions),
      })),
    )
    .execute()
}

export async function deleteGrants(db: Db, ids: readonly GrantId[]): Promise<void> {
  if (ids.length > 0) await db.deleteFrom('identity.roleGrant').where('id', 'in', ids).execute()
}

/** Says that what a person or key may do has changed. */
export async function touchAccess(db: Db, kind: Holder, id: string): Promise<void> {
  const table = kind === 'person' ? 'identity.person' : 'identity.apiKey'
  await sql`update ${sql.table(table)} set access_version = access_version + 1 where ${ours()} and id = ${id}`.execute(
    db,
  )
}

/** The same for everybody who holds a role. */
export async function touchHolders(db: Db, role: string): Promise<void> {
  const holders = db.selectFrom('identity.roleGrant').where('role', '=', role)
  await db
    .updateTable('identity.person')
    .set((one) => ({ accessVersion: one('accessVersion', '+', 1) }))
    .where(
      'id',
      'in',
      holders.select((one) => one.ref('personId').$notNull().as('id')),
    )
    .execute()
  await db
    .updateTable('identity.apiKey')
    .set((one) => ({ accessVersion: one('accessVersion', '+', 1) }))
    .where(
      'id',
      'in',
      holders.select((one) => one.ref('keyId').$notNull().as('id')),
    )
    .execute()
}

/** How many people and keys hold each role. */
export async function countHolders(db: Db): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('identity.roleGrant')
    .select([
      'role',
      (one) => sql<number>`count(distinct coalesce(${one.ref('personId')}, ${one.ref('keyId')}))`.as('holders'),
    ])
    .groupBy('role')
    .execute()
  return new Map(rows.map((row) => [row.role, Number(row.holders)]))
}

/** Who holds a role, people and keys: how many, and the first names. */
export async function listHolderNames(
  db: Db,
  role: string,
  limit: number,
): Promise<{ names: string[]; count: number }> {
  const { rows } = await sql<{ name: string; count: string }>`
    select name, count(*) over () as count from (
      select distinct coalesce(person.id, key.id) as id, coalesce(person.name, key.name) as name
      from identity.role_grant held
      left join identity.person person on person.id = held.person_id and ${ours('person')}
      left join identity.api_key key on key.id = held.key_id and ${ours('key')}
      where held.role = ${role} and ${ours('held')}
    ) holder order by name limit ${limit}`.execute(db)
  return { names: rows.map((row) => row.name), count: Number(rows[0]?.count ?? 0) }
}

/** The first of the identity provider's groups whose people get a role, by name. */
export async function listGroupsWith(db: Db, role: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('identity.provisionedGroup')
    .innerJoin('identity.provisionedRole', 'identity.provisionedRole.groupId', 'identity.provisionedGroup.id')
    .select('displayName')
    .distinct()
    .where('role', '=', role)
    .orderBy('displayName')
    .limit(limit)
    .execute()
  return rows.map((row) => row.displayName)
}

/** How many people and how many keys have grants that count from a network zone only, by the zone's name. */
export async function countZoneUses(db: Db): Promise<Map<string, { people: number; keys: number }>> {
  const { rows } = await sql<{ zone: string; people: string; keys: string }>`
    select zone, count(distinct person_id) as people, count(distinct key_id) as keys
    from identity.role_grant held, jsonb_array_elements_text(held.conditions -> 'zones') as zone
    where ${ours('held')} group by zone`.execute(db)
  return new Map(rows.map(({ zone, people, keys }) => [zone, { people: Number(people), keys: Number(keys) }]))
}

/** Waits for whoever is taking roles or ending people in this enterprise, until the transaction ends. */
export async function lockAdministration(db: Db): Promise<void> {
  await db.selectFrom('identity.enterprise').select('name').forNoKeyUpdate().execute()
}

/** Unconditional holders of any of these roles in the whole enterprise, other than these people, who have not ended. */
export async function countOtherHolders(
  db: Db,
  roles: readonly string[],
  except: readonly PersonId[] = [],
): Promise<number> {
  if (roles.length === 0) return 0
  let query = db
    .selectFrom('identity.roleGrant')
    .innerJoin('identity.person', 'identity.person.id', 'identity.roleGrant.personId')
    .select((one) => one.fn.countAll<number>().as('count'))
    .where('role', 'in', roles)
    .where('placeId', 'is', null)
    .where('expiresAt', 'is', null)
    .where(sql<boolean>`conditions = '{}'::jsonb`)
    .where('endedAt', 'is', null)
  if (except.length > 0) query = query.where('identity.person.id', 'not in', except)
  const row = await query.executeTakeFirst()
  return Number(row?.count ?? 0)
}
