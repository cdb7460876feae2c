import { later } from '@millrace/base'
import { authorize, type Context, forbidden } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import { listAdministrators } from './administrators.ts'
import { endKey } from './api-key-store.ts'
import { accountLocked, type Person, type PersonId, personMissing } from './contract.ts'
import { findPerson, lockPerson } from './person-store.ts'
import { MEMORY_MS, MINUTES_MS, type Opening, type SensitiveLabel, TOLD_ONCE_MS, unusual } from './read-budget-rules.ts'
import * as store from './read-budget-store.ts'
import { deleteSessionsOf } from './session-store.ts'

/** How many people are told of a locked account. */
const TOLD = 2

/**
 * Writes into the trail that a person or key opened sensitive things: who, what, how it is labelled and where. Of the same
 * account, thing and act one event within {@link TOLD_ONCE_MS}, the first. The route needs `records: true`.
 *
 * Each thing is counted once. Whoever opens more than people at work do is locked out: sessions, keys and open streams end
 * within two seconds, and two people are told (THREATS T-B7).
 */
export async function recordOpened(ctx: Context, opening: Opening): Promise<void> {
  const { kind, id: holderId } = ctx.actor
  if (kind !== 'person' && kind !== 'key') return
  const { name, ...opened } = opening
  const { action, label, siteId } = opened
  const toldBefore = later(ctx.now, -TOLD_ONCE_MS)
  for (const object of await store.saveOpened(ctx.db, { ...opened, holderId, at: ctx.now, toldBefore })) {
    ctx.audit({ action, object, siteId, detail: { label, ...(name !== undefined && { name }) }, looked: true })
  }
  const counts = await store.countOpened(ctx.db, {
    ...{ holderId, label, sinceMinutes: later(ctx.now, -MINUTES_MS), sinceHour: later(ctx.now, -MEMORY_MS) },
  })
  const reason = unusual(counts)
  if (reason !== undefined) await lockOut(ctx, reason, opening)
}

/** {@link recordOpened} of somebody else: the entry, the sessions, what that person may do. Of oneself nothing is told. */
export async function recordPersonOpened(
  ctx: Context,
  action: string,
  { id, name }: Pick<Person, 'id' | 'name'>,
): Promise<void> {
  if (id === ctx.actor.id) return
  await recordOpened(ctx, { action, label: 'personal', siteId: null, objects: [`person ${id}`], name })
}

/** {@link recordOpened} of a list of the company: one thing, however many pages of it are turned. */
export async function recordListed(ctx: Context, action: string, label: SensitiveLabel): Promise<void> {
  await recordOpened(ctx, { action, label, siteId: null, objects: [`enterprise ${ctx.enterpriseId}`] })
}

/** Of many requests at once one locks. The lock is the event of the request: it also says what was opened last. */
async function lockOut(ctx: Context, reason: string, { label, objects }: Opening): Promise<void> {
  const { kind, id, name } = ctx.actor
  if (kind === 'key') {
    if ((await endKey(ctx.db, id, ctx.now)) === undefined) return
  } else {
    if (!(await store.lockAccount(ctx.db, id as PersonId, ctx.now, reason))) return
    await deleteSessionsOf(ctx.db, id as PersonId)
  }
  const told = await listAdministrators(ctx, id, TOLD)
  ctx.audit({
    action: 'identity.account.lock',
    object: `${kind} ${id}`,
    reason,
    detail: { name, told: told.map((one) => one.name), opened: { label, objects } },
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
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
  ctx.audit({ action: 'identity.account.unlock', object: `person ${id}`, reason, detail: { name: before.name } })
  return (await findPerson(ctx.db, id)) ?? before
}

/** Forgets what was opened long ago. */
export async function forgetLongAgo(ctx: Context): Promise<void> {
  await store.deleteOpenedBefore(ctx.db, later(ctx.now, -MEMORY_MS))
}
