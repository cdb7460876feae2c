import { limitOf, newId, type Page, thousandthsOf } from '@millrace/base'
import { violates } from '@millrace/db'
import { getMaterial } from '@millrace/materials'
import type { ReceiptId } from '@millrace/materials/contract'
import { getSite } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context, reachOf } from '@millrace/runtime'
import {
  type Demand,
  type DemandChange,
  type DemandFile,
  type DemandId,
  type DemandImport,
  type DemandQuery,
  demandChanged,
  demandClosed,
  demandFileInvalid,
  demandMissing,
  demandTaken,
  type NewDemand,
  OPEN_DEMAND_LIMIT,
  quantityZero,
  tooMuchDemand,
  type WeeklyDemand,
} from './demand-contract.ts'
import { readDemandFile } from './demand-rules.ts'
import * as store from './demand-store.ts'
import { weeklyDemand } from './demand-week-rules.ts'
import { readSiteRequirements } from './requirement-state.ts'

/** What is wanted of the sites the actor may see, by due date. */
export async function listDemands(ctx: Context, query: DemandQuery): Promise<Page<Demand>> {
  const reach = reachOf(ctx.actor, 'planning:order:read')
  if (reach === undefined) return { items: [] }
  const { siteId, state } = query
  const limit = limitOf(query)
  const offset = Number.parseInt(query.cursor ?? '0', 10) || 0
  const found = await store.listDemands(ctx.db, {
    ...{ reach, offset, limit: limit + 1 },
    ...(siteId !== undefined && { siteId }),
    ...(state !== undefined && { state }),
  })
  const items = found.slice(0, limit)
  return found.length > limit ? { items, nextCursor: String(offset + limit) } : { items }
}

/** What is wanted of a site week by week. @throws equipmentMissing, forbidden */
export async function getWeeklyDemand(ctx: Context, siteId: EquipmentId): Promise<WeeklyDemand> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:order:read', siteId)
  return weeklyDemand(await readSiteRequirements(ctx, siteId), ctx.nowMs)
}

/**
 * Writes down what somebody wants.
 *
 * @param receiptId what it is sent as to another site: both change together
 * @throws equipmentMissing, forbidden, materialMissing, quantityZero, demandTaken, tooMuchDemand
 */
export async function createDemand(
  ctx: Context,
  demand: NewDemand,
  receiptId: ReceiptId | null = null,
): Promise<Demand> {
  const { siteId, number, materialId } = demand
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:order:write', siteId)
  await getMaterial(ctx, materialId)
  refuseNothing(demand.quantity)
  await refuseTooMuch(ctx, siteId, 1)
  const id = newId<'Demand'>(ctx.nowMs)
  await adding(number, () => store.addDemand(ctx.db, { id, createdAt: ctx.now, receiptId, ...demand }))
  const { quantity, dueAt } = demand
  await announce(ctx, { id, siteId, number, state: 'open' }, 'create', { quantity, dueAt })
  return found(ctx, id)
}

/** Changes what is wanted. @throws demandMissing, forbidden, demandClosed, quantityZero */
export async function changeDemand(ctx: Context, id: DemandId, change: DemandChange): Promise<Demand> {
  const locked = await lockOpen(ctx, id)
  if (change.quantity !== undefined) refuseNothing(change.quantity)
  if (Object.keys(change).length > 0) await store.saveDemand(ctx.db, id, change)
  await announce(ctx, locked, 'change', change)
  return found(ctx, id)
}

/** It was delivered, or nobody wants it any more. @throws demandMissing, forbidden, demandClosed */
export async function closeDemand(ctx: Context, id: DemandId, state: 'done' | 'cancelled'): Promise<Demand> {
  const demand = await lockOpen(ctx, id)
  await store.saveDemand(ctx.db, id, { state })
  await announce(ctx, { ...demand, state }, state === 'done' ? 'complete' : 'cancel', {})
  return found(ctx, id)
}

/**
 * Takes over a file of demand: what has a known number is changed, the rest is added. All of it or nothing.
 *
 * @throws equipmentMissing, forbidden, tooMuchDemand
 * @throws demandFileInvalid  a line is wrong, or its demand is closed; the sentence says which and why
 */
export async function importDemand(ctx: Context, { siteId, csv }: DemandFile): Promise<DemandImport> {
  const { site, name } = await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:order:write', siteId)
  const lines = readDemandFile(csv, site.timeZone)
  if ('fault' in lines) throw demandFileInvalid(lines.fault)
  if (lines.length === 0) throw demandFileInvalid('The file has no lines but the first.')
  const codes = new Map(
    (await store.listCoded(ctx.db, [...new Set(lines.map(({ materialCode }) => materialCode))])).map((one) => [
      one.code,
      one.id,
    ]),
  )
  const known = new Map(
    (
      await store.listNumbered(
        ctx.db,
        siteId,
        lines.map(({ number }) => number),
      )
    ).map((one) => [one.number, one]),
  )
  await refuseTooMuch(ctx, siteId, lines.filter(({ number }) => !known.has(number)).length)
  let changed = 0
  for (const { line, materialCode, number, ...wish } of lines) {
    const materialId = codes.get(materialCode)
    if (!materialId) throw demandFileInvalid(`Line ${line}: there is no material ${materialCode || 'without a code'}.`)
    const before = known.get(number)
    if (before && before.state !== 'open')
      throw demandFileInvalid(`Line ${line}: ${number} is ${before.state} already.`)
    const id = before?.id ?? newId<'Demand'>(ctx.nowMs)
    if (before) {
      await store.saveDemand(ctx.db, id, { ...wish, materialId })
      changed += 1
    } else
      await adding(number, () =>
        store.addDemand(ctx.db, {
          ...{ id, siteId, number, materialId, createdAt: ctx.now, receiptId: null },
          ...wish,
        }),
      )
    await ctx.emit(demandChanged({ demandId: id, siteId, state: 'open' }))
  }
  const counts = { added: lines.length - changed, changed }
  ctx.audit({
    action: 'planning.demand.import',
    object: `site ${siteId}`,
    siteId,
    detail: { name, ...counts },
  })
  return counts
}

async function adding(number: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (violates(error, 'demand_number')) throw demandTaken(`There is demand ${number} already.`, {}, { cause: error })
    throw error
  }
}

function refuseNothing(quantity: string): void {
  if (thousandthsOf(quantity) === 0) throw quantityZero('Demand is of more than nothing. Cancel it if nobody wants it.')
}

async function refuseTooMuch(ctx: Context, siteId: EquipmentId, more: number): Promise<void> {
  if ((await store.countOpenDemand(ctx.db, siteId)) + more > OPEN_DEMAND_LIMIT)
    throw tooMuchDemand(`A site has at most ${OPEN_DEMAND_LIMIT} open demands. Close some first.`)
}

async function found(ctx: Context, id: DemandId): Promise<Demand> {
  const demand = await store.findDemand(ctx.db, id)
  if (!demand) throw demandMissing(`There is no demand ${id}.`)
  return demand
}

type Named = NonNullable<Awaited<ReturnType<typeof store.lockDemand>>>

async function lockOpen(ctx: Context, id: DemandId): Promise<Named> {
  const demand = await store.lockDemand(ctx.db, id)
  if (!demand) throw demandMissing(`There is no demand ${id}.`)
  authorize(ctx.actor, 'planning:order:write', demand.siteId)
  if (demand.state !== 'open')
    throw demandClosed(`Demand ${demand.number} is ${demand.state}.`, { state: demand.state })
  return demand
}

async function announce(
  ctx: Context,
  { id, siteId, number, state }: Named,
  verb: 'create' | 'change' | 'complete' | 'cancel',
  detail: object,
): Promise<void> {
  ctx.audit({
    ...{ action: `planning.demand.${verb}`, object: `demand ${id}`, siteId },
    detail: { name: number, ...detail },
  })
  await ctx.emit(demandChanged({ demandId: id, siteId, state }))
}
