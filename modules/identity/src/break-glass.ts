import { randomBytes } from 'node:crypto'
import { newId } from '@millrace/base'
import { violates } from '@millrace/db'
import type { RequestFacts } from '@millrace/http'
import { authorize, type Context, inContext, type Runtime, systemActor } from '@millrace/runtime'
import {
  type BreakGlass,
  breakGlassNameTaken,
  breakGlassSpent,
  breakGlassUsed,
  type PreparedBreakGlass,
} from './break-glass-contract.ts'
import * as store from './break-glass-store.ts'
import { type EnterpriseId, signInRefused } from './contract.ts'
import { findEnterpriseByEmail } from './enterprise-store.ts'
import { guess } from './guesses.ts'
import { legibleBytes, legibleText } from './legible.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { createPerson, endPerson } from './people.ts'
import { deleteSignInName, saveSignInName } from './person-store.ts'
import { type OpenedSession, openSession } from './sessions.ts'
import { sha256 } from './token.ts'

const PERMISSION = 'identity:person:write'
/** 160 bits, thirty-two letters on paper. */
const CODE_BYTES = 20
const USES_SHOWN = 20
/** What whoever founded the company holds, at the whole of it. */
const ROLES = ['it-admin', 'plant-manager'] as const

/** Whether a break-glass account is ready, and when one was used. @throws forbidden */
export async function getBreakGlass(ctx: Context): Promise<BreakGlass> {
  authorize(ctx.actor, PERMISSION)
  const ready = await store.findReady(ctx.db)
  const used = await store.listUsed(ctx.db, USES_SHOWN)
  return {
    ready: ready ? { name: ready.name, preparedAt: ready.preparedAt, preparedBy: ready.preparedBy } : null,
    uses: used.flatMap(({ id, name, personId, usedAt, usedAddress, acknowledgedAt, acknowledgedBy }) =>
      usedAt === null ? [] : [{ id, name, personId, usedAt, address: usedAddress, acknowledgedAt, acknowledgedBy }],
    ),
  }
}

/**
 * Prepares the break-glass account, in place of one that was ready. The code is told once. The route asks for a step-up.
 *
 * @throws breakGlassNameTaken, forbidden
 */
export async function prepareBreakGlass(ctx: Context, name: string): Promise<PreparedBreakGlass> {
  authorize(ctx.actor, PERMISSION)
  await takeBack(ctx)
  const bytes = randomBytes(CODE_BYTES)
  const id = newId(ctx.nowMs)
  const personId = await createPerson(ctx, {
    ...{ name, title: 'Break-glass account', passwordHash: null },
    // An address that can never receive mail (RFC 2606 §2) nor sign in.
    email: `${id}@break-glass.invalid`,
    grants: ROLES.map((role) => ({ role, placeId: null })),
  })
  try {
    await saveSignInName(ctx.db, nameHash(name), ctx.enterpriseId as EnterpriseId)
  } catch (error) {
    if (!violates(error, 'sign_in_name_pkey')) throw error
    throw breakGlassNameTaken(`There is a break-glass account named ${name} already. Take another name.`)
  }
  const codeHash = await hashPassword(bytes.toString('hex'))
  await store.saveBreakGlass(ctx.db, {
    ...{ id, personId, name, codeHash, preparedBy: ctx.actor.name, preparedAt: ctx.now },
  })
  ctx.audit({ action: 'identity.break-glass.prepare', object: `person ${personId}`, detail: { name } })
  return { name, code: legibleText(bytes) }
}

/** Takes back the break-glass account that is ready, if there is one. The route asks for a step-up. @throws forbidden */
export async function revokeBreakGlass(ctx: Context): Promise<void> {
  authorize(ctx.actor, PERMISSION)
  await takeBack(ctx)
}

async function takeBack(ctx: Context): Promise<void> {
  const ready = await store.findReady(ctx.db)
  // Those that were used before stay until now, so that whoever came in could finish.
  const old = [...(ready ? [ready] : []), ...(await store.listUsed(ctx.db, USES_SHOWN))]
  for (const one of old) {
    await deleteSignInName(ctx.db, nameHash(one.name))
    await endPerson(ctx, one.personId, true)
  }
  if (!ready) return
  await store.revoke(ctx.db, ready.id, ctx.now)
  ctx.audit({ action: 'identity.break-glass.revoke', object: `person ${ready.personId}`, detail: { name: ready.name } })
}

/** Says that the uses of the break-glass account were seen; the banner goes away for everybody. @throws forbidden */
export async function acknowledgeBreakGlass(ctx: Context): Promise<void> {
  authorize(ctx.actor, PERMISSION)
  const count = await store.acknowledge(ctx.db, ctx.now, ctx.actor.name)
  if (count > 0) ctx.audit({ action: 'identity.break-glass.acknowledge', object: 'enterprise', detail: { count } })
}

/**
 * Signs in with the break-glass code, which is used up by it. Everybody who administers people is told.
 *
 * @throws signInRefused    the same for an unknown name and a wrong code
 * @throws breakGlassSpent  the code is right, and was used before
 * @throws signInPaused
 */
export async function signInWithBreakGlass(
  runtime: Runtime,
  name: string,
  code: string,
  facts: RequestFacts,
): Promise<OpenedSession> {
  const of = { kind: 'break-glass', account: name, address: facts.address }
  const found = await guess(runtime, of, async () => {
    const enterpriseId = await findEnterpriseByEmail(runtime.app.kysely, nameHash(name))
    const row =
      enterpriseId &&
      (await inContext(runtime, systemActor(enterpriseId, 'break-glass'), (ctx) => store.findNewest(ctx.db)))
    const right = await isRight(code, row?.codeHash)
    return enterpriseId && row && right ? { enterpriseId, row } : undefined
  })
  if (!found) throw signInRefused('Name and code do not fit.')
  const { row } = found
  return inContext(runtime, systemActor(found.enterpriseId, 'break-glass'), async (ctx) => {
    const { id, personId } = row
    const address = facts.address ?? null
    if (!(await store.spend(ctx.db, id, ctx.now, address))) {
      ctx.auditRefusal({ action: 'identity.break-glass.refuse', object: `person ${personId}`, detail: { address } })
      throw breakGlassSpent('This code was used already. A code opens one session.')
    }
    const opened = await openSession(ctx, personId, { method: 'break-glass', level: 2 }, facts)
    await store.nameSession(ctx.db, id, opened.session.id)
    ctx.audit({
      action: 'identity.break-glass.use',
      object: `person ${personId}`,
      detail: { name: row.name, address },
    })
    await ctx.emit(breakGlassUsed({ name: row.name, personId, address }))
    return opened
  })
}

/** Whether this is the code that opened the actor's session: with it the paper confirms what is risky. */
export async function openedBy(ctx: Context, code: string): Promise<boolean> {
  const row = await store.findBySession(ctx.db, ctx.actor.signIn?.sessionId ?? '')
  return isRight(code, row?.codeHash)
}

function isRight(code: string, hash: string | undefined): Promise<boolean> {
  return verifyPassword(legibleBytes(code)?.toString('hex') ?? '', hash)
}

/** What the account is found by before the company is known. Beside the addresses, and none of them. */
function nameHash(name: string): Buffer {
  return sha256(`break-glass:${name.trim().toLowerCase()}`)
}
