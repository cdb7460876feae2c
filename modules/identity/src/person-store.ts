import './tables.ts'
import type { Instant } from '@millrace/base'
import { type Db, ours } from '@millrace/db'
import { sql } from 'kysely'
import type { EnterpriseId, Person, PersonFilter, PersonId } from './contract.ts'
import { invitationsOf } from './entry-link-store.ts'
import { grantsOf } from './grant-store.ts'

const COLUMNS = ['id', 'name', 'email', 'title', 'endedAt', 'lockedAt', 'lockedReason'] as const

export async function savePerson(
  db: Db,
  person: Pick<Person, 'id' | 'name' | 'email' | 'title'> & { passwordHash: string | null },
  emailSha256: Buffer,
  enterpriseId: EnterpriseId,
  at: Instant,
): Promise<void> {
  await db
    .insertInto('identity.person')
    .values({ ...person, createdAt: at, endedAt: null })
    .execute()
  await saveSignInName(db, emailSha256, enterpriseId)
}

export async function saveSignInName(db: Db, emailSha256: Buffer, enterpriseId: EnterpriseId): Promise<void> {
  await db.insertInto('identity.signInName').values({ emailSha256, enterpriseId }).execute()
}

export async function deleteSignInName(db: Db, emailSha256: Buffer): Promise<void> {
  await db.deleteFrom('identity.signInName').where('emailSha256', '=', emailSha256).execute()
}

export async function updatePerson(
  db: Db,
  id: PersonId,
  change: Partial<{ name: string; email: string; title: string; passwordHash: string | null; endedAt: Instant | null }>,
): Promise<void> {
  if (Object.keys(change).length === 0) return
  await db.updateTable('identity.person').set(change).where('id', '=', id).execute()
}

/** People with what they hold, whether an identity provider looks after them, and how their invitation stands. */
export async function withGrants<P extends { id: PersonId }>(db: Db, people: readonly P[]) {
  const ids = people.map((person) => person.id)
  const grants = await grantsOf(db, 'person', ids)
  const provisioned = await provisionedAmong(db, ids)
  const invitations = await invitationsOf(db, ids)
  return people.map((person) => ({
    ...person,
    grants: grants.get(person.id) ?? [],
    provisioned: provisioned.has(person.id),
    invitation: invitations.get(person.id) ?? null,
  }))
}

/** Which of these people an identity provider looks after. */
async function provisionedAmong(db: Db, ids: readonly PersonId[]): Promise<ReadonlySet<PersonId>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectFrom('identity.provisionedPerson')
    .select('personId')
    .where('personId', 'in', ids)
    .where('deletedAt', 'is', null)
    .execute()
  return new Set(rows.map((row) => row.personId))
}

export async function findPerson(db: Db, id: PersonId): Promise<Person | undefined> {
  const person = await db.selectFrom('identity.person').select(COLUMNS).where('id', '=', id).executeTakeFirst()
  return person && (await withGrants(db, [person]))[0]
}

/** Waits for whoever is changing this person. */
export async function lockPerson(db: Db, id: PersonId): Promise<Person | undefined> {
  const person = await db
    .selectFrom('identity.person')
    .select(COLUMNS)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return person && (await withGrants(db, [person]))[0]
}

export function findCredentials(
  db: Db,
  email: string,
): Promise<{ id: PersonId; passwordHash: string | null } | undefined> {
  return db
    .selectFrom('identity.person')
    .select(['id', 'passwordHash'])
    .where(sql<string>`lower(email)`, '=', email.trim().toLowerCase())
    .where('endedAt', 'is', null)
    .executeTakeFirst()
}

/** The hash of a person's password; undefined for who has none. */
export async function findPasswordHash(db: Db, id: PersonId): Promise<string | undefined> {
  const row = await db.selectFrom('identity.person').select('passwordHash').where('id', '=', id).executeTakeFirst()
  return row?.passwordHash ?? undefined
}

/** Accents do not count for the order: Álvaro stands among the A. */
const byName = (table: string) => sql<string>`lower(normalize(${sql.ref(`${table}.name`)}, nfd))`

/** People by name, after the one a cursor names. @param within only who holds something there or everywhere. */
export async function listPeople(
  db: Db,
  of: PersonFilter & { after?: string; limit: number; within?: readonly string[] },
): Promise<Person[]> {
  const { text, state, role, siteId, zone, within, after } = of
  let query = db
    .selectFrom('identity.person')
    .select(COLUMNS)
    .orderBy(byName('identity.person'))
    .orderBy('id')
    .limit(of.limit)
  if (after !== undefined) {
    query = query.where(
      sql<boolean>`(${byName('identity.person')}, identity.person.id) > (
        select ${byName('last')}, last.id from identity.person last where ${ours('last')} and last.id::text = ${after})`,
    )
  }
  if (text !== undefined) {
    const part = `%${text.toLowerCase().replaceAll(/[\\%_]/g, (letter) => `\\${letter}`)}%`
    query = query.where((one) =>
      one.or([
        one(one.fn<string>('lower', ['name']), 'like', part),
        one(one.fn<string>('lower', ['email']), 'like', part),
        one(one.fn<string>('lower', ['title']), 'like', part),
      ]),
    )
  }
  if (state !== undefined) query = query.where('endedAt', state === 'ended' ? 'is not' : 'is', null)
  if (state === 'active' || state === 'locked') {
    query = query.where('lockedAt', state === 'locked' ? 'is not' : 'is', null)
  }
  const wanted = { role, siteId, zone }
  if (within || Object.values(wanted).some((value) => value !== undefined)) {
    query = query.where((one) => {
      let grant = one
        .selectFrom('identity.roleGrant')
        .select('identity.roleGrant.id')
        .whereRef('identity.roleGrant.personId', '=', 'identity.person.id')
      if (within)
        grant = grant.where((held) => held.or([held('siteId', 'is', null), held('siteId', 'in', [...within])]))
      if (role !== undefined) grant = grant.where('role', '=', role)
      if (siteId !== undefined) grant = grant.where('siteId', '=', siteId)
      if (zone !== undefined) grant = grant.where(sql<boolean>`conditions -> 'zones' ? ${zone}`)
      return one.exists(grant)
    })
  }
  return withGrants(db, await query.execute())
}
