import { epochMs, later, newId } from '@millrace/base'
import { getSite } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context } from '@millrace/runtime'
import * as store from './absence-store.ts'
import { listGroups } from './capacity-store.ts'
import { spanInvalid } from './contract.ts'
import { tellScreens } from './draft.ts'
import { PAST_MS } from './problem-rules.ts'
import { proposeAfter } from './proposer.ts'
import {
  type Absence,
  type AbsenceId,
  absenceMissing,
  absenceTooLarge,
  groupMissing,
  type NewAbsence,
} from './reaction-contract.ts'

/** Who is missing at a site, or was during the last week. @throws equipmentMissing, forbidden */
export async function listAbsences(ctx: Context, siteId: EquipmentId): Promise<{ items: Absence[] }> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:order:read', siteId)
  return { items: await store.listAbsences(ctx.db, siteId, later(ctx.now, -PAST_MS)) }
}

/**
 * Says that somebody is missing: planning counts without them from now on, and proposes what to do about the plan.
 *
 * @throws equipmentMissing, forbidden, groupMissing, spanInvalid
 * @throws absenceTooLarge  the group has not so many people
 */
export async function reportAbsence(ctx: Context, wish: NewAbsence): Promise<Absence> {
  const { siteId, groupId, count, startAt, endAt } = wish
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:order:write', siteId)
  const group = (await listGroups(ctx.db, siteId)).find(({ id }) => id === groupId)
  if (!group) throw groupMissing('There is no such group at this site.')
  if (epochMs(endAt) <= Math.max(epochMs(startAt), ctx.nowMs))
    throw spanInvalid('It has to end after it begins, and later than now.')
  const most = Math.max(0, ...group.headcounts.map((one) => one.count))
  if (count > most) throw absenceTooLarge(`${group.name} are ${most} at most.`, { most })
  const absence = { id: newId<'Absence'>(ctx.nowMs), ...wish, reportedBy: ctx.actor.name }
  await store.addAbsence(ctx.db, absence)
  ctx.audit({
    ...{ action: 'planning.absence.report', object: `absence ${absence.id}`, siteId },
    detail: { name: group.name, count, startAt, endAt },
  })
  proposeAfter(ctx, {
    ...{ siteId, cause: 'absent', absenceId: absence.id, groupId, count },
    ...{ startMs: epochMs(startAt), endMs: epochMs(endAt) },
  })
  tellScreens(ctx, siteId)
  return absence
}

/** Says that they are there after all. @throws absenceMissing, forbidden */
export async function removeAbsence(ctx: Context, id: AbsenceId): Promise<void> {
  const found = await store.findAbsence(ctx.db, id)
  if (!found) throw absenceMissing(`There is no absence ${id}.`)
  authorize(ctx.actor, 'planning:order:write', found.siteId)
  await store.removeAbsence(ctx.db, id)
  ctx.audit({
    ...{ action: 'planning.absence.remove', object: `absence ${id}`, siteId: found.siteId },
    detail: { count: found.count, startAt: found.startAt, endAt: found.endAt },
  })
  tellScreens(ctx, found.siteId)
}
