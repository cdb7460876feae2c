import './tables.ts'
import type { Instant } from '@millrace/base'
import { type Db, ours } from '@millrace/db'
import { sql } from 'kysely'
import type { EnterpriseId, Person, PersonId } from './contract.ts'
import type { GrantId } from './grant-contract.ts'
import { withGrants } from './person-store.ts'

/** Rows of one statement: far below what PostgreSQL takes as parameters. */
const AT_ONCE = 500

function* parts<T>(all: readonly T[]): Generator<T[]> {
  for (let from = 0; from < all.length; from += AT_ONCE) yield all.slice(from, from + AT_ONCE)
}

/** The people with these addresses (lower case), by id. @param lock waits for whoever is changing one of them. */
export async function findByEmails(db: Db, emails: readonly string[], lock: boolean): Promise<Person[]> {
  const found: Person[] = []
  for (const some of parts(emails.toSorted())) {
    let query = db
      .selectFrom('identity.person')
      .select(['id', 'name', 'email', 'title', 'endedAt', 'lockedAt', 'lockedReason'])
      .where(sql<string>`lower(email)`, 'in', some)
      .orderBy('id')
    if (lock) query = query.forUpdate()
    found.push(...(await withGrants(db, await query.execute())))
  }
  return found
}

/** Which of these hashes of addresses sign somebody in, in hexadecimal: in this company or another. */
export async function takenNames(db: Db, emailSha256s: readonly Buffer[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (const some of parts(emailSha256s)) {
    const rows = await db
      .selectFrom('identity.signInName')
      .select('emailSha256')
      .where('emailSha256', 'in', some)
      .execute()
    for (const { emailSha256 } of rows) found.add(emailSha256.toString('hex'))
  }
  return found
}

/** Adds people who cannot sign in with a password. Violates `person_email` or `sign_in_name_pkey`. */
export async function savePeople(
  db: Db,
  people: readonly (Pick<Person, 'id' | 'name' | 'email' | 'title'> & { emailSha256: Buffer })[],
  enterpriseId: EnterpriseId,
  createdAt: Instant,
): Promise<void> {
  for (const some of parts(people)) {
    await db
      .insertInto('identity.person')
      .values(
        some.map(({ id, name, email, title }) => ({
          ...{ id, name, email, title, createdAt },
          ...{ passwordHash: null, endedAt: null },
        })),
      )
      .execute()
    await db
      .insertInto('identity.signInName')
      .values(some.map(({ emailSha256 }) => ({ emailSha256, enterpriseId })))
      .execute()
  }
}

export async function updatePeople(db: Db, people: readonly Pick<Person, 'id' | 'name' | 'title'>[]): Promise<void> {
  for (const some of parts(people)) {
    await sql`update identity.person set name = new.name, title = new.title
      from jsonb_to_recordset(${JSON.stringify(some)}::jsonb) as new (id uuid, name text, title text)
      where person.id = new.id and ${ours('person')}`.execute(db)
  }
}

/** Gives people roles that count always, at a site or everywhere. */
export async function savePlainGrants(
  db: Db,
  grants: readonly { id: GrantId; personId: PersonId; role: string; placeId: string | null }[],
): Promise<void> {
  for (const some of parts(grants)) {
    await db
      .insertInto('identity.roleGrant')
      .values(
        some.map((grant) => ({
          ...{ ...grant, siteId: grant.placeId, keyId: null },
          ...{ expiresAt: null, conditions: '{}' },
        })),
      )
      .execute()
  }
}

/** Says that what these people may do has changed. */
export async function touchPeople(db: Db, ids: readonly PersonId[]): Promise<void> {
  for (const some of parts(ids)) {
    await db
      .updateTable('identity.person')
      .set((one) => ({ accessVersion: one('accessVersion', '+', 1) }))
      .where('id', 'in', some)
      .execute()
  }
}
