import { DAY_MS, type Decimal, epochMs, later } from '@millrace/base'
import { createMaterial, type MaterialId, setBill, setPolicy } from '@millrace/materials'
import { createEquipment, createSite, type EquipmentId } from '@millrace/plant'
import type { Context } from '@millrace/runtime'
import { test } from '@millrace/testing'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { demandFileInvalid, demandTaken } from './demand-contract.ts'
import { changeDemand, closeDemand, createDemand, importDemand, listDemands } from './demands.ts'
import { saveForecast } from './forecast-store.ts'
import { listForecasts, overrideForecast } from './forecasts.ts'
import { assignMessages, dismissMessages, doMessages, snoozeMessages } from './message-acts.ts'
import { listOrders } from './orders.ts'
import { createProduct } from './products.ts'
import { type ActionMessage, snoozePast } from './requirement-contract.ts'
import { followChanges, getRequirementGrid, getWorklist, reckonRequirements } from './requirements.ts'
import { addWeeks, weekName, weekOnOf, weekStartMs } from './week-rules.ts'

const amount = (text: string) => text as Decimal
const ABOUT = {
  ...{ method: 'mean' as const, wapeRatio: null, biasRatio: null, naiveWapeRatio: null, naiveIsBest: false },
  ...{ testedWeeks: 0, mendedWeeks: 0 },
}

interface World {
  readonly home: EquipmentId
  readonly abroad: EquipmentId
  readonly knife: MaterialId
  readonly handle: MaterialId
  readonly steel: MaterialId
}

/** Knives are made at home of steel that is bought there and handles that another plant makes and sends. */
async function givenWorld(ctx: Context): Promise<World> {
  const place = { timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland', shifts: [] }
  const home = (await createSite(ctx, { name: 'Home', ...place })).id
  const abroad = (await createSite(ctx, { name: 'Abroad', ...place })).id
  const material = async (code: string, unit: 'pcs' | 'kg') =>
    (await createMaterial(ctx, { code, name: code, unit, kind: 'part' })).id
  const [knife, handle, steel] = [
    await material('Knife', 'pcs'),
    await material('Handle', 'pcs'),
    await material('Steel', 'kg'),
  ]
  const item = { scrapRatio: 0, stepName: null }
  await setBill(ctx, knife, [
    { componentId: handle, quantityPer: amount('1'), ...item },
    { componentId: steel, quantityPer: amount('0.25'), ...item },
  ])
  const usual = { safetyStock: amount('0'), lot: { kind: 'lot-for-lot' } as const, responsible: 'Rita' }
  const policy = { fromSiteId: null, supplier: null, leadTimeDays: 2, ...usual }
  await setPolicy(ctx, { siteId: home, materialId: knife, supply: 'make', unitCost: amount('30'), ...policy })
  await setPolicy(ctx, {
    ...{ ...policy, siteId: home, materialId: handle, supply: 'transfer', fromSiteId: abroad },
    unitCost: amount('2'),
  })
  await setPolicy(ctx, {
    ...{ ...policy, siteId: home, materialId: steel, supply: 'buy', supplier: 'Steelworks' },
    unitCost: amount('4'),
  })
  await setPolicy(ctx, { siteId: abroad, materialId: handle, supply: 'make', unitCost: amount('1.5'), ...policy })
  const area = await createEquipment(ctx, { parentId: home, level: 'area', name: 'Hall' })
  const mill = await createEquipment(ctx, { parentId: area.id, level: 'work-unit', name: 'Mill', kind: 'mill' })
  await createProduct(ctx, {
    ...{ siteId: home, code: 'KNIFE', name: 'Knife', family: 'knives', materialId: knife },
    steps: [
      {
        ...{ name: 'Milling', setupFamily: 'knives', splittable: true, operators: null },
        alternatives: [{ workUnitId: mill.id, minutesPerPiece: 1 }],
      },
    ],
  })
  return { home, abroad, knife, handle, steel }
}

async function wanting(ctx: Context, { home, knife }: World, number = 'D-1', days = 6) {
  return createDemand(ctx, {
    ...{ siteId: home, number, materialId: knife, quantity: amount('200'), customer: 'Smith', priority: 2 },
    dueAt: later(ctx.now, days * DAY_MS),
  })
}

async function worklist(ctx: Context): Promise<ActionMessage[]> {
  await reckonRequirements(ctx)
  return (await getWorklist(ctx, {})).items
}

const said = (messages: readonly ActionMessage[]) =>
  messages.map(({ kind, siteName, materialName, toQuantity }) => `${kind} ${toQuantity} ${materialName} ${siteName}`)
const of = (messages: readonly ActionMessage[], materialName: string, siteName = 'Home') => {
  const found = messages.find((one) => one.materialName === materialName && one.siteName === siteName)
  if (!found) throw new Error(`There is no message about ${materialName}.`)
  return found
}

test('demand of knives becomes orders on every level, at both plants, each with its cause', async ({ ctx }) => {
  const world = await givenWorld(ctx)
  await wanting(ctx, world)
  const messages = await worklist(ctx)
  expect(said(messages).sort()).toEqual([
    'order 200 Handle Abroad',
    'order 200 Handle Home',
    'order 200 Knife Home',
    'order 50 Steel Home',
  ])
  const abroad = of(messages, 'Handle', 'Abroad')
  expect(abroad.cause.steps.map(({ how, materialName }) => `${how} ${materialName}`)).toEqual([
    'sent Handle',
    'made Knife',
  ])
  expect(abroad.cause.demand).toMatchObject({ kind: 'customer', number: 'D-1', customer: 'Smith', quantity: '200' })
  expect(abroad.money).toBe(6000) // 200 knives of 30 wait for them.
  expect(abroad.owner).toBe('Rita')
  const steel = of(messages, 'Steel')
  expect(steel.what).toMatch(/^Order 50 kg of Steel from Steelworks, here by /)
  expect(steel.why).toMatch(/^It goes into 200 pcs of Knife, for Smith \(D-1\), due /)
  const grid = await getRequirementGrid(ctx, { siteId: world.home, materialId: world.steel })
  expect(grid.level).toBe(1)
  expect(grid.weeks[0]).toMatchObject({ gross: '50', planned: '50', receipts: '0', projected: '0' })
})

test('doing makes a production order, a request to the supplier, and demand at the other plant', async ({ ctx }) => {
  const world = await givenWorld(ctx)
  await wanting(ctx, world)
  const before = await worklist(ctx)
  const wanted = [of(before, 'Knife'), of(before, 'Steel'), of(before, 'Handle')]
  const answer = await doMessages(
    ctx,
    wanted.map(({ id }) => id),
  )
  expect(answer.refused).toEqual([])
  expect(answer.done.map(({ text }) => text).sort()).toEqual([
    'Abroad is asked for it as T 1001.',
    'Made order R1001.',
    'Requested as REQ 1001 from Steelworks.',
  ])
  const [order] = (await listOrders(ctx, { siteId: world.home })).items
  expect(order).toMatchObject({ number: 'R1001', quantity: 200, priority: 2 })
  const [transfer] = (await listDemands(ctx, { siteId: world.abroad })).items
  expect(transfer).toMatchObject({ number: 'Home T 1001', quantity: '200', customer: 'Home' })
  // What was done is there now; abroad the handles are still to be made.
  expect(said(await worklist(ctx))).toEqual(['order 200 Handle Abroad'])
  expect((await getWorklist(ctx, { state: 'done' })).items).toHaveLength(3)
})

test('what was ordered follows its demand: less, later, and not at all', async ({ ctx }) => {
  const world = await givenWorld(ctx)
  const demand = await wanting(ctx, world)
  await doMessages(ctx, [of(await worklist(ctx), 'Knife').id])
  await changeDemand(ctx, demand.id, { quantity: amount('120') })
  const less = of(await worklist(ctx), 'Knife')
  expect(less).toMatchObject({ kind: 'decrease', reference: 'R1001', fromQuantity: '200', toQuantity: '120' })
  await doMessages(ctx, [less.id])
  await changeDemand(ctx, demand.id, { dueAt: later(ctx.now, 60 * DAY_MS) })
  const later60 = of(await worklist(ctx), 'Knife')
  expect(later60).toMatchObject({ kind: 'defer', reference: 'R1001', toQuantity: '120' })
  await doMessages(ctx, [later60.id])
  await closeDemand(ctx, demand.id, 'cancelled')
  const needless = of(await worklist(ctx), 'Knife')
  expect(needless).toMatchObject({ kind: 'cancel', reference: 'R1001', fromQuantity: '120', money: 3600 })
  await doMessages(ctx, [needless.id])
  expect((await listOrders(ctx, { siteId: world.home })).items.map(({ state }) => state)).toEqual(['cancelled'])
  expect(await worklist(ctx)).toEqual([])
})

test('what is forecast beyond what is ordered is wanted too, and says which week it is for', async ({ ctx }) => {
  const world = await givenWorld(ctx)
  // So long that what next week wants is begun now.
  await setPolicy(ctx, {
    ...{ siteId: world.home, materialId: world.knife, supply: 'make', fromSiteId: null, supplier: null },
    ...{ leadTimeDays: 12, safetyStock: amount('0'), lot: { kind: 'lot-for-lot' }, unitCost: amount('30') },
    responsible: null,
  })
  const [product] = await listForecasts(ctx, world.home)
  if (!product) throw new Error('Home makes knives.')
  const { productId } = product
  const weekOn = addWeeks(weekOnOf(ctx.nowMs, 'Europe/Zurich'), 1)
  const week = { weekOn, quantity: 300, lowQuantity: 250, highQuantity: 350 }
  await saveForecast(ctx.db, productId, { ...ABOUT, historyUntilOn: addWeeks(weekOn, -2), computedAt: ctx.now }, [week])
  const knives = async () => of(await worklist(ctx), 'Knife')
  const wanted = await knives()
  expect(wanted).toMatchObject({ kind: 'order', toQuantity: '300', priority: 5 })
  expect(wanted.cause.demand).toMatchObject({ kind: 'forecast', quantity: '300', number: weekName(weekOn) })
  expect(wanted.why).toMatch(/^It is for the forecast of Knife for week \d+, due /)
  // Smith is part of what was expected.
  const wednesdayMs = weekStartMs(weekOn, 'Europe/Zurich') + 2.5 * DAY_MS
  await wanting(ctx, world, 'D-1', (wednesdayMs - ctx.nowMs) / DAY_MS)
  await reckonRequirements(ctx)
  const { weeks } = await getRequirementGrid(ctx, { siteId: world.home, materialId: world.knife })
  expect(weeks.reduce((sum, { gross }) => sum + Number(gross), 0)).toBe(300)
  // A planner who expects less than is ordered takes nothing away from it.
  await overrideForecast(ctx, productId, { weeks: [{ weekOn, quantity: 150 }], reason: 'The shop is closed.' })
  expect(await knives()).toMatchObject({ toQuantity: '200', priority: 2 })
})

test('nothing of an order that has begun is changed', async ({ ctx }) => {
  const world = await givenWorld(ctx)
  await wanting(ctx, world)
  await doMessages(ctx, [of(await worklist(ctx), 'Knife').id])
  const [order] = (await listOrders(ctx, { siteId: world.home })).items
  if (!order) throw new Error('The order was made.')
  const { items } = await listDemands(ctx, { siteId: world.home })
  await changeDemand(ctx, items[0]?.id ?? ('' as never), { quantity: amount('90') })
  const message = of(await worklist(ctx), 'Knife')
  expect(message.kind).toBe('decrease')
  await sql`insert into planning.plan (id, site_id, state, revision, made_at, made_by, published_at, published_by) values (
    ${order.id}, ${world.home}, 'published', 1, ${ctx.now}, 'Rita', ${ctx.now}, 'Rita')`.execute(ctx.db)
  await sql`insert into planning.plan_operation (plan_id, order_id, position, work_unit_id, setup_start_at, start_at, end_at, locked,
    reason) select ${order.id}, ${order.id}, 1, work_unit_id, ${later(ctx.now, -DAY_MS)}, ${later(ctx.now, -DAY_MS)},
    ${later(ctx.now, DAY_MS)}, false, '{}' from planning.routing_alternative limit 1`.execute(ctx.db)
  const answer = await doMessages(ctx, [message.id])
  expect(answer.refused.map(({ text }) => text)).toEqual([
    'Order R1001 has begun. Talk to the shop floor, or change it on the schedule.',
  ])
})

test('a dismissed message comes back when its cause changes, and not before', async ({ ctx }) => {
  const world = await givenWorld(ctx)
  const demand = await wanting(ctx, world)
  const { id } = of(await worklist(ctx), 'Steel')
  await dismissMessages(ctx, { messageIds: [id], reason: 'The old strip will do.' })
  expect(said(await worklist(ctx))).not.toContain('order 50 Steel Home')
  await changeDemand(ctx, demand.id, { quantity: amount('204') })
  expect(said(await worklist(ctx))).not.toContain('order 51 Steel Home')
  await changeDemand(ctx, demand.id, { quantity: amount('400') })
  const again = of(await worklist(ctx), 'Steel')
  expect(again).toMatchObject({ id, state: 'open', reason: null, toQuantity: '100' })
})

test('what is put off is listed again when its time has come', async ({ ctx }) => {
  const world = await givenWorld(ctx)
  await wanting(ctx, world)
  const { id } = of(await worklist(ctx), 'Steel')
  await expect(snoozeMessages(ctx, { messageIds: [id], untilAt: ctx.now })).rejects.toBeProblem(snoozePast)
  await snoozeMessages(ctx, { messageIds: [id], untilAt: later(ctx.now, DAY_MS) })
  expect(said(await worklist(ctx))).not.toContain('order 50 Steel Home')
  expect((await getWorklist(ctx, { state: 'snoozed' })).items.map((one) => one.id)).toEqual([id])
  const tomorrow = { ...ctx, now: later(ctx.now, DAY_MS), nowMs: epochMs(ctx.now) + DAY_MS }
  expect((await getWorklist(tomorrow, {})).items.map((one) => one.id)).toContain(id)
})

test('messages are narrowed by kind, owner, plant and material, and keep whose they are', async ({ ctx }) => {
  const world = await givenWorld(ctx)
  await wanting(ctx, world)
  const { id } = of(await worklist(ctx), 'Steel')
  await assignMessages(ctx, { messageIds: [id], owner: 'Beat' })
  await reckonRequirements(ctx)
  const found = async (query: Parameters<typeof getWorklist>[1]) => said((await getWorklist(ctx, query)).items)
  expect(await found({ owner: 'Beat' })).toEqual(['order 50 Steel Home'])
  expect(await found({ siteId: world.abroad })).toEqual(['order 200 Handle Abroad'])
  expect(await found({ materialId: world.knife })).toEqual(['order 200 Knife Home'])
  expect(await found({ kind: 'cancel' })).toEqual([])
  expect((await getWorklist(ctx, {})).owners).toEqual(['Beat', 'Rita'])
})

test('requirements are reckoned anew once changes have settled', async ({ ctx }) => {
  const world = await givenWorld(ctx)
  await wanting(ctx, world)
  const at = (seconds: number) => ({
    ...ctx,
    now: later(ctx.now, seconds * 1000),
    nowMs: epochMs(ctx.now) + seconds * 1000,
  })
  await sql`insert into planning.requirement_run (stale_at) values (${ctx.now})`.execute(ctx.db)
  await followChanges(at(1))
  expect((await getWorklist(ctx, {})).computedAt).toBeNull()
  await followChanges(at(4))
  expect(await getWorklist(ctx, {})).toMatchObject({ isStale: false, detail: null })
  expect((await getWorklist(ctx, {})).items.length).toBeGreaterThan(0)
})

test('a file of demand is taken over as a whole or not at all', async ({ ctx }) => {
  const { home: siteId } = await givenWorld(ctx)
  const head = 'number,material,quantity,due,customer,priority'
  const wrong = `${head}\nD-1,Knife,20,2026-12-24,Smith,2\nD-2,Spoon,5,2026-12-24,,`
  await expect(importDemand(ctx, { siteId, csv: wrong })).rejects.toBeProblem(demandFileInvalid)
  expect((await listDemands(ctx, { siteId, state: 'open' })).items.map(({ number }) => number)).not.toContain('D-2')
})

test('a file changes what it knows and adds the rest', async ({ ctx }) => {
  const { home: siteId, knife } = await givenWorld(ctx)
  await createDemand(ctx, {
    ...{ siteId, number: 'D-1', materialId: knife, quantity: amount('5'), customer: null, priority: 3 },
    dueAt: later(ctx.now, DAY_MS),
  })
  const csv = 'Number;Material;Quantity;Due;Customer\nD-1;Knife;20;2026-12-24;"Smith; Sons"\nD-2;Knife;7;2026-12-31;\n'
  expect(await importDemand(ctx, { siteId, csv })).toEqual({ added: 1, changed: 1 })
  const { items } = await listDemands(ctx, { siteId })
  expect(items.map(({ number, quantity, customer }) => `${number} ${quantity} ${customer}`)).toEqual([
    'D-1 20 Smith; Sons',
    'D-2 7 null',
  ])
})

test('two demands of a plant never have the same number', async ({ ctx }) => {
  const world = await givenWorld(ctx)
  await wanting(ctx, world)
  await expect(wanting(ctx, world, 'd-1')).rejects.toBeProblem(demandTaken)
})
