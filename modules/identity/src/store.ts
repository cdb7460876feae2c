import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Database, Db } from '@millrace/db'
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { AuditEvent, Enterprise, EnterpriseId, Grant, Person, PersonId } from './contract.ts'

/** Platform-wide tables are read before a tenant is known; either kind of connection will do. */
type Platform = Kysely<Database>

export async function findEnterpriseByEmail(db: Platform, emailSha256: Buffer): Promise<EnterpriseId | undefined> {
  const row = await db
    .selectFrom('identity.signInName')
    .select('enterpriseId')
    .where('emailSha256', '=', emailSha256)
    .executeTakeFirst()
  return row?.enterpriseId
}

export function listFoundings(db: Platform): Promise<{ enterpriseId: EnterpriseId; demo: boolean }[]> {
  return db.selectFrom('identity.founding').select(['enterpriseId', 'demo']).limit(2).execute()
}

export async function findFailures(
  db: Platform,
  subject: string,
): Promise<{ failures: number; lastAt: Instant } | undefined> {
  return db
    .selectFrom('identity.failedSignIn')
    .select(['failures', 'lastAt'])
    .where('subject', '=', subject)
    .executeTakeFirst()
}

/** Counts one more failure; one older than `since` no longer counts. */
export async function saveFailure(db: Platform, subject: string, at: Instant, since: Instant): Promise<void> {
  await sql`insert into identity.failed_sign_in (subject, failures, last_at) values (${subject}, 1, ${at})
    on conflict (subject) do update set last_at = excluded.last_at,
      failures = case when failed_sign_in.last_at < ${since} then 1 else failed_sign_in.failures + 1 end`.execute(db)
}

export async function clearFailures(db: Platform, subject: string): Promise<void> {
  await db.deleteFrom('identity.failedSignIn').where('subject', '=', subject).execute()
}

export async function saveEnterprise(db: Db, enterprise: Enterprise, at: Instant): Promise<void> {
  await db.insertInto('runtime.tenant').values({ enterpriseId: enterprise.id }).execute()
  await db.insertInto('identity.founding').values({ enterpriseId: enterprise.id, demo: enterprise.demo }).execute()
  await db
    .insertInto('identity.enterprise')
    .values({ name: enterprise.name, demo: enterprise.demo, createdAt: at })
    .execute()
}

/** Removes a company with everything that hangs on it; other modules' big tables are emptied before. */
export async function deleteEnterprise(db: Db, id: EnterpriseId): Promise<void> {
  await db.deleteFrom('runtime.tenant').where('enterpriseId', '=', id).execute()
}

export async function getEnterprise(db: Db): Promise<Enterprise> {
  const row = await db
    .selectFrom('identity.enterprise')
    .select(['enterpriseId', 'name', 'demo'])
    .executeTakeFirstOrThrow()
  return { id: row.enterpriseId, name: row.name, demo: row.demo }
}

export async function savePerson(
  db: Db,
  person: Person & { passwordHash: string | null },
  emailSha256: Buffer,
  enterpriseId: EnterpriseId,
  at: Instant,
): Promise<void> {
  const { grants, ...columns } = person
  await db
    .insertInto('identity.person')
    .values({ ...columns, createdAt: at })
    .execute()
  await db.insertInto('identity.signInName').values({ emailSha256, enterpriseId }).execute()
  if (grants.length > 0) {
    await db
      .insertInto('identity.roleGrant')
      .values(grants.map((grant) => ({ ...grant, personId: person.id })))
      .execute()
  }
}

const PERSON = ['id', 'name', 'email', 'title'] as const

async function withGrants<P extends { id: PersonId }>(
  db: Db,
  people: readonly P[],
): Promise<(P & { grants: Grant[] })[]> {
  if (people.length === 0) return []
  const rows = await db
    .selectFrom('identity.roleGrant')
    .select(['personId', 'role', 'siteId'])
    .where(
      'personId',
      'in',
      people.map((person) => person.id),
    )
    .execute()
  return people.map((person) => ({
    ...person,
    grants: rows.filter((row) => row.personId === person.id).map(({ role, siteId }) => ({ role, siteId })),
  }))
}

export async function findPerson(db: Db, id: PersonId): Promise<Person | undefined> {
  const person = await db.selectFrom('identity.person').select(PERSON).where('id', '=', id).executeTakeFirst()
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
    .executeTakeFirst()
}

/** People by id, after a cursor. */
export async function listPeople(db: Db, after: string | undefined, limit: number): Promise<Person[]> {
  let query = db.selectFrom('identity.person').select(PERSON).orderBy('id').limit(limit)
  if (after !== undefined) query = query.where('id', '>', after as PersonId)
  return withGrants(db, await query.execute())
}

export async function saveSession(
  db: Db,
  session: { tokenSha256: Buffer; personId: PersonId; at: Instant; expiresAt: Instant },
): Promise<void> {
  await db
    .insertInto('identity.session')
    .values({
      tokenSha256: session.tokenSha256,
      personId: session.personId,
      createdAt: session.at,
      lastUsedAt: session.at,
      expiresAt: session.expiresAt,
    })
    .execute()
}

export function findSession(
  db: Db,
  tokenSha256: Buffer,
): Promise<{ personId: PersonId; lastUsedAt: Instant; expiresAt: Instant } | undefined> {
  return db
    .selectFrom('identity.session')
    .select(['personId', 'lastUsedAt', 'expiresAt'])
    .where('tokenSha256', '=', tokenSha256)
    .executeTakeFirst()
}

export async function touchSession(db: Db, tokenSha256: Buffer, at: Instant): Promise<void> {
  await db.updateTable('identity.session').set({ lastUsedAt: at }).where('tokenSha256', '=', tokenSha256).execute()
}

export async function deleteSession(db: Db, tokenSha256: Buffer): Promise<void> {
  await db.deleteFrom('identity.session').where('tokenSha256', '=', tokenSha256).execute()
}

/** Ends what can no longer be used: too old, or idle for too long. */
export async function deleteDeadSessions(db: Db, at: Instant, idleSince: Instant): Promise<void> {
  await db
    .deleteFrom('identity.session')
    .where((one) => one.or([one('expiresAt', '<', at), one('lastUsedAt', '<', idleSince)]))
    .execute()
}

/** The trail, newest first. The cursor is the id of the last one seen: ids sort by time. */
export function listAuditEvents(db: Db, before: string | undefined, limit: number): Promise<AuditEvent[]> {
  let query = db
    .selectFrom('audit.event')
    .select(['id', 'at', 'actor', 'action', 'object', 'reason', 'detail'])
    .orderBy('id', 'desc')
    .limit(limit)
  if (before !== undefined) query = query.where('id', '<', before)
  return query.execute() as Promise<AuditEvent[]>
}
