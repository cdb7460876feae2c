import type { Database, Db } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import {
  type NewProduct,
  PRODUCT_LIMIT,
  type Product,
  type ProductId,
  type ProductUse,
  STEP_LIMIT,
  type Step,
} from './contract.ts'
import type { StepTool } from './resource-contract.ts'
import './tables.ts'

/** What can be made at a site, with its routings, by code. */
export async function listProducts(db: Db, siteId: EquipmentId): Promise<Product[]> {
  const products = await db
    .selectFrom('planning.product')
    .select(['id', 'siteId', 'code', 'name', 'family', 'materialId'])
    .where('siteId', '=', siteId)
    .orderBy('code')
    .limit(PRODUCT_LIMIT)
    .execute()
  if (products.length === 0) return []
  const ids = products.map(({ id }) => id)
  const steps = await db
    .selectFrom('planning.routingStep')
    .select(['productId', 'position', 'name', 'setupFamily', 'splittable'])
    .select(['operatorSkill', 'operatorCount', 'operatorTime'])
    .select(['chargeMinutes', 'loadPerPiece', 'waitMinutes', 'transferQuantity'])
    .where('productId', 'in', ids)
    .orderBy('productId')
    .orderBy('position')
    .limit(PRODUCT_LIMIT * STEP_LIMIT)
    .execute()
  const alternatives = await db
    .selectFrom('planning.routingAlternative')
    .select(['productId', 'position', 'workUnitId', 'minutesPerPiece'])
    .where('productId', 'in', ids)
    .orderBy('minutesPerPiece')
    .orderBy('workUnitId')
    .limit(PRODUCT_LIMIT * STEP_LIMIT)
    .execute()
  const tools = await db
    .selectFrom('planning.routingTool')
    .select(['productId', 'position', 'toolId', 'count'])
    .where('productId', 'in', ids)
    .orderBy('toolId')
    .limit(PRODUCT_LIMIT * STEP_LIMIT)
    .execute()
  const stepsOf = Map.groupBy(steps, ({ productId }) => productId)
  const alternativesOf = Map.groupBy(alternatives, ({ productId, position }) => `${productId}.${position}`)
  const toolsOf = Map.groupBy(tools, ({ productId, position }) => `${productId}.${position}`)
  return products.map((product) => ({
    ...product,
    steps: (stepsOf.get(product.id) ?? []).map((row) => {
      const key = `${product.id}.${row.position}`
      return stepOf(row, alternativesOf.get(key) ?? [], toolsOf.get(key) ?? [])
    }),
  }))
}

function stepOf(
  row: Omit<Database['planning.routingStep'], 'enterpriseId'>,
  alternatives: readonly Step['alternatives'][number][],
  tools: readonly StepTool[],
): Step {
  const { name, setupFamily, splittable, operatorSkill, operatorCount, operatorTime } = row
  const { chargeMinutes, loadPerPiece, waitMinutes, transferQuantity } = row
  return {
    ...{ name, setupFamily, splittable },
    operators:
      operatorSkill !== null && operatorCount !== null && operatorTime !== null
        ? { skill: operatorSkill, count: operatorCount, time: operatorTime }
        : null,
    alternatives: alternatives.map(({ workUnitId, minutesPerPiece }) => ({ workUnitId, minutesPerPiece })),
    ...(chargeMinutes !== null && loadPerPiece !== null && { charge: { minutes: chargeMinutes, loadPerPiece } }),
    ...(tools.length > 0 && { tools: tools.map(({ toolId, count }) => ({ toolId, count })) }),
    ...(waitMinutes !== null && { waitMinutes }),
    ...(transferQuantity !== null && { transferQuantity }),
  }
}

export function findProduct(db: Db, id: ProductId): Promise<Omit<Product, 'steps'> | undefined> {
  return db
    .selectFrom('planning.product')
    .select(['id', 'siteId', 'code', 'name', 'family', 'materialId'])
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Violates `product_code` when the site has such a product. */
export async function addProduct(db: Db, id: ProductId, { steps, ...product }: NewProduct): Promise<void> {
  await db
    .insertInto('planning.product')
    .values({ id, ...product })
    .execute()
  await addSteps(db, id, steps)
}

/** Says anew what a product is and how it is made. */
export async function saveProduct(db: Db, id: ProductId, { steps, ...product }: NewProduct): Promise<void> {
  await db.updateTable('planning.product').set(product).where('id', '=', id).execute()
  await db.deleteFrom('planning.routingStep').where('productId', '=', id).execute()
  await addSteps(db, id, steps)
}

async function addSteps(db: Db, productId: ProductId, steps: NewProduct['steps']): Promise<void> {
  await db
    .insertInto('planning.routingStep')
    .values(
      steps.map(({ name, setupFamily, splittable, operators, charge, waitMinutes, transferQuantity }, index) => ({
        ...{ productId, position: index + 1, name, setupFamily, splittable },
        operatorSkill: operators?.skill ?? null,
        operatorCount: operators?.count ?? null,
        operatorTime: operators?.time ?? null,
        chargeMinutes: charge?.minutes ?? null,
        loadPerPiece: charge?.loadPerPiece ?? null,
        waitMinutes: waitMinutes ?? null,
        transferQuantity: transferQuantity ?? null,
      })),
    )
    .execute()
  await db
    .insertInto('planning.routingAlternative')
    .values(
      steps.flatMap(({ alternatives }, index) =>
        alternatives.map((alternative) => ({ productId, position: index + 1, ...alternative })),
      ),
    )
    .execute()
  const tools = steps.flatMap(({ tools = [] }, index) =>
    tools.map((one) => ({ productId, position: index + 1, ...one })),
  )
  if (tools.length > 0) await db.insertInto('planning.routingTool').values(tools).execute()
}

export async function removeProduct(db: Db, id: ProductId): Promise<void> {
  await db.deleteFrom('planning.product').where('id', '=', id).execute()
}

/** How many orders there are of a product: open ones, and all of them. */
export async function countOrders(db: Db, id: ProductId): Promise<{ open: number; all: number }> {
  return db
    .selectFrom('planning.productionOrder')
    .select((eb) => eb.fn.countAll<number>().as('all'))
    .select((eb) => eb.fn.countAll<number>().filterWhere('state', '=', 'open').as('open'))
    .where('productId', '=', id)
    .executeTakeFirstOrThrow()
}

/** How many open orders each product of a site has; products without are left out. */
export function listUses(db: Db, siteId: EquipmentId): Promise<ProductUse[]> {
  return db
    .selectFrom('planning.productionOrder')
    .select('productId')
    .select((eb) => eb.fn.countAll<number>().as('openOrderCount'))
    .where('siteId', '=', siteId)
    .where('state', '=', 'open')
    .groupBy('productId')
    .orderBy('productId')
    .limit(PRODUCT_LIMIT)
    .execute()
}
