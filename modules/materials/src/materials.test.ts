import { DAY_MS, later } from '@millrace/base'
import { forbidden } from '@millrace/runtime'
import { somebody, test } from '@millrace/testing'
import { expect } from 'vitest'
import {
  billLoops,
  codeTaken,
  type MaterialId,
  materialMissing,
  quantityInvalid,
  receiptClosed,
  type SitePolicy,
  sourceInvalid,
  stockShort,
} from './contract.ts'
import { changeMaterial, getMaterial, listMaterials, setBill } from './definitions.ts'
import { listPolicies, setPolicy } from './policies.ts'
import { cancelReceipt, changeReceipt, createReceipt, listReceipts, receive } from './receipts.ts'
import { bookMove, listMoves, listStock } from './stock.ts'
import { readSupply } from './supply.ts'
import { amount, givenMaterial, givenSite } from './testing/given-site.ts'

const takes = (componentId: MaterialId, quantityPer = '1') => ({
  ...{ componentId, quantityPer: amount(quantityPer), scrapRatio: 0, stepName: null },
})

test('materials are listed by code, page after page, and found by a part of code or name', async ({ ctx }) => {
  await givenMaterial(ctx, 'Rivet 3 mm', { code: 'rivet-3' })
  await givenMaterial(ctx, 'Strip 2.5 mm', { code: 'STRIP-25' })
  await givenMaterial(ctx, 'Box 100 %', { code: 'Box' })
  const first = await listMaterials(ctx, { limit: 2 })
  expect(first.items.map(({ code }) => code)).toEqual(['Box', 'rivet-3'])
  const { nextCursor: cursor = '' } = first
  expect((await listMaterials(ctx, { cursor })).items.map(({ code }) => code)).toEqual(['STRIP-25'])
  expect((await listMaterials(ctx, { search: 'MM' })).items).toHaveLength(2)
  expect((await listMaterials(ctx, { search: '%' })).items.map(({ code }) => code)).toEqual(['Box'])
})

test('two materials never have the same code, however it is written', async ({ ctx }) => {
  await givenMaterial(ctx, 'Rivet', { code: 'RIVET' })
  await expect(givenMaterial(ctx, 'Other rivet', { code: 'rivet' })).rejects.toBeProblem(codeTaken)
})

test('a material is changed, and an unknown one is not', async ({ ctx }) => {
  const { id, ...rivet } = await givenMaterial(ctx, 'Rivet')
  await changeMaterial(ctx, id, { ...rivet, name: 'Rivet 3 mm' })
  expect((await getMaterial(ctx, id)).material.name).toBe('Rivet 3 mm')
  await expect(changeMaterial(ctx, ctx.enterpriseId as MaterialId, rivet)).rejects.toBeProblem(materialMissing)
})

test('a bill shows everything below it, and what it goes into', async ({ ctx }) => {
  const [knife, scale, rod] = [
    await givenMaterial(ctx, 'Knife'),
    await givenMaterial(ctx, 'Scale'),
    await givenMaterial(ctx, 'Rod', { unit: 'm' }),
  ]
  await setBill(ctx, scale.id, [takes(rod.id, '0.012')])
  await setBill(ctx, knife.id, [{ ...takes(scale.id, '2'), scrapRatio: 0.01, stepName: 'Assembly' }])
  const { bills, materials } = await getMaterial(ctx, knife.id)
  expect(bills.find(({ materialId }) => materialId === scale.id)?.items).toEqual([takes(rod.id, '0.012')])
  expect(materials.map(({ name }) => name).sort()).toEqual(['Knife', 'Rod', 'Scale'])
  const { usedIn } = await getMaterial(ctx, scale.id)
  expect(usedIn.map((use) => [use.materialId, use.item.quantityPer, use.item.stepName])).toEqual([
    [knife.id, '2', 'Assembly'],
  ])
  await setBill(ctx, knife.id, [])
  expect((await getMaterial(ctx, knife.id)).bills).toEqual([])
})

test('a material that would be made of itself is refused with the way named, also over several levels', async ({
  ctx,
}) => {
  const [knife, blade, steel] = [
    await givenMaterial(ctx, 'Knife'),
    await givenMaterial(ctx, 'Blade'),
    await givenMaterial(ctx, 'Steel'),
  ]
  await setBill(ctx, knife.id, [takes(blade.id)])
  await setBill(ctx, blade.id, [takes(steel.id)])
  const closing = setBill(ctx, steel.id, [takes(knife.id)])
  await expect(closing).rejects.toBeProblem(billLoops)
  await expect(closing).rejects.toThrow('Steel would be made of itself: Steel takes Knife takes Blade takes Steel.')
  await expect(setBill(ctx, knife.id, [takes(knife.id)])).rejects.toBeProblem(billLoops)
  // Nothing of it was kept, and another way round is fine.
  expect((await getMaterial(ctx, steel.id)).bills).toEqual([])
  await setBill(ctx, knife.id, [takes(blade.id), takes(steel.id)])
})

test('stock changes by moves only, each with what it came to, and never below zero', async ({ ctx }) => {
  const siteId = await givenSite(ctx)
  const { id: materialId } = await givenMaterial(ctx, 'Strip', { unit: 'kg' })
  const book = (kind: 'count' | 'receipt' | 'issue' | 'scrap', quantity: string) =>
    bookMove(ctx, { siteId, materialId, kind, quantity: amount(quantity), reason: null })
  await book('count', '100.500')
  await book('receipt', '20')
  await book('issue', '30.25')
  await book('scrap', '0.25')
  await expect(book('issue', '90.001')).rejects.toBeProblem(stockShort)
  await expect(book('issue', '0')).rejects.toBeProblem(quantityInvalid)
  const { items } = await listMoves(ctx, { siteId, materialId })
  expect(items.map(({ kind, change, after }) => [kind, change, after])).toEqual([
    ['scrap', '-0.25', '90'],
    ['issue', '-30.25', '90.25'],
    ['receipt', '20', '120.5'],
    ['count', '100.5', '100.5'],
  ])
  await book('count', '0')
  const stock = await listStock(ctx, { siteId })
  expect(stock.items).toEqual([{ siteId, materialId, quantity: '0', countedAt: ctx.now }])
})

test('what is expected can be put off, and is booked once when it comes', async ({ ctx }) => {
  const siteId = await givenSite(ctx)
  const { id: materialId } = await givenMaterial(ctx, 'Strip', { unit: 'kg' })
  const wish = { siteId, materialId, quantity: amount('240'), reference: 'PO 4711', supplier: 'Steel Ltd' }
  const receipt = await createReceipt(ctx, { ...wish, expectedAt: later(ctx.now, DAY_MS) })
  const other = await createReceipt(ctx, { ...wish, reference: 'PO 4712', expectedAt: later(ctx.now, 2 * DAY_MS) })
  await changeReceipt(ctx, receipt.id, { expectedAt: later(ctx.now, 5 * DAY_MS) })
  const { items } = await listReceipts(ctx, { siteId, state: 'expected' })
  expect(items.map(({ reference }) => reference)).toEqual(['PO 4712', 'PO 4711'])
  await receive(ctx, receipt.id, { quantity: amount('238.5') })
  await expect(receive(ctx, receipt.id, {})).rejects.toBeProblem(receiptClosed)
  await cancelReceipt(ctx, other.id)
  const moves = await listMoves(ctx, { siteId, materialId })
  expect(moves.items.map(({ change, reference }) => [change, reference])).toEqual([['238.5', 'PO 4711']])
  expect((await readSupply(ctx, siteId, [])).receipts).toEqual([])
})

test('a policy names a source that fits', async ({ ctx }) => {
  const [siteId, fromSiteId] = [await givenSite(ctx), await givenSite(ctx)]
  const { id: materialId } = await givenMaterial(ctx, 'Scale')
  const policy: SitePolicy = {
    ...{ siteId, materialId, supply: 'transfer', fromSiteId, supplier: null, leadTimeDays: 12 },
    ...{ safetyStock: amount('500'), unitCost: amount('1.45'), responsible: 'Stefan Kunz' },
    lot: { kind: 'multiple', minimum: amount('500'), multiple: amount('100') },
  }
  await setPolicy(ctx, policy)
  await setPolicy(ctx, { ...policy, leadTimeDays: 10 })
  expect(await listPolicies(ctx, siteId)).toEqual([{ ...policy, leadTimeDays: 10 }])
  for (const wrong of [{ fromSiteId: null }, { fromSiteId: siteId }, { supply: 'buy' as const }, { supplier: 'X' }])
    await expect(setPolicy(ctx, { ...policy, ...wrong })).rejects.toBeProblem(sourceInvalid)
})

test('planning reads what a site has policies for with all levels below, and nothing of other sites', async ({
  ctx,
}) => {
  const [siteId, other] = [await givenSite(ctx), await givenSite(ctx)]
  const [knife, blade, steel, alien] = [
    await givenMaterial(ctx, 'Knife'),
    await givenMaterial(ctx, 'Blade'),
    await givenMaterial(ctx, 'Steel'),
    await givenMaterial(ctx, 'Alien'),
  ]
  await setBill(ctx, knife.id, [takes(blade.id)])
  await setBill(ctx, blade.id, [takes(steel.id, '0.3')])
  for (const [site, material] of [
    [siteId, steel],
    [other, alien],
  ] as const)
    await bookMove(ctx, {
      ...{ siteId: site, materialId: material.id, kind: 'count', quantity: amount('7'), reason: null },
    })
  const supply = await readSupply(ctx, siteId, [knife.id])
  expect(supply.bills).toHaveLength(2)
  expect(supply.stock.map(({ materialId, quantity }) => [materialId, quantity])).toEqual([[steel.id, '7']])
  expect(supply.materials.map(({ name }) => name).sort()).toEqual(['Blade', 'Knife', 'Steel'])
})

test('who may only look at stock of one plant sees that, and books nothing', async ({ ctx, as }) => {
  const [own, other] = [await givenSite(ctx), await givenSite(ctx)]
  const { id: materialId } = await givenMaterial(ctx, 'Strip')
  for (const siteId of [own, other])
    await bookMove(ctx, { siteId, materialId, kind: 'count', quantity: amount('5'), reason: null })
  const looker = somebody(ctx.enterpriseId, { 'materials:stock:read': [own] })
  const stock = await as(looker, (theirs) => listStock(theirs, {}))
  expect(stock.items.map(({ siteId }) => siteId)).toEqual([own])
  await expect(as(looker, (theirs) => listMoves(theirs, { siteId: other, materialId }))).rejects.toBeProblem(forbidden)
  await expect(
    as(looker, (theirs) =>
      bookMove(theirs, { siteId: own, materialId, kind: 'scrap', quantity: amount('1'), reason: null }),
    ),
  ).rejects.toBeProblem(forbidden)
})
