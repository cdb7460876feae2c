import { DAY_MS, epochMs, limitOf, newId, type Page, pageOf } from '@millrace/base'
import { violates } from '@millrace/db'
import { authorize, type Context } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import * as store from './api-key-store.ts'
import {
  type ApiKey,
  type ApiKeyState,
  expiryInvalid,
  keyControlsPlants,
  keyMissing,
  keyNameTaken,
  type NewApiKey,
  type Person,
  type PersonId,
} from './contract.ts'
import type { Grant } from './grant-contract.ts'
import { grantsOf } from './grant-store.ts'
import { placeOf, saveNewGrants } from './grants.ts'
import { recordListed } from './read-budget.ts'
import { rolesOf } from './roles.ts'
import { newToken, sha256 } from './token.ts'

/** A key lives at most this long. */
const LIFE_MS = 366 * DAY_MS

/** The keys of the company, the newest first; those of one state or all. */
export async function listKeys(
  ctx: Context,
  query: { limit?: number; cursor?: string; state?: ApiKeyState },
): Promise<Page<ApiKey>> {
  authorize(ctx.actor, 'identity:api-key:read')
  const limit = limitOf(query)
  await recordListed(ctx, 'identity.api-key.list', 'confidential')
  const { cursor: after, state } = query
  const found = await store.listKeys(ctx.db, { after, state, limit: limit + 1, at: ctx.now })
  const grants = await grantsOf(
    ctx.db,
    'key',
    found.map((key) => key.id),
  )
  const keys = found.map(({ accessVersion: _, ...key }) => ({ ...key, grants: grants.get(key.id) ?? [] }))
  return pageOf(keys, limit, (last) => last.id)
}

/**
 * Makes a key. Its secret is in the answer and nowhere else afterwards.
 *
 * @param by who answers for the key.
 * @throws keyNameTaken, expiryInvalid, keyControlsPlants, roleUnknown, placeUnknown, zoneUnknown, shiftNeedsPlace
 */
export async function createKey(
  ctx: Context,
  key: NewApiKey,
  by: Pick<Person, 'id' | 'name'> = { id: ctx.actor.id as PersonId, name: ctx.actor.name },
): Promise<{ key: ApiKey; secret: string }> {
  for (const { placeId } of key.grants) if (placeId === null) authorize(ctx.actor, 'identity:api-key:write')
  const lifeMs = epochMs(key.expiresAt) - ctx.nowMs
  if (!(lifeMs > 0 && lifeMs <= LIFE_MS)) throw expiryInvalid('A key ends in the future, within a year.')
  const secret = newToken('key', ctx.enterpriseId)
  const row = {
    id: newId<'ApiKey'>(ctx.nowMs),
    name: key.name,
    createdBy: by.id,
    createdAt: ctx.now,
    expiresAt: key.expiresAt,
  }
  try {
    await store.saveKey(ctx.db, row, sha256(secret))
  } catch (error) {
    if (violates(error, 'api_key_name')) throw keyNameTaken(`A key is named ${key.name} already.`, {}, { cause: error })
    throw error
  }
  const grants = await saveNewGrants(ctx, 'key', row.id, key.grants)
  for (const { siteId, placeId } of grants) authorize(ctx.actor, 'identity:api-key:write', placeOf(siteId, placeId))
  await insistOnOnePlant(ctx, grants)
  ctx.audit({
    action: 'identity.api-key.create',
    object: `api-key ${row.id}`,
    detail: { name: key.name, expiresAt: key.expiresAt, grants },
  })
  return {
    key: { ...row, createdByName: by.name, endedAt: null, lastUsedAt: null, lastUsedAddress: null, grants },
    secret,
  }
}

/**
 * A person moves the control from plant to plant; a key has nobody at it to do so. Therefore one that could command the
 * machines of two plants is not made (THREATS T-B6). What its roles come to contain later is refused when it acts.
 */
async function insistOnOnePlant(ctx: Context, grants: readonly Grant[]): Promise<void> {
  const controls = ctx.permissions.filter(({ kind }) => kind === 'control').map(({ name }) => name as string)
  const contained = await rolesOf(ctx)
  const controlling = grants.filter(({ role }) => controls.some((name) => contained(role)?.has(name)))
  const sites = new Set(controlling.map(({ siteId }) => siteId))
  if (sites.has(null) || sites.size > 1) {
    throw keyControlsPlants('This key could command machines of more than one plant. Make one for each plant.')
  }
}

/** Ends a key at once. @throws keyMissing */
export async function endKey(ctx: Context, id: string): Promise<void> {
  authorize(ctx.actor, 'identity:api-key:write')
  const name = await store.endKey(ctx.db, id, ctx.now)
  if (name === undefined) throw keyMissing(`There is no living key ${id}.`)
  ctx.audit({ action: 'identity.api-key.end', object: `api-key ${id}`, detail: { name } })
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
}
