import { epochMs, later, newId } from '@millrace/base'
import { violates } from '@millrace/db'
import { getEquipment, getSite } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context } from '@millrace/runtime'
import * as store from './capacity-store.ts'
import {
  type CalendarException,
  type ExceptionId,
  exceptionMissing,
  type GroupId,
  groupMissing,
  groupTaken,
  type NewCalendarException,
  type NewOperatorGroup,
  type OperatorGroup,
  type SetupMatrix,
  shiftUnknown,
  spanInvalid,
  workUnitMisplaced,
} from './contract.ts'
import { PAST_MS } from './problem-rules.ts'
import type { Tool, Transport, UnitCapacity } from './resource-contract.ts'
import { listTools, listTransports, listUnitCapacities } from './resource-store.ts'

/** What a site can do beside its machines: people, set-up times, and what departs from its shifts. */
export interface Capacity {
  readonly groups: OperatorGroup[]
  readonly setups: SetupMatrix[]
  readonly exceptions: CalendarException[]
  readonly tools: Tool[]
  readonly units: UnitCapacity[]
  readonly ways: Transport[]
}

/** @throws equipmentMissing, forbidden */
export async function getCapacity(ctx: Context, siteId: EquipmentId): Promise<Capacity> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:order:read', siteId)
  return {
    groups: await store.listGroups(ctx.db, siteId),
    setups: await store.listSetups(ctx.db, siteId),
    exceptions: await store.listExceptions(ctx.db, siteId, later(ctx.now, -PAST_MS)),
    tools: await listTools(ctx.db, siteId),
    units: await listUnitCapacities(ctx.db, siteId),
    ways: await listTransports(ctx.db, siteId),
  }
}

/** Adds people who can stand in for each other. @throws equipmentMissing, forbidden, shiftUnknown, groupTaken */
export async function createGroup(ctx: Context, group: NewOperatorGroup): Promise<OperatorGroup> {
  await getSite(ctx, group.siteId)
  authorize(ctx.actor, 'planning:order:write', group.siteId)
  await checkShifts(ctx, group)
  const id = newId<'OperatorGroup'>(ctx.nowMs)
  await savingGroup(group.name, () => store.addGroup(ctx.db, id, group))
  auditGroup(ctx, 'create', id, group)
  return { id, ...group }
}

/** Says anew who a group is and when it is there. @throws groupMissing, forbidden, shiftUnknown, groupTaken */
export async function changeGroup(ctx: Context, id: GroupId, group: NewOperatorGroup): Promise<OperatorGroup> {
  const before = await foundGroup(ctx, id)
  if (before.siteId !== group.siteId) throw groupMissing(`There is no group ${id} at this site.`)
  await checkShifts(ctx, group)
  await savingGroup(group.name, () => store.saveGroup(ctx.db, id, group))
  auditGroup(ctx, 'change', id, group)
  return { id, ...group }
}

/** Takes a group away. Steps that need its skills find nobody from now on. @throws groupMissing, forbidden */
export async function removeGroup(ctx: Context, id: GroupId): Promise<void> {
  const group = await foundGroup(ctx, id)
  await store.removeGroup(ctx.db, id)
  auditGroup(ctx, 'remove', id, group)
}

async function foundGroup(ctx: Context, id: GroupId): Promise<OperatorGroup> {
  const group = await store.findGroup(ctx.db, id)
  if (!group) throw groupMissing(`There is no group ${id}.`)
  authorize(ctx.actor, 'planning:order:write', group.siteId)
  return group
}

async function checkShifts(ctx: Context, { siteId, headcounts }: NewOperatorGroup): Promise<void> {
  const { site } = await getSite(ctx, siteId)
  const shifts = new Set(site.shifts.map(({ name }) => name))
  const wrong = headcounts.find(({ shift }) => !shifts.has(shift))
  if (wrong) throw shiftUnknown(`There is no shift ${wrong.shift}; there are ${[...shifts].join(', ')}.`)
}

async function savingGroup(name: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (violates(error, 'operator_group_name'))
      throw groupTaken(`There is a group ${name} already.`, {}, { cause: error })
    throw error
  }
}

function auditGroup(ctx: Context, verb: 'create' | 'change' | 'remove', id: GroupId, group: NewOperatorGroup) {
  ctx.audit({
    ...{ action: `planning.operator-group.${verb}`, object: `operator-group ${id}`, siteId: group.siteId },
    detail: { name: group.name, skills: group.skills, headcounts: group.headcounts },
  })
}

/** Says how long a machine takes to be set up from one family to another. @throws equipmentMissing, forbidden, workUnitMisplaced */
export async function setSetups(ctx: Context, matrix: SetupMatrix): Promise<SetupMatrix> {
  const unit = await getEquipment(ctx, matrix.workUnitId)
  authorize(ctx.actor, 'planning:order:write', unit.siteId)
  if (unit.level !== 'work-unit') throw workUnitMisplaced(`${unit.name} is no machine.`)
  await store.saveSetup(ctx.db, unit.siteId, matrix)
  ctx.audit({
    ...{ action: 'planning.setup-matrix.change', object: `setup-matrix ${unit.id}`, siteId: unit.siteId },
    detail: { name: unit.name, otherwiseMinutes: matrix.otherwiseMinutes, changes: matrix.changes.length },
  })
  return matrix
}

/** Adds a holiday, maintenance, a stop or extra work. @throws equipmentMissing, forbidden, spanInvalid, workUnitMisplaced */
export async function createException(ctx: Context, exception: NewCalendarException): Promise<CalendarException> {
  const { siteId, workUnitId, kind, startAt, endAt, note } = exception
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:order:write', siteId)
  if (epochMs(endAt) <= epochMs(startAt)) throw spanInvalid('It has to end after it begins.')
  if (workUnitId !== null) {
    const unit = await getEquipment(ctx, workUnitId)
    if (unit.siteId !== siteId || unit.level !== 'work-unit')
      throw workUnitMisplaced(`${unit.name} is no machine of this site.`)
  }
  const id = newId<'CalendarException'>(ctx.nowMs)
  await store.addException(ctx.db, id, exception)
  ctx.audit({
    ...{ action: 'planning.calendar-exception.create', object: `calendar-exception ${id}`, siteId },
    detail: { name: note, kind, workUnitId, startAt, endAt },
  })
  return { id, ...exception }
}

/** @throws exceptionMissing, forbidden */
export async function removeException(ctx: Context, id: ExceptionId): Promise<void> {
  const found = await store.findException(ctx.db, id)
  if (!found) throw exceptionMissing(`There is no exception ${id}.`)
  authorize(ctx.actor, 'planning:order:write', found.siteId)
  await store.removeException(ctx.db, id)
  ctx.audit({
    ...{ action: 'planning.calendar-exception.remove', object: `calendar-exception ${id}`, siteId: found.siteId },
    detail: { name: found.note, kind: found.kind },
  })
}
