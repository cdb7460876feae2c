import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import { sql } from 'kysely'
import type { PersonId } from './contract.ts'

/** The attributes of a user that are kept, by the names of RFC 7643. */
type Document = Readonly<Record<string, unknown>>

/** A person as the identity provider knows it. */
export interface UserRow {
  readonly personId: PersonId
  readonly document: Document
  readonly version: number
  readonly createdAt: Instant
  readonly changedAt: Instant
}

/** What users are looked for by; everything that is named must hold. */
export interface UserQuery {
  readonly id?: PersonId
  readonly userNameKey?: string
  readonly externalId?: string
}

const COLUMNS = ['personId', 'document', 'version', 'createdAt', 'changedAt'] as const

function users(db: Db, { id, userNameKey, externalId }: UserQuery) {
  let query = db.selectFrom('identity.provisionedPerson').where('deletedAt', 'is', null)
  if (id !== undefined) query = query.where('personId', '=', id)
  if (userNameKey !== undefined) query = query.where('userNameKey', '=', userNameKey)
  if (externalId !== undefined) query = query.where('externalId', '=', externalId)
  return query
}

export async function countUsers(db: Db, of: UserQuery): Promise<number> {
  const row = await users(db, of)
    .select((one) => one.fn.countAll<number>().as('count'))
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}

/** Users in the order they were made. */
export function listUsers(db: Db, of: UserQuery, slice: { offset: number; limit: number }): Promise<UserRow[]> {
  return users(db, of)
    .select(COLUMNS)
    .orderBy('createdAt')
    .orderBy('personId')
    .offset(slice.offset)
    .limit(slice.limit)
    .execute()
}

/** Waits for whoever is changing this user. */
export function lockUser(db: Db, id: PersonId): Promise<UserRow | undefined> {
  return users(db, { id }).select(COLUMNS).forUpdate().executeTakeFirst()
}

/** Who has an address, and whether an identity provider deleted that person. */
export async function findByEmail(db: Db, email: string): Promise<{ id: PersonId; deleted: boolean } | undefined> {
  const row = await db
    .selectFrom('identity.person')
    .leftJoin('identity.provisionedPerson', 'identity.provisionedPerson.personId', 'identity.person.id')
    .select(['identity.person.id', 'deletedAt'])
    .where(sql<string>`lower(email)`, '=', sql<string>`lower(${email})`)
    .executeTakeFirst()
  return row && { id: row.id, deleted: row.deletedAt !== null }
}

/**
 * Puts a person under provisioning, or back under it. Violates `provisioned_person_user_name` when another has the name.
 */
export async function saveUser(
  db: Db,
  user: { personId: PersonId; userNameKey: string; document: Document },
  at: Instant,
): Promise<void> {
  const { personId, userNameKey, document } = user
  const row = { userNameKey, externalId: (document.externalId as string | undefined) ?? null }
  await db
    .insertInto('identity.provisionedPerson')
    .values({
      ...{ personId, ...row, document: JSON.stringify(document) },
      ...{ createdAt: at, changedAt: at, deletedAt: null },
    })
    .onConflict((conflict) =>
      conflict.columns(['enterpriseId', 'personId']).doUpdateSet((one) => ({
        ...{ ...row, document: JSON.stringify(document), createdAt: at, changedAt: at, deletedAt: null },
        version: one('identity.provisionedPerson.version', '+', 1),
      })),
    )
    .execute()
}

/** Violates `provisioned_person_user_name` when another has the name. */
export async function updateUser(
  db: Db,
  user: { personId: PersonId; userNameKey: string; document: Document },
  at: Instant,
): Promise<void> {
  const { personId, userNameKey, document } = user
  await db
    .updateTable('identity.provisionedPerson')
    .set((one) => ({
      ...{ userNameKey, externalId: (document.externalId as string | undefined) ?? null, changedAt: at },
      document: JSON.stringify(document),
      version: one('version', '+', 1),
    }))
    .where('personId', '=', personId)
    .execute()
}

/** Marks a user as deleted by the identity provider. */
export async function deleteUser(db: Db, personId: PersonId, at: Instant): Promise<void> {
  await db
    .updateTable('identity.provisionedPerson')
    .set({ deletedAt: at, changedAt: at })
    .where('personId', '=', personId)
    .execute()
}

/** Takes a person out of provisioning. @returns whether the person was in it. */
export async function releaseUser(db: Db, personId: PersonId): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('identity.provisionedPerson')
    .where('personId', '=', personId)
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

/** How many people are looked after, and how many of them may sign in. */
export async function countPeople(db: Db): Promise<{ people: number; active: number }> {
  const row = await db
    .selectFrom('identity.provisionedPerson')
    .innerJoin('identity.person', 'identity.person.id', 'identity.provisionedPerson.personId')
    .select((one) => [
      one.fn.countAll<number>().as('people'),
      sql<number>`count(*) filter (where ${one.ref('endedAt')} is null)`.as('active'),
    ])
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  return { people: Number(row?.people ?? 0), active: Number(row?.active ?? 0) }
}
