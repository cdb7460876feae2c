import { isUuid } from '@millrace/base'
import { violates } from '@millrace/db'
import { authorize, type Context } from '@millrace/runtime'
import { type Complex, patched, type Resource, readResource, USER, versionStale, type Wanted } from '@millrace/scim'
import type { Person, PersonId } from './contract.ts'
import { saveNewPerson, savePersonChange, savePersonEnd } from './people.ts'
import { lockPerson } from './person-store.ts'
import { madeByHand, userMissing, userNameTaken } from './scim-contract.ts'
import { applyGroups } from './scim-group-roles.ts'
import { groupsOf, removeFromGroups, touchGroupsOf } from './scim-group-store.ts'
import { answerOf, type ListQuery, listResources, type Source } from './scim-list.ts'
import { entityTag, keyOfName, namesVersion, type PersonFacts, personOf } from './scim-rules.ts'
import * as store from './scim-user-store.ts'

const PROVISION = 'identity:person:provision'
/** The most groups that are named for the people of one page. */
const GROUPS_MAX = 20_000

/** A resource and its entity tag. */
export interface Tagged {
  readonly resource: Complex
  readonly tag: string
}

/** Which version a client means: `If-Match`. */
export interface Condition extends Wanted {
  readonly ifMatch?: string
}

function sourceOf(ctx: Context, base: string): Source<store.UserRow, store.UserQuery> {
  return {
    schema: USER,
    narrow: (name, value) => {
      if (name === 'id') return isUuid(value) ? { id: value as PersonId } : undefined
      if (name === 'userName') return { userNameKey: keyOfName(value) }
      return name === 'externalId' ? { externalId: value } : undefined
    },
    count: (of) => store.countUsers(ctx.db, of),
    read: (of, slice) => store.listUsers(ctx.db, of, slice),
    describe: (row) => described(row, base),
    related: {
      name: 'groups',
      add: async (users) => {
        const ids = users.map((user) => user.id as PersonId)
        const found = Map.groupBy(await groupsOf(ctx.db, ids, GROUPS_MAX), (one) => one.personId as string)
        return users.map((user) => ({
          ...user,
          groups: (found.get(String(user.id)) ?? []).map(({ groupId, displayName }) => ({
            ...{ value: groupId, $ref: `${base}/Groups/${groupId}`, display: displayName, type: 'direct' },
          })),
        }))
      },
    },
  }
}

function described(row: store.UserRow, base: string): Complex {
  const { personId, document, version, createdAt, changedAt } = row
  return {
    ...{ schemas: [USER.id], id: personId, active: true },
    ...document,
    meta: {
      ...{ resourceType: 'User', created: createdAt, lastModified: changedAt },
      ...{ location: `${base}/Users/${personId}`, version: entityTag(version) },
    },
  }
}

/** @param base the address before `/Users`. @throws filterInvalid, tooMany */
function listUsers(ctx: Context, query: ListQuery, base: string): Promise<Complex> {
  authorize(ctx.actor, PROVISION)
  return listResources(sourceOf(ctx, base), query)
}

/** @throws userMissing */
async function getUser(ctx: Context, id: string, wanted: Wanted, base: string): Promise<Tagged> {
  authorize(ctx.actor, PROVISION)
  const [row] = isUuid(id) ? await store.listUsers(ctx.db, { id: id as PersonId }, { offset: 0, limit: 1 }) : []
  if (!row) throw userMissing(`There is no user ${id.slice(0, 100)}.`)
  return tagged(ctx, row, wanted, base)
}

async function tagged(ctx: Context, row: store.UserRow, wanted: Wanted, base: string): Promise<Tagged> {
  return {
    resource: await answerOf(sourceOf(ctx, base), described(row, base), wanted),
    tag: entityTag(row.version),
  }
}

/**
 * Adds a person. One whom the identity provider had deleted comes back.
 *
 * @throws userNameTaken, emailTaken
 * @throws madeByHand somebody with this address is looked after by hand here
 */
async function createUser(ctx: Context, body: unknown, wanted: Wanted, base: string): Promise<Tagged> {
  authorize(ctx.actor, PROVISION)
  const document = readResource(USER, body)
  const facts = personOf(document)
  const userNameKey = keyOfName(String(document.userName))
  if ((await store.countUsers(ctx.db, { userNameKey })) > 0) {
    throw userNameTaken(`There is a user ${document.userName} already.`)
  }
  const known = await store.findByEmail(ctx.db, facts.email)
  if (known && !known.deleted) {
    throw madeByHand(`${facts.email} belongs to somebody here already. An administrator can hand that person over.`)
  }
  if (known) await lockDeleted(ctx, known.id, document)
  const personId = known ? known.id : await saveNewPerson(ctx, { ...facts, grants: [], passwordHash: null })
  await asNameTaken(document, () => store.saveUser(ctx.db, { personId, userNameKey, document }, ctx.now))
  await bringInLine(ctx, personId, facts)
  ctx.audit({ action: 'identity.user.create', object: `person ${personId}`, detail: { after: document } })
  return getUser(ctx, personId, wanted, base)
}

/** Holds a person whom the identity provider deleted, unless somebody brought the person back a moment ago. */
async function lockDeleted(ctx: Context, id: PersonId, { userName }: Resource): Promise<void> {
  const person = await lockPerson(ctx.db, id)
  if (person?.provisioned) throw userNameTaken(`There is a user ${userName} already.`)
}

/** Makes the person what the user says. */
async function bringInLine(ctx: Context, id: PersonId, { name, email, title, active }: PersonFacts): Promise<void> {
  // Just made or locked: it is there.
  const before = (await lockPerson(ctx.db, id)) as Person
  if (before.name !== name || before.email !== email || before.title !== title) {
    await savePersonChange(ctx, before, { name, email, title })
  }
  await savePersonEnd(ctx, before, !active)
}

async function asNameTaken({ userName }: Resource, save: () => Promise<void>): Promise<void> {
  try {
    await save()
  } catch (error) {
    if (violates(error, 'provisioned_person_user_name')) {
      throw userNameTaken(`There is a user ${userName} already.`, {}, { cause: error })
    }
    throw error
  }
}

/** Replaces all that is kept of a user. @throws userMissing, userNameTaken, emailTaken, lastAdministrator, versionStale */
async function replaceUser(
  ctx: Context,
  id: string,
  body: unknown,
  condition: Condition,
  base: string,
): Promise<Tagged> {
  return changeUser(ctx, id, () => readResource(USER, body), condition, base)
}

/** Changes a user as a PATCH asks. @throws userMissing, userNameTaken, emailTaken, lastAdministrator, versionStale */
async function patchUser(ctx: Context, id: string, body: unknown, condition: Condition, base: string): Promise<Tagged> {
  return changeUser(ctx, id, (before) => patched(USER, before, body), condition, base)
}

async function changeUser(
  ctx: Context,
  id: string,
  change: (before: Resource) => Resource,
  condition: Condition,
  base: string,
): Promise<Tagged> {
  const before = await lockUser(ctx, id, condition)
  const document = change(before.document)
  // The same request again changes nothing, and says nothing to the trail.
  if (textOf(document) !== textOf(before.document)) {
    const { personId } = before
    const facts = personOf(document)
    const userNameKey = keyOfName(String(document.userName))
    await asNameTaken(document, () => store.updateUser(ctx.db, { personId, userNameKey, document }, ctx.now))
    await bringInLine(ctx, personId, facts)
    ctx.audit({
      action: 'identity.user.change',
      object: `person ${personId}`,
      detail: { before: before.document, after: document },
    })
  }
  return getUser(ctx, id, condition, base)
}

/** A document as text, whatever the order of its attributes. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
}

/** The user to be changed, held until the transaction ends. */
async function lockUser(ctx: Context, id: string, { ifMatch }: Condition): Promise<store.UserRow> {
  authorize(ctx.actor, PROVISION)
  const row = isUuid(id) ? await store.lockUser(ctx.db, id as PersonId) : undefined
  if (!row) throw userMissing(`There is no user ${id.slice(0, 100)}.`)
  if (ifMatch !== undefined && !namesVersion(ifMatch, row.version)) {
    throw versionStale(`The user was changed since then: it is version ${entityTag(row.version)} now.`)
  }
  return row
}

/** Ends a person; name and acts stay for the trail. @throws userMissing, lastAdministrator, versionStale */
async function deleteUser(ctx: Context, id: string, condition: Condition): Promise<void> {
  const { personId, document } = await lockUser(ctx, id, condition)
  // Just locked: it is there.
  const person = (await lockPerson(ctx.db, personId)) as Person
  await touchGroupsOf(ctx.db, personId, ctx.now)
  await removeFromGroups(ctx.db, personId)
  await savePersonEnd(ctx, person, true)
  await applyGroups(ctx, [personId])
  await store.deleteUser(ctx.db, personId, ctx.now)
  ctx.audit({ action: 'identity.user.delete', object: `person ${personId}`, detail: { before: document } })
}

/** What an identity provider does with users. */
export const users = {
  list: listUsers,
  get: getUser,
  create: createUser,
  replace: replaceUser,
  patch: patchUser,
  remove: deleteUser,
}
