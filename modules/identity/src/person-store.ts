import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import { sql } from 'kysely'
import type { EnterpriseId, Person, PersonId } from './contract.ts'
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

async function withGrants<P extends { id: PersonId }>(db: Db, people: readonly P[]) {
  const grants = await grantsOf(
    db,
    'person',
    people.map((person) => person.id),
  )
  return people.map((person) => ({ ...person, grants: grants.get(person.id) ?? [] }))
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

/** People by id, after a cursor. @param sites only who holds something there or everywhere. */
export async function listPeople(
  db: Db,
  of: { after?: string; limit: number; sites?: readonly string[]; text?: string },
): Promise<Person[]> {
  let query = db.selectFrom('identity.person').select(COLUMNS).orderBy('id').limit(of.limit)
  if (of.after !== undefined) query = query.where('id', '>', of.after as PersonId)
  if (of.text !== undefined) {
    const part = `%${of.text.toLowerCase().replaceAll(/[\\%_]/g, (letter) => `\\${letter}`)}%`
    query = query.where((one) =>
      one.or([
        one(one.fn<string>('lower', ['name']), 'like', part),
        one(one.fn<string>('lower', ['email']), 'like', part),
        one(one.fn<string>('lower', ['title']), 'like', part),
      ]),
    )
  }
  const { sites } = of
  if (sites) {
    query = query.where((one) =>
      one.exists(
        one
          .selectFrom('identity.roleGrant')
          .select('identity.roleGrant.id')
          .whereRef('identity.roleGrant.personId', '=', 'identity.person.id')
          .where((grant) => grant.or([grant('siteId', 'is', null), grant('siteId', 'in', [...sites])])),
      ),
    )
  }
  return withGrants(db, await query.execute())
}
