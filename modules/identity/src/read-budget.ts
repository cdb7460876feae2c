import { later } from '@millrace/base'
import { authorize, type Context, forbidden } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import { endKey } from './api-key-store.ts'
import { accountLocked, type Person, type PersonId, personMissing } from './contract.ts'
import { builtInRoles } from './holdings.ts'
import { findPerson, lockPerson } from './person-store.ts'
import { MEMORY_MS, MINUTES_MS, type SensitiveLabel, unusual } from './read-budget-rules.ts'
import * as store from './read-budget-store.ts'
import { deleteSessionsOf } from './session-store.ts'

/** How many people are told of a locked account. */
const TOLD = 2

/**
 * Remembers that the actor opened sensitive things, each counted once. Whoever opens more than people at work do is
 * locked out: sessions, keys and open streams end within two seconds, and two people are told (THREATS T-B7).
 */
export async function recordOpened(
  ctx: Context,
  opened: { label: SensitiveLabel; siteId: string | null; objectIds: readonly string[] },
): Promise<void> {
  const { kind, id: holderId } = ctx.actor
  if (kind !== 'person' && kind !== 'key') return
  const { label } = opened
  await store.saveOpened(ctx.db, { ...opened, holderId, at: ctx.now })
  const counts = await store.countOpened(ctx.db, {
    ...{ holderId, label, sinceMinutes: later(ctx.now, -MINUTES_MS), sinceHour: later(ctx.now, -MEMORY_MS) },
  })
  const reason = unusual(counts)
  if (reason !== undefined) await lockOut(ctx, reason)
}

async function lockOut(ctx: Context, reason: string): Promise<void> {
  const { kind, id, name } = ctx.actor
  if (kind === 'key') await endKey(ctx.db, id, ctx.now)
  else {
    await store.lockAccount(ctx.db, id as PersonId, ctx.now, reason)
    await deleteSessionsOf(ctx.db, id as PersonId)
  }
  const administer = [...builtInRoles(ctx.permissions)].filter(([, contained]) =>
    contained.has('identity:person:write'),
  )
  const told = await store.listHolders(
    ctx.db,
    administer.map(([role]) => role),
    id,
    TOLD,
  )
  ctx.audit({
    action: 'identity.account.lock',
    object: `${kind} ${id}`,
    reason,
    detail: { name, told: told.map((one) => one.name) },
  })
  await ctx.emit(accountLocked({ holderId: id, name, reason, told: told.map((one) => one.id) }))
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
}

/** Lets a locked person in again. Nobody unlocks oneself. The route asks for a step-up. @throws personMissing, forbidden */
export async function unlockPerson(ctx: Context, id: PersonId, reason: string): Promise<Person> {
  authorize(ctx.actor, 'identity:person:write')
  if (id === ctx.actor.id) throw forbidden('Somebody else has to unlock this account.')
  const before = await lockPerson(ctx.db, id)
  if (!before) throw personMissing(`There is no person ${id}.`)
  await store.unlockAccount(ctx.db, id)
  await store.forgetOpened(ctx.db, id)
  ctx.audit({ action: 'identity.account.unlock', object: `person ${id}`, reason, detail: { name: before.name } })
  return (await findPerson(ctx.db, id)) ?? before
}

/** Forgets what was opened long ago. */
export async function forgetLongAgo(ctx: Context): Promise<void> {
  await store.deleteOpenedBefore(ctx.db, later(ctx.now, -MEMORY_MS))
}
