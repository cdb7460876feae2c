import { isUuid, newId } from '@millrace/base'
import { violates } from '@millrace/db'
import { authorize, type Context } from '@millrace/runtime'
import {
  type Complex,
  GROUP,
  patched,
  type Resource,
  readResource,
  valueInvalid,
  versionStale,
  type Wanted,
} from '@millrace/scim'
import type { PersonId } from './contract.ts'
import { groupMissing, groupNameTaken } from './scim-contract.ts'
import { applyGroups, MEMBERS_MAX } from './scim-group-roles.ts'
import * as store from './scim-group-store.ts'
import { answerOf, type ListQuery, listResources, type Source } from './scim-list.ts'
import { entityTag, keyOfName, namesVersion } from './scim-rules.ts'
import type { Condition, Tagged } from './scim-users.ts'

const PROVISION = 'identity:person:provision'
/** The most members that are named for the groups of one page. */
const MEMBERS_SHOWN = 100_000
/** As many ids as an entry of the trail names. */
const NAMED_MAX = 100

function sourceOf(ctx: Context, base: string): Source<store.GroupRow, store.GroupQuery> {
  return {
    schema: GROUP,
    narrow: (name, value) => {
      if (name === 'id') return isUuid(value) ? { id: value } : undefined
      if (name === 'displayName') return { displayNameKey: keyOfName(value) }
      if (name === 'members.value') return isUuid(value) ? { memberId: value as PersonId } : undefined
      return name === 'externalId' ? { externalId: value } : undefined
    },
    count: (of) => store.countGroups(ctx.db, of),
    read: (of, slice) => store.listGroups(ctx.db, of, slice),
    describe: (row) => described(row, base),
    related: {
      name: 'members',
      add: async (groups) => {
        const ids = groups.map((group) => String(group.id))
        const found = Map.groupBy(await store.membersOf(ctx.db, ids, MEMBERS_SHOWN), (one) => one.groupId)
        return groups.map((group) => ({
          ...group,
          members: (found.get(String(group.id)) ?? []).map(({ personId, name }) => ({
            ...{ value: personId, $ref: `${base}/Users/${personId}`, display: name, type: 'User' },
          })),
        }))
      },
    },
  }
}

function described(row: store.GroupRow, base: string): Complex {
  const { id, displayName, externalId, version, createdAt, changedAt } = row
  return {
    ...{ schemas: [GROUP.id], id, displayName },
    ...(externalId !== null && { externalId }),
    meta: {
      ...{ resourceType: 'Group', created: createdAt, lastModified: changedAt },
      ...{ location: `${base}/Groups/${id}`, version: entityTag(version) },
    },
  }
}

/** @param base the address before `/Groups`. @throws filterInvalid, tooMany */
function listGroups(ctx: Context, query: ListQuery, base: string): Promise<Complex> {
  authorize(ctx.actor, PROVISION)
  return listResources(sourceOf(ctx, base), query)
}

/** @throws groupMissing */
async function getGroup(ctx: Context, id: string, wanted: Wanted, base: string): Promise<Tagged> {
  authorize(ctx.actor, PROVISION)
  const [row] = isUuid(id) ? await store.listGroups(ctx.db, { id }, { offset: 0, limit: 1 }) : []
  if (!row) throw groupMissing(`There is no group ${id.slice(0, 100)}.`)
  return {
    resource: await answerOf(sourceOf(ctx, base), described(row, base), wanted),
    tag: entityTag(row.version),
  }
}

/** Adds a group. It has no roles until an administrator gives it some. @throws groupNameTaken, valueInvalid */
async function createGroup(ctx: Context, body: unknown, wanted: Wanted, base: string): Promise<Tagged> {
  authorize(ctx.actor, PROVISION)
  const document = readResource(GROUP, body)
  const id = newId(ctx.nowMs)
  const names = namesOf(document)
  await asNameTaken(names, () =>
    store.saveGroup(ctx.db, { id, ...names, version: 1, createdAt: ctx.now, changedAt: ctx.now }),
  )
  const members = memberIds(document)
  await insistOnUsers(ctx, members)
  await store.addMembers(ctx.db, id, members)
  ctx.audit({
    action: 'identity.group.create',
    object: `group ${id}`,
    detail: { name: names.displayName, added: members.slice(0, NAMED_MAX), addedCount: members.length },
  })
  return getGroup(ctx, id, wanted, base)
}

function namesOf(document: Resource) {
  const displayName = String(document.displayName)
  if (displayName.trim() === '') throw valueInvalid('A group needs a name.')
  return {
    displayName,
    displayNameKey: keyOfName(displayName),
    externalId: (document.externalId as string | undefined) ?? null,
  }
}

async function asNameTaken({ displayName }: { displayName: string }, save: () => Promise<void>): Promise<void> {
  try {
    await save()
  } catch (error) {
    if (violates(error, 'provisioned_group_name')) {
      throw groupNameTaken(`There is a group ${displayName} already.`, {}, { cause: error })
    }
    throw error
  }
}

function memberIds(document: Resource): PersonId[] {
  const members = (document.members ?? []) as readonly { value: PersonId }[]
  return [...new Set(members.map((member) => member.value))]
}

/** @throws valueInvalid for a member who is no user here; one of another company is none either */
async function insistOnUsers(ctx: Context, ids: readonly string[]): Promise<void> {
  const known = await store.usersAmong(
    ctx.db,
    ids.filter((id) => isUuid(id)),
  )
  const strange = ids.find((id) => !known.has(id))
  if (strange !== undefined) throw valueInvalid(`There is no user ${strange}.`)
}

/** Replaces a group and who is in it. @throws groupMissing, groupNameTaken, valueInvalid, lastAdministrator, versionStale */
function replaceGroup(ctx: Context, id: string, body: unknown, condition: Condition, base: string): Promise<Tagged> {
  return changeGroup(ctx, id, () => readResource(GROUP, body), condition, base)
}

/** Changes a group as a PATCH asks. @throws groupMissing, groupNameTaken, valueInvalid, lastAdministrator, versionStale */
function patchGroup(ctx: Context, id: string, body: unknown, condition: Condition, base: string): Promise<Tagged> {
  return changeGroup(ctx, id, (before) => patched(GROUP, before, body), condition, base)
}

async function changeGroup(
  ctx: Context,
  id: string,
  change: (before: Resource) => Resource,
  condition: Condition,
  base: string,
): Promise<Tagged> {
  const row = await lockGroup(ctx, id, condition)
  const members = await store.membersOf(ctx.db, [id], MEMBERS_MAX)
  const before: Resource = {
    displayName: row.displayName,
    ...(row.externalId !== null && { externalId: row.externalId }),
    members: members.map((member) => ({ value: member.personId })),
  }
  const after = change(before)
  const [old, wanted] = [new Set(memberIds(before)), new Set(memberIds(after))]
  const [added, removed] = [[...wanted.difference(old)], [...old.difference(wanted)]]
  const names = namesOf(after)
  const renamed = names.displayName !== row.displayName || names.externalId !== row.externalId
  // The same request again changes nothing, and says nothing to the trail.
  if (!renamed && added.length === 0 && removed.length === 0) return getGroup(ctx, id, condition, base)

  await insistOnUsers(ctx, added)
  await asNameTaken(names, () => store.updateGroup(ctx.db, id, names, ctx.now))
  await store.addMembers(ctx.db, id, added)
  await store.removeMembers(ctx.db, id, removed)
  ctx.audit({
    action: 'identity.group.change',
    object: `group ${id}`,
    detail: {
      ...{ name: names.displayName, ...(names.displayName !== row.displayName && { nameBefore: row.displayName }) },
      ...{ added: added.slice(0, NAMED_MAX), addedCount: added.length },
      ...{ removed: removed.slice(0, NAMED_MAX), removedCount: removed.length },
    },
  })
  await applyGroups(ctx, [...added, ...removed])
  return getGroup(ctx, id, condition, base)
}

/** The group to be changed, held until the transaction ends. */
async function lockGroup(ctx: Context, id: string, { ifMatch }: Condition): Promise<store.GroupRow> {
  authorize(ctx.actor, PROVISION)
  const row = isUuid(id) ? await store.lockGroup(ctx.db, id) : undefined
  if (!row) throw groupMissing(`There is no group ${id.slice(0, 100)}.`)
  if (ifMatch !== undefined && !namesVersion(ifMatch, row.version)) {
    throw versionStale(`The group was changed since then: it is version ${entityTag(row.version)} now.`)
  }
  return row
}

/** Removes a group; its people lose what they had because of it. @throws groupMissing, lastAdministrator, versionStale */
async function deleteGroup(ctx: Context, id: string, condition: Condition): Promise<void> {
  const { displayName } = await lockGroup(ctx, id, condition)
  const members = (await store.membersOf(ctx.db, [id], MEMBERS_MAX)).map((member) => member.personId)
  await store.removeMembers(ctx.db, id, members)
  await applyGroups(ctx, members)
  await store.deleteGroup(ctx.db, id)
  ctx.audit({ action: 'identity.group.delete', object: `group ${id}`, detail: { before: displayName } })
}

/** What an identity provider does with groups. */
export const groups = {
  list: listGroups,
  get: getGroup,
  create: createGroup,
  replace: replaceGroup,
  patch: patchGroup,
  remove: deleteGroup,
}
