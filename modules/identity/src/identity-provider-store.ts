import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import { sql } from 'kysely'
import type { PersonId } from './contract.ts'
import type { Grant, GrantId } from './grant-contract.ts'
import { grantsOf } from './grant-store.ts'
import type { ProviderId, ProviderLink, ProviderState } from './identity-provider-contract.ts'
import type { ProviderSettings } from './tables.ts'

export interface ProviderRow {
  readonly id: ProviderId
  readonly name: string
  readonly state: ProviderState
  readonly origin: string
  readonly domains: string[]
  readonly settings: ProviderSettings
  readonly clientSecret: Buffer | null
  readonly revision: number
}

const COLUMNS = ['id', 'name', 'state', 'origin', 'domains', 'settings', 'clientSecret', 'revision'] as const

/** All of a company, by name; there are few. */
export function listProviders(db: Db): Promise<ProviderRow[]> {
  return db.selectFrom('identity.provider').select(COLUMNS).orderBy(sql`lower(name)`).execute()
}

export function findProvider(db: Db, id: ProviderId): Promise<ProviderRow | undefined> {
  return db.selectFrom('identity.provider').select(COLUMNS).where('id', '=', id).executeTakeFirst()
}

/** Waits for whoever is changing this provider. */
export function lockProvider(db: Db, id: ProviderId): Promise<ProviderRow | undefined> {
  return db.selectFrom('identity.provider').select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst()
}

export async function saveProvider(db: Db, row: ProviderRow, at: Instant): Promise<void> {
  await db
    .insertInto('identity.provider')
    .values({ ...row, settings: JSON.stringify(row.settings), createdAt: at })
    .execute()
}

export async function updateProvider(db: Db, row: ProviderRow): Promise<void> {
  const { id, settings, ...rest } = row
  await db
    .updateTable('identity.provider')
    .set({ ...rest, settings: JSON.stringify(settings) })
    .where('id', '=', id)
    .execute()
}

export async function deleteProvider(db: Db, id: ProviderId): Promise<void> {
  await db.deleteFrom('identity.provider').where('id', '=', id).execute()
}

export async function countLinks(db: Db): Promise<Map<ProviderId, number>> {
  const rows = await db
    .selectFrom('identity.providerLink')
    .select(['providerId', (one) => one.fn.countAll<string>().as('count')])
    .groupBy('providerId')
    .execute()
  return new Map(rows.map((row) => [row.providerId, Number(row.count)]))
}

/** The people linked to a provider, by id after a cursor. */
export function listLinks(db: Db, id: ProviderId, of: { after?: string; limit: number }): Promise<ProviderLink[]> {
  let query = db
    .selectFrom('identity.providerLink')
    .innerJoin('identity.person', 'identity.person.id', 'identity.providerLink.personId')
    .select(['personId', 'identity.person.name as personName', 'subject', 'linkedAt', 'lastUsedAt'])
    .where('providerId', '=', id)
    .orderBy('personId')
    .limit(of.limit)
  if (of.after !== undefined) query = query.where('personId', '>', of.after as PersonId)
  return query.execute()
}

export async function findLinkedPerson(db: Db, id: ProviderId, subject: string): Promise<PersonId | undefined> {
  const row = await db
    .selectFrom('identity.providerLink')
    .select('personId')
    .where('providerId', '=', id)
    .where('subject', '=', subject)
    .executeTakeFirst()
  return row?.personId
}

/** Under which name a person is known to a provider. */
export async function findSubject(db: Db, id: ProviderId, personId: PersonId): Promise<string | undefined> {
  const row = await db
    .selectFrom('identity.providerLink')
    .select('subject')
    .where('providerId', '=', id)
    .where('personId', '=', personId)
    .executeTakeFirst()
  return row?.subject
}

export async function saveLink(
  db: Db,
  link: { providerId: ProviderId; subject: string; personId: PersonId },
  at: Instant,
): Promise<void> {
  await db
    .insertInto('identity.providerLink')
    .values({ ...link, linkedAt: at, lastUsedAt: at })
    .execute()
}

export async function touchLink(db: Db, id: ProviderId, subject: string, at: Instant): Promise<void> {
  await db
    .updateTable('identity.providerLink')
    .set({ lastUsedAt: at })
    .where('providerId', '=', id)
    .where('subject', '=', subject)
    .execute()
}

/** @returns the name at the provider, if there was a link. */
export async function deleteLink(db: Db, id: ProviderId, personId: PersonId): Promise<string | undefined> {
  const row = await db
    .deleteFrom('identity.providerLink')
    .where('providerId', '=', id)
    .where('personId', '=', personId)
    .returning('subject')
    .executeTakeFirst()
  return row?.subject
}

/** The grants of a person that came from groups of a provider. */
export async function groupGrantsOf(db: Db, id: ProviderId, personId: PersonId): Promise<Grant[]> {
  const held = (await grantsOf(db, 'person', [personId])).get(personId) ?? []
  const rows = await db.selectFrom('identity.providerGrant').select('grantId').where('providerId', '=', id).execute()
  const given = new Set(rows.map((row) => row.grantId))
  return held.filter((grant) => given.has(grant.id))
}

export async function markGroupGrants(db: Db, id: ProviderId, grantIds: readonly GrantId[]): Promise<void> {
  if (grantIds.length === 0) return
  await db
    .insertInto('identity.providerGrant')
    .values(grantIds.map((grantId) => ({ grantId, providerId: id })))
    .execute()
}

/** Everybody who holds grants from groups of a provider, with those grants. */
export async function listGroupGrants(db: Db, id: ProviderId): Promise<{ grantId: GrantId; personId: PersonId }[]> {
  const rows = await db
    .selectFrom('identity.providerGrant')
    .innerJoin('identity.roleGrant', 'identity.roleGrant.id', 'identity.providerGrant.grantId')
    .select(['grantId', 'personId'])
    .where('providerId', '=', id)
    .execute()
  return rows.flatMap(({ grantId, personId }) => (personId === null ? [] : [{ grantId, personId }]))
}
