import { limitOf, newId, type Page, pageOf, thousandthsOf } from '@millrace/base'
import { violates } from '@millrace/db'
import { authorize, type Context, reachOf } from '@millrace/runtime'
import { loopThrough } from './bill-rules.ts'
import {
  type Bill,
  type BillItem,
  billLoops,
  codeTaken,
  MATERIAL_LIMIT,
  type MaterialDefinition,
  type MaterialDetail,
  type MaterialId,
  type MaterialQuery,
  materialMissing,
  type NewMaterial,
  quantityInvalid,
  tooManyMaterials,
} from './contract.ts'
import { definitionChanged } from './event-contract.ts'
import * as store from './material-store.ts'

/** The company's materials, by code. */
export async function listMaterials(ctx: Context, query: MaterialQuery): Promise<Page<MaterialDefinition>> {
  if (reachOf(ctx.actor, 'materials:definition:read') === undefined) return { items: [] }
  const limit = limitOf(query)
  const { search, cursor } = query
  const found = await store.listMaterials(ctx.db, {
    limit: limit + 1,
    ...(search !== undefined && { search }),
    ...(cursor !== undefined && { afterCode: cursor }),
  })
  return pageOf(found, limit, ({ code }) => code)
}

/** A material with everything below it and what it goes into. @throws materialMissing */
export async function getMaterial(ctx: Context, id: MaterialId): Promise<MaterialDetail> {
  const material = await found(ctx, id)
  const bills = await store.listBillsBelow(ctx.db, [id])
  const usedIn = await store.listUses(ctx.db, id)
  const named = new Set([
    id,
    ...bills.flatMap((bill) => [bill.materialId, ...bill.items.map(({ componentId }) => componentId)]),
    ...usedIn.map(({ materialId }) => materialId),
  ])
  return { material, bills, usedIn, materials: await store.findMaterials(ctx.db, [...named]) }
}

/** Adds a material to the company. @throws forbidden, codeTaken, tooManyMaterials */
export async function createMaterial(ctx: Context, material: NewMaterial): Promise<MaterialDefinition> {
  authorize(ctx.actor, 'materials:definition:write')
  if ((await store.countMaterials(ctx.db)) >= MATERIAL_LIMIT)
    throw tooManyMaterials(`A company has at most ${MATERIAL_LIMIT} materials.`)
  const id = newId<'MaterialDefinition'>(ctx.nowMs)
  await saving(material.code, () => store.addMaterial(ctx.db, id, material))
  ctx.audit({
    ...{ action: 'materials.definition.create', object: `material ${id}` },
    detail: { name: material.name, code: material.code, unit: material.unit, kind: material.kind },
  })
  await ctx.emit(definitionChanged({ materialId: id }))
  return { id, ...material }
}

/** Says anew what a material is. @throws forbidden, materialMissing, codeTaken */
export async function changeMaterial(ctx: Context, id: MaterialId, material: NewMaterial): Promise<MaterialDefinition> {
  const before = await found(ctx, id)
  authorize(ctx.actor, 'materials:definition:write')
  await saving(material.code, () => store.saveMaterial(ctx.db, id, material))
  ctx.audit({
    ...{ action: 'materials.definition.change', object: `material ${id}`, before, after: material },
    detail: { name: material.name },
  })
  await ctx.emit(definitionChanged({ materialId: id }))
  return { id, ...material }
}

/**
 * Says anew what a material is made of; of nothing when there are no items.
 *
 * @throws forbidden
 * @throws materialMissing  it, or a component
 * @throws quantityInvalid  a component of which nothing is needed
 * @throws billLoops        it would go into itself; the way is named
 */
export async function setBill(ctx: Context, materialId: MaterialId, items: readonly BillItem[]): Promise<Bill> {
  const material = await found(ctx, materialId)
  authorize(ctx.actor, 'materials:definition:write')
  await store.lockBills(ctx.db, ctx.enterpriseId)
  const componentIds = [...new Set(items.map(({ componentId }) => componentId))]
  const known = new Map((await store.findMaterials(ctx.db, componentIds)).map((one) => [one.id, one]))
  for (const { componentId, quantityPer } of items) {
    const component = known.get(componentId)
    if (!component) throw materialMissing(`There is no material ${componentId}.`)
    if (thousandthsOf(quantityPer) === 0)
      throw quantityInvalid(`${material.name} has to take some of ${component.name}. Leave it out otherwise.`)
  }
  await refuseLoop(ctx, materialId, items, componentIds)
  await store.saveBill(ctx.db, materialId, items)
  ctx.audit({
    ...{ action: 'materials.bill.change', object: `material ${materialId}` },
    detail: { name: material.name, components: items.map(({ componentId }) => known.get(componentId)?.code) },
  })
  await ctx.emit(definitionChanged({ materialId }))
  return { materialId, items: [...items] }
}

async function refuseLoop(
  ctx: Context,
  materialId: MaterialId,
  items: readonly BillItem[],
  componentIds: readonly MaterialId[],
): Promise<void> {
  const below = await store.listBillsBelow(ctx.db, componentIds)
  const bills = [...below.filter((bill) => bill.materialId !== materialId), { materialId, items: [...items] }]
  const loop = loopThrough(materialId, bills)
  if (!loop) return
  const names = new Map((await store.findMaterials(ctx.db, loop)).map(({ id, name }) => [id, name]))
  const way = loop.map((id) => names.get(id) ?? id)
  throw billLoops(`${way[0]} would be made of itself: ${way.join(' takes ')}.`, { loop })
}

async function found(ctx: Context, id: MaterialId): Promise<MaterialDefinition> {
  const material = await store.findMaterial(ctx.db, id)
  if (!material) throw materialMissing(`There is no material ${id}.`)
  return material
}

async function saving(code: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (violates(error, 'material_definition_code'))
      throw codeTaken(`There is a material ${code} already.`, {}, { cause: error })
    throw error
  }
}
