import { DAY_MS, type Decimal, HOUR_MS, later } from '@millrace/base'
import {
  bookMove,
  createMaterial,
  createReceipt,
  type MaterialId,
  readSupply,
  setBill,
  setPolicy,
} from '@millrace/materials'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Context } from '@millrace/runtime'
import { test } from '@millrace/testing'
import { expect } from 'vitest'
import { materialTaken, type Product } from './contract.ts'
import { makeChanges, previewEdit } from './draft.ts'
import { searchFixes } from './fix-search.ts'
import { closeOrder } from './orders.ts'
import { placementOf } from './plan-rules.ts'
import { searchPlan } from './plan-search.ts'
import { plannedFlowsAt } from './planned-flows.ts'
import { changeProduct, listProducts } from './products.ts'
import { readSitePlans } from './schedule.ts'
import { scheduleView } from './schedule-rules.ts'
import { type GivenSite, givenSite } from './testing/given-site.ts'

const amount = (text: string) => text as Decimal

interface Given extends GivenSite {
  readonly strip: MaterialId
  readonly blade: MaterialId
  readonly products: readonly Product[]
}

/** The plant of the other tests, whose blades take 2 kg of strip each when they are milled. */
async function givenBlades(ctx: Context): Promise<Given> {
  const site = await givenSite(ctx)
  const make = async (code: string, name: string, unit: 'kg' | 'pcs') =>
    (await createMaterial(ctx, { code: `${code} ${site.siteId}`, name, unit, kind: 'part' })).id
  const [strip, blade] = [await make('STRIP', 'Strip 2.5 mm', 'kg'), await make('BLADE', 'Blade', 'pcs')]
  const products = await listProducts(ctx, site.siteId)
  await setBill(ctx, blade, [{ componentId: strip, quantityPer: amount('2'), scrapRatio: 0, stepName: 'Milling' }])
  const [first] = products
  if (!first) throw new Error('No product was made.')
  await changeProduct(ctx, first.id, { ...withoutId(first), materialId: blade })
  await setPolicy(ctx, {
    ...{ siteId: site.siteId, materialId: strip, supply: 'buy', fromSiteId: null, supplier: 'Steel Ltd' },
    ...{ leadTimeDays: 10, safetyStock: amount('0'), unitCost: amount('4'), responsible: null },
    lot: { kind: 'lot-for-lot' },
  })
  return { ...site, strip, blade, products: await listProducts(ctx, site.siteId) }
}

function withoutId({ id: _, ...product }: Product): Omit<Product, 'id'> {
  return product
}

/** An order of the product that takes strip. */
async function bladeOrder(ctx: Context, { order, products }: Given, quantity: number) {
  for (;;) {
    const made = await order(ctx, { quantity })
    if (made.productId === products.find(({ materialId }) => materialId !== null)?.id) return made
    await closeOrder(ctx, made.id, 'cancelled')
  }
}

const count = (ctx: Context, siteId: EquipmentId, materialId: MaterialId, quantity: string) =>
  bookMove(ctx, { siteId, materialId, kind: 'count', quantity: amount(quantity), reason: null })

async function planned(ctx: Context, siteId: EquipmentId) {
  const { state, stated } = await readSitePlans(ctx, siteId)
  let placed: Parameters<typeof scheduleView>[2] = []
  searchPlan({ state, pinned: [], fenced: false, budgetMs: 100, seed: 1 }, (plan) => {
    placed = plan.placed
  })
  return { state, stated, placed, view: scheduleView(state, stated, placed, false) }
}

test('an order without its material waits for the delivery, says so, and would be earlier with it', async ({ ctx }) => {
  const given = await givenBlades(ctx)
  const { siteId, strip } = given
  await count(ctx, siteId, strip, '40')
  await createReceipt(ctx, {
    ...{ siteId, materialId: strip, quantity: amount('500'), reference: 'PO 4711', supplier: 'Steel Ltd' },
    expectedAt: later(ctx.now, 4 * DAY_MS),
  })
  const order = await bladeOrder(ctx, given, 150)
  const { state, placed, view } = await planned(ctx, siteId)
  const shown = view.orders.find(({ id }) => id === order.id)
  expect(shown?.lateS).toBeGreaterThan(0)
  expect(shown?.reasons.find(({ main }) => main)?.text).toMatch(
    /Milling waits .* for 300 kg of Strip 2\.5 mm, PO 4711, expected /,
  )
  expect(view.operations.find(({ orderId }) => orderId === order.id)?.reason).toMatch(/^Waits for 300 kg of Strip/)
  const { items } = searchFixes({ state, placed, orderId: order.id })
  expect(items.map(({ text }) => text)).toContainEqual(
    expect.stringMatching(/^Have its material earlier: Strip 2\.5 mm, PO 4711/),
  )
})

test('what nobody has ordered is assumed to come after its lead time, and enough of it makes nobody wait', async ({
  ctx,
}) => {
  const given = await givenBlades(ctx)
  const order = await bladeOrder(ctx, given, 150)
  const before = (await planned(ctx, given.siteId)).view
  expect(before.orders.find(({ id }) => id === order.id)?.reasons[0]?.text).toContain('which nobody has ordered')
  expect(before.figures.waitingCount).toBe(0)
  await count(ctx, given.siteId, given.strip, '300')
  const after = (await planned(ctx, given.siteId)).view
  expect(after.orders.find(({ id }) => id === order.id)?.lateS).toBe(0)
})

test('an operation is not moved before its material is there', async ({ ctx }) => {
  const given = await givenBlades(ctx)
  const { siteId, strip } = given
  await createReceipt(ctx, {
    ...{ siteId, materialId: strip, quantity: amount('500'), reference: 'PO 4711', supplier: null },
    expectedAt: later(ctx.now, 4 * DAY_MS),
  })
  const order = await bladeOrder(ctx, given, 100)
  const { placed } = await planned(ctx, siteId)
  await makeChanges(
    ctx,
    siteId,
    placed.map((one) => {
      const after = placementOf(one)
      return { operationId: after.operationId, before: null, after }
    }),
  )
  const outcome = await previewEdit(ctx, {
    siteId,
    edit: {
      kind: 'move',
      moves: [{ operationId: `${order.id}.1`, workUnitId: given.mills[0], startAt: later(ctx.now, HOUR_MS) }],
    },
  })
  expect(outcome).toEqual({ refusal: expect.stringMatching(/Milling needs Strip 2\.5 mm, which is not there then\.$/) })
  const { plan, flows } = await plannedFlowsAt(ctx, siteId)
  expect(plan).toBe('draft')
  expect(flows.map(({ kind, change, text }) => [kind, change, text])).toEqual([
    ['take', -200_000, `${order.number} Milling`],
    ['make', 100_000, `${order.number} Grinding`],
  ])
})

test('a completed order books what it made and took, and says what was not there', async ({ ctx }) => {
  const given = await givenBlades(ctx)
  const { siteId, strip, blade } = given
  await count(ctx, siteId, strip, '150')
  const order = await bladeOrder(ctx, given, 100)
  await closeOrder(ctx, order.id, 'done')
  const { stock } = await readSupply(ctx, siteId, [])
  const lies = (id: MaterialId) => stock.find(({ materialId }) => materialId === id)?.quantity
  expect([lies(strip), lies(blade)]).toEqual(['0', '100'])
})

test('two products of a site do not make the same material, and a change that names none keeps it', async ({ ctx }) => {
  const { products, blade } = await givenBlades(ctx)
  const [first, second] = products
  if (!first || !second) throw new Error('No product was made.')
  const { materialId: _, ...silent } = withoutId(first)
  expect((await changeProduct(ctx, first.id, silent)).materialId).toBe(blade)
  await expect(changeProduct(ctx, second.id, { ...withoutId(second), materialId: blade })).rejects.toBeProblem(
    materialTaken,
  )
})
