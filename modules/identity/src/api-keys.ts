import { DAY_MS, epochMs, limitOf, newId, type Page, pageOf } from '@millrace/base'
import { violates } from '@millrace/db'
import { authorize, type Context } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import * as store from './api-key-store.ts'
import { type ApiKey, expiryInvalid, keyMissing, keyNameTaken, type NewApiKey, type PersonId } from './contract.ts'
import { grantsOf } from './grant-store.ts'
import { placeOf, saveNewGrants } from './grants.ts'
import { newToken, sha256 } from './token.ts'

/** A key lives at most this long. */
const LIFE_MS = 366 * DAY_MS

/** The keys of the company, ended ones too. */
export async function listKeys(ctx: Context, query: { limit?: number; cursor?: string }): Promise<Page<ApiKey>> {
  authorize(ctx.actor, 'identity:api-key:read')
  const limit = limitOf(query)
  const found = await store.listKeys(ctx.db, query.cursor, limit + 1)
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
 * @throws keyNameTaken, expiryInvalid, roleUnknown, placeUnknown, zoneUnknown, shiftNeedsPlace
 */
export async function createKey(ctx: Context, key: NewApiKey): Promise<{ key: ApiKey; secret: string }> {
  for (const { placeId } of key.grants) if (placeId === null) authorize(ctx.actor, 'identity:api-key:write')
  const lifeMs = epochMs(key.expiresAt) - ctx.nowMs
  if (!(lifeMs > 0 && lifeMs <= LIFE_MS)) throw expiryInvalid('A key ends in the future, within a year.')
  const secret = newToken('key', ctx.enterpriseId)
  const row = {
    id: newId<'ApiKey'>(ctx.nowMs),
    name: key.name,
    createdBy: ctx.actor.id as PersonId,
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
  ctx.audit({
    action: 'identity.api-key.create',
    object: `api-key ${row.id}`,
    detail: { name: key.name, expiresAt: key.expiresAt, grants },
  })
  return { key: { ...row, endedAt: null, lastUsedAt: null, lastUsedAddress: null, grants }, secret }
}

/** Ends a key at once. @throws keyMissing */
export async function endKey(ctx: Context, id: string): Promise<void> {
  authorize(ctx.actor, 'identity:api-key:write')
  const name = await store.endKey(ctx.db, id, ctx.now)
  if (name === undefined) throw keyMissing(`There is no living key ${id}.`)
  ctx.audit({ action: 'identity.api-key.end', object: `api-key ${id}`, detail: { name } })
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
}
