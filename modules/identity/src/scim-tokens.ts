import { DAY_MS, epochMs, later, limitOf, newId, type Page, pageOf } from '@millrace/base'
import { violates } from '@millrace/db'
import type { RequestFacts } from '@millrace/http'
import { type Actor, authorize, type Context, holding } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import { expiryInvalid, type PersonId } from './contract.ts'
import { recordListed } from './read-budget.ts'
import {
  type NewProvisioningToken,
  type ProvisioningToken,
  provisioningTokenEnded,
  provisioningTokenExpired,
  provisioningTokenMissing,
  provisioningTokenNameTaken,
  provisioningTokenUnknown,
} from './scim-contract.ts'
import * as store from './scim-token-store.ts'
import { newToken, sha256 } from './token.ts'

/** A token lives at most this long. */
const LIFE_MS = 366 * DAY_MS
const TOUCH_MS = 60_000

/** The tokens of the company, ended ones too. */
export async function listTokens(
  ctx: Context,
  query: { limit?: number; cursor?: string },
): Promise<Page<ProvisioningToken>> {
  authorize(ctx.actor, 'identity:provisioning:read')
  await recordListed(ctx, 'identity.provisioning-token.list', 'confidential')
  const limit = limitOf(query)
  return pageOf(await store.listTokens(ctx.db, query.cursor, limit + 1), limit, (last) => last.id)
}

/** Makes a token. Its secret is in the answer and nowhere else afterwards. @throws expiryInvalid, provisioningTokenNameTaken */
export async function createToken(
  ctx: Context,
  { name, expiresAt }: NewProvisioningToken,
): Promise<{ token: ProvisioningToken; secret: string }> {
  authorize(ctx.actor, 'identity:provisioning:write')
  const lifeMs = epochMs(expiresAt) - ctx.nowMs
  if (!(lifeMs > 0 && lifeMs <= LIFE_MS)) throw expiryInvalid('A token ends in the future, within a year.')
  const secret = newToken('provisioning', ctx.enterpriseId)
  const token: ProvisioningToken = {
    ...{ id: newId(ctx.nowMs), name, createdBy: ctx.actor.id as PersonId, createdAt: ctx.now, expiresAt },
    ...{ endedAt: null, lastUsedAt: null, lastUsedAddress: null },
  }
  try {
    await store.saveToken(ctx.db, token, sha256(secret))
  } catch (error) {
    if (violates(error, 'provisioning_token_name')) {
      throw provisioningTokenNameTaken(`A token is named ${name} already.`, {}, { cause: error })
    }
    throw error
  }
  ctx.audit({
    action: 'identity.provisioning-token.create',
    object: `provisioning-token ${token.id}`,
    detail: { name, expiresAt },
  })
  return { token, secret }
}

/** Ends a token at once. @throws provisioningTokenMissing */
export async function endToken(ctx: Context, id: string): Promise<void> {
  authorize(ctx.actor, 'identity:provisioning:write')
  const name = await store.endToken(ctx.db, id, ctx.now)
  if (name === undefined) throw provisioningTokenMissing(`There is no living token ${id}.`)
  ctx.audit({ action: 'identity.provisioning-token.end', object: `provisioning-token ${id}`, detail: { name } })
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
}

/**
 * The identity provider that brings a token: it looks after people and groups of this enterprise, and may nothing else.
 *
 * @throws provisioningTokenUnknown, provisioningTokenExpired, provisioningTokenEnded
 */
export async function actorOfToken(ctx: Context, secret: string, request: RequestFacts): Promise<Actor> {
  const token = await store.findToken(ctx.db, sha256(secret))
  if (!token) throw provisioningTokenUnknown('This provisioning token is not known here.')
  const { id, name, endedAt, expiresAt, lastUsedAt } = token
  if (endedAt !== null)
    throw provisioningTokenEnded(`The provisioning token ${name} was ended. Make a new one.`, { tokenName: name })
  if (expiresAt <= ctx.now)
    throw provisioningTokenExpired(`The provisioning token ${name} has expired. Make a new one.`, { tokenName: name })
  if (lastUsedAt === null || lastUsedAt < later(ctx.now, -TOUCH_MS)) {
    await store.touchToken(ctx.db, id, ctx.now, request.address ?? null)
  }
  return {
    ...{ kind: 'key', id, name, enterpriseId: ctx.enterpriseId },
    permissions: new Map([['identity:person:provision', holding('everywhere')]]),
  }
}
