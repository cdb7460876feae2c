import './tables.ts'
import type { Instant } from '@millrace/base'
import { type Db, ours } from '@millrace/db'
import { sql } from 'kysely'
import type { PersonId } from './contract.ts'
import type { Grant } from './grant-contract.ts'

export interface GroupRow {
  readonly id: string
  readonly displayName: string
  readonly externalId: string | null
  readonly version: number
  readonly createdAt: Instant
  readonly changedAt: Instant
}

/** What groups are looked for by; everything that is named must hold. */
export interface GroupQuery {
  readonly id?: string
  readonly displayNameKey?: string
  readonly externalId?: string
  /** Groups with this person in them. */
  readonly memberId?: PersonId
}

const COLUMNS = ['id', 'displayName', 'externalId', 'version', 'createdAt', 'changedAt'] as const
/** As many rows as one statement's parameters hold with room to spare. */
const CHUNK = 5000

function groups(db: Db, { id, displayNameKey, externalId, memberId }: GroupQuery) {
  let query = db.selectFrom('identity.provisionedGroup')
  if (id !== undefined) query = query.where('id', '=', id)
  if (displayNameKey !== undefined) query = query.where('displayNameKey', '=', displayNameKey)
  if (externalId !== undefined) query = query.where('externalId', '=', externalId)
  if (memberId !== undefined) {
    query = query.where(
      'id',
      'in',
      db.selectFrom('identity.provisionedMember').select('groupId').where('personId', '=', memberId),
    )
  }
  return query
}

export async function countGroups(db: Db, of: GroupQuery): Promise<number> {
  const row = await groups(db, of)
    .select((one) => one.fn.countAll<number>().as('count'))
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}

/** Groups in the order they were made. */
export function listGroups(db: Db, of: GroupQuery, slice: { offset: number; limit: number }): Promise<GroupRow[]> {
  return groups(db, of)
    .select(COLUMNS)
    .orderBy('createdAt')
    .orderBy('id')
    .offset(slice.offset)
    .limit(slice.limit)
    .execute()
}

/** Waits for whoever is changing this group. */
export function lockGroup(db: Db, id: string): Promise<GroupRow | undefined> {
  return groups(db, { id }).select(COLUMNS).forUpdate().executeTakeFirst()
}

/** Violates `provisioned_group_name` when another group has the name. */
export async function saveGroup(db: Db, group: GroupRow & { displayNameKey: string }): Promise<void> {
  await db.insertInto('identity.provisionedGroup').values(group).execute()
}

/** Violates `provisioned_group_name` when another group has the name. */
export async function updateGroup(
  db: Db,
  id: string,
  change: { displayName: string; displayNameKey: string; externalId: string | null },
  at: Instant,
): Promise<void> {
  await db
    .updateTable('identity.provisionedGroup')
    .set((one) => ({ ...change, changedAt: at, version: one('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

/** Says that the groups a person is in have changed. */
export async function touchGroupsOf(db: Db, personId: PersonId, at: Instant): Promise<void> {
  await db
    .updateTable('identity.provisionedGroup')
    .set((one) => ({ changedAt: at, version: one('version', '+', 1) }))
    .where('id', 'in', db.selectFrom('identity.provisionedMember').select('groupId').where('personId', '=', personId))
    .execute()
}

export async function deleteGroup(db: Db, id: string): Promise<void> {
  await db.deleteFrom('identity.provisionedGroup').where('id', '=', id).execute()
}

/** Who is in these groups, by group. */
export async function membersOf(
  db: Db,
  groupIds: readonly string[],
  limit: number,
): Promise<{ groupId: string; personId: PersonId; name: string }[]> {
  if (groupIds.length === 0) return []
  return db
    .selectFrom('identity.provisionedMember')
    .innerJoin('identity.person', 'identity.person.id', 'identity.provisionedMember.personId')
    .select(['groupId', 'personId', 'name'])
    .where('groupId', 'in', groupIds)
    .orderBy('personId')
    .limit(limit)
    .execute()
}

/** The groups these people are in, by person. */
export async function groupsOf(
  db: Db,
  personIds: readonly PersonId[],
  limit: number,
): Promise<{ groupId: string; personId: PersonId; displayName: string }[]> {
  if (personIds.length === 0) return []
  return db
    .selectFrom('identity.provisionedMember')
    .innerJoin('identity.provisionedGroup', 'identity.provisionedGroup.id', 'identity.provisionedMember.groupId')
    .select(['groupId', 'personId', 'displayName'])
    .where('personId', 'in', personIds)
    .orderBy('groupId')
    .limit(limit)
    .execute()
}

/** Which of these are users. */
export async function usersAmong(db: Db, ids: readonly string[]): Promise<Set<string>> {
  const known = new Set<string>()
  for (let at = 0; at < ids.length; at += CHUNK) {
    const rows = await db
      .selectFrom('identity.provisionedPerson')
      .select('personId')
      .where('personId', 'in', ids.slice(at, at + CHUNK) as PersonId[])
      .where('deletedAt', 'is', null)
      .execute()
    for (const { personId } of rows) known.add(personId)
  }
  return known
}

export async function addMembers(db: Db, groupId: string, personIds: readonly PersonId[]): Promise<void> {
  for (let at = 0; at < personIds.length; at += CHUNK) {
    await db
      .insertInto('identity.provisionedMember')
      .values(personIds.slice(at, at + CHUNK).map((personId) => ({ groupId, personId })))
      .execute()
  }
}

export async function removeMembers(db: Db, groupId: string, personIds: readonly PersonId[]): Promise<void> {
  for (let at = 0; at < personIds.length; at += CHUNK) {
    await db
      .deleteFrom('identity.provisionedMember')
      .where('groupId', '=', groupId)
      .where('personId', 'in', personIds.slice(at, at + CHUNK))
      .execute()
  }
}

/** Takes a person out of all groups. */
export async function removeFromGroups(db: Db, personId: PersonId): Promise<void> {
  await db.deleteFrom('identity.provisionedMember').where('personId', '=', personId).execute()
}

/** How many people are in each of these groups. */
export async function countMembers(db: Db, groupIds: readonly string[]): Promise<Map<string, number>> {
  if (groupIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('identity.provisionedMember')
    .select((one) => ['groupId', one.fn.countAll<number>().as('count')])
    .where('groupId', 'in', groupIds)
    .groupBy('groupId')
    .execute()
  return new Map(rows.map((row) => [row.groupId, Number(row.count)]))
}

/** Groups by id, after a cursor. */
export function listGroupsAfter(db: Db, after: string | undefined, limit: number): Promise<GroupRow[]> {
  let query = db.selectFrom('identity.provisionedGroup').select(COLUMNS).orderBy('id').limit(limit)
  if (after !== undefined) query = query.where('id', '>', after)
  return query.execute()
}

/** The roles that the people of these groups get, by group. */
export async function rolesOf(db: Db, groupIds: readonly string[]): Promise<Map<string, Grant[]>> {
  const found = new Map<string, Grant[]>()
  if (groupIds.length === 0) return found
  const rows = await db
    .selectFrom('identity.provisionedRole')
    .select(['groupId', 'id', 'role', 'placeId', 'siteId', 'expiresAt', 'conditions'])
    .where('groupId', 'in', groupIds)
    .orderBy('id')
    .execute()
  for (const { groupId, expiresAt, conditions, ...grant } of rows) {
    const all = { ...conditions, ...(expiresAt !== null && { expiresAt }) }
    found.set(groupId, [...(found.get(groupId) ?? []), { ...grant, conditions: all, groupId }])
  }
  return found
}

export async function saveRoles(db: Db, groupId: string, roles: readonly Grant[]): Promise<void> {
  if (roles.length === 0) return
  await db
    .insertInto('identity.provisionedRole')
    .values(
      roles.map(({ id, role, placeId, siteId, conditions: { expiresAt, ...conditions } }) => ({
        ...{ groupId, id, role, placeId, siteId },
        expiresAt: (expiresAt ?? null) as Instant | null,
        conditions: JSON.stringify(conditions),
      })),
    )
    .execute()
}

/** Gives and takes what these people hold because of their groups, so that it is what the groups say. */
export async function syncGrants(
  db: Db,
  personIds: readonly PersonId[],
): Promise<{ personId: PersonId; role: string; given: boolean }[]> {
  const taken = await sql<{ personId: PersonId; role: string }>`
    delete from identity.role_grant g where ${ours('g')} and g.group_role_id is not null
      and g.person_id = any(${personIds}::uuid[]) and not exists (
        select 1 from identity.provisioned_member m where ${ours('m')} and m.group_id = g.group_id
          and m.person_id = g.person_id)
    returning person_id, role`.execute(db)
  const given = await sql<{ personId: PersonId; role: string }>`
    insert into identity.role_grant (id, person_id, role, place_id, site_id, expires_at, conditions, group_id, group_role_id)
    select gen_random_uuid(), m.person_id, r.role, r.place_id, r.site_id, r.expires_at, r.conditions, r.group_id, r.id
    from identity.provisioned_member m
      join identity.provisioned_role r on ${ours('r')} and r.group_id = m.group_id
    where ${ours('m')} and m.person_id = any(${personIds}::uuid[]) and not exists (
      select 1 from identity.role_grant g where ${ours('g')} and g.person_id = m.person_id and g.group_role_id = r.id)
    returning person_id, role`.execute(db)
  return [...taken.rows.map((row) => ({ ...row, given: false })), ...given.rows.map((row) => ({ ...row, given: true }))]
}

/** Removes roles of a group. @returns who held them because of it. */
export async function deleteRoles(
  db: Db,
  groupId: string,
  ids: readonly string[],
): Promise<{ personId: PersonId; role: string }[]> {
  if (ids.length === 0) return []
  const held = await db
    .deleteFrom('identity.roleGrant')
    .where('groupId', '=', groupId)
    .where('groupRoleId', 'in', ids)
    .returning([(one) => one.ref('personId').$notNull().as('personId'), 'role'])
    .execute()
  await db
    .deleteFrom('identity.provisionedRole')
    .where('groupId', '=', groupId)
    .where('id', 'in', ids as Grant['id'][])
    .execute()
  return held
}

/** Makes what a person holds because of groups the person's own. */
export async function keepGrants(db: Db, personId: PersonId): Promise<void> {
  await sql`update identity.role_grant set group_id = null, group_role_id = null
    where ${ours()} and person_id = ${personId} and group_role_id is not null`.execute(db)
}

/** Says that what these people may do has changed. */
export async function touchAccessOf(db: Db, personIds: readonly PersonId[]): Promise<void> {
  await sql`update identity.person set access_version = access_version + 1
    where ${ours()} and id = any(${personIds}::uuid[])`.execute(db)
}
