import { newId } from '@millrace/base'
import { violates } from '@millrace/db'
import { getMaterial } from '@millrace/materials'
import { getSite } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context } from '@millrace/runtime'
import { listTree } from './capacity-store.ts'
import {
  materialTaken,
  type NewProduct,
  type Product,
  type ProductId,
  type ProductUse,
  productInUse,
  productMissing,
  productTaken,
  workUnitMisplaced,
} from './contract.ts'
import * as store from './product-store.ts'
import { toolMissing } from './resource-contract.ts'
import { listTools } from './resource-store.ts'

/** What can be made at a site, with its routings. @throws equipmentMissing, forbidden */
export async function listProducts(ctx: Context, siteId: EquipmentId): Promise<Product[]> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:order:read', siteId)
  return store.listProducts(ctx.db, siteId)
}

/** Adds a product with its routing. @throws equipmentMissing, forbidden, materialMissing, workUnitMisplaced, toolMissing, productTaken, materialTaken */
export async function createProduct(ctx: Context, product: NewProduct): Promise<Product> {
  await getSite(ctx, product.siteId)
  authorize(ctx.actor, 'planning:order:write', product.siteId)
  await checkPlaces(ctx, product)
  const materialId = await checkMaterial(ctx, product.materialId ?? null)
  const id = newId<'Product'>(ctx.nowMs)
  await saving(product.code, () => store.addProduct(ctx.db, id, product))
  audit(ctx, 'create', id, product)
  return { id, ...product, materialId }
}

/** Says anew what a product is and how it is made. @throws productMissing, forbidden, materialMissing, workUnitMisplaced, toolMissing, productTaken, materialTaken */
export async function changeProduct(ctx: Context, id: ProductId, product: NewProduct): Promise<Product> {
  const before = await store.findProduct(ctx.db, id)
  if (!before || before.siteId !== product.siteId) throw productMissing(`There is no product ${id} at this site.`)
  authorize(ctx.actor, 'planning:order:write', before.siteId)
  await checkPlaces(ctx, product)
  const materialId = await checkMaterial(ctx, product.materialId === undefined ? before.materialId : product.materialId)
  await saving(product.code, () => store.saveProduct(ctx.db, id, product))
  audit(ctx, 'change', id, product)
  return { id, ...product, materialId }
}

async function checkMaterial(ctx: Context, id: Product['materialId']): Promise<Product['materialId']> {
  if (id !== null) await getMaterial(ctx, id)
  return id
}

/**
 * Takes a product away with its routing.
 *
 * @throws productMissing, forbidden
 * @throws productInUse there are orders of it: what was made of it is part of the plant's history
 */
export async function removeProduct(ctx: Context, id: ProductId): Promise<void> {
  const product = await store.findProduct(ctx.db, id)
  if (!product) throw productMissing(`There is no product ${id}.`)
  const { siteId, code, name } = product
  authorize(ctx.actor, 'planning:order:write', siteId)
  const { open, all } = await store.countOrders(ctx.db, id)
  if (all > 0)
    throw productInUse(
      `${code} has ${all === 1 ? 'an order' : `${all} orders`}, ${open} of them open. A product with orders stays.`,
      { open, all },
    )
  await store.removeProduct(ctx.db, id)
  ctx.audit({ action: 'planning.product.remove', object: `product ${id}`, siteId, detail: { name, code } })
}

/** How many open orders a change of a routing is about. @throws equipmentMissing, forbidden */
export async function listProductUses(ctx: Context, siteId: EquipmentId): Promise<ProductUse[]> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:order:read', siteId)
  return store.listUses(ctx.db, siteId)
}

async function checkPlaces(ctx: Context, { siteId, steps }: NewProduct): Promise<void> {
  const units = (await listTree(ctx.db, siteId)).filter(({ level }) => level === 'work-unit').map(({ id }) => id)
  const known = new Set(units)
  const tools = new Map((await listTools(ctx.db, siteId)).map((one) => [one.id, one]))
  for (const { name, alternatives, tools: needs = [] } of steps) {
    const ids = alternatives.map(({ workUnitId }) => workUnitId)
    if (ids.some((id) => !known.has(id)) || new Set(ids).size < ids.length)
      throw workUnitMisplaced(`${name} needs different work units of its own site.`)
    for (const { toolId, count } of needs) {
      const tool = tools.get(toolId)
      if (!tool || needs.filter((one) => one.toolId === toolId).length > 1)
        throw toolMissing(`${name} needs different tools of its own site.`)
      if (count > tool.count) throw toolMissing(`${name} needs ${count} of ${tool.name}; there are ${tool.count}.`)
    }
  }
}

async function saving(code: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (violates(error, 'product_code')) throw productTaken(`There is a product ${code} already.`, {}, { cause: error })
    if (violates(error, 'product_material'))
      throw materialTaken('Another product of this site makes that material already.', {}, { cause: error })
    throw error
  }
}

function audit(ctx: Context, verb: 'create' | 'change', id: ProductId, { siteId, code, name, steps }: NewProduct) {
  ctx.audit({
    ...{ action: `planning.product.${verb}`, object: `product ${id}`, siteId },
    detail: { name, code, steps: steps.map((step) => step.name) },
  })
}
