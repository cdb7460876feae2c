import type { Db } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import { type NewProduct, PRODUCT_LIMIT, type Product, type ProductId, STEP_LIMIT } from './contract.ts'
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
  const stepsOf = Map.groupBy(steps, ({ productId }) => productId)
  const alternativesOf = Map.groupBy(alternatives, ({ productId, position }) => `${productId}.${position}`)
  return products.map((product) => ({
    ...product,
    steps: (stepsOf.get(product.id) ?? []).map(
      ({ position, name, setupFamily, splittable, operatorSkill, operatorCount, operatorTime }) => ({
        ...{ name, setupFamily, splittable },
        operators:
          operatorSkill !== null && operatorCount !== null && operatorTime !== null
            ? { skill: operatorSkill, count: operatorCount, time: operatorTime }
            : null,
        alternatives: (alternativesOf.get(`${product.id}.${position}`) ?? []).map(
          ({ workUnitId, minutesPerPiece }) => ({ workUnitId, minutesPerPiece }),
        ),
      }),
    ),
  }))
}

export function findProduct(
  db: Db,
  id: ProductId,
): Promise<Pick<Product, 'id' | 'siteId' | 'name' | 'materialId'> | undefined> {
  return db
    .selectFrom('planning.product')
    .select(['id', 'siteId', 'name', 'materialId'])
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
      steps.map(({ name, setupFamily, splittable, operators }, index) => ({
        ...{ productId, position: index + 1, name, setupFamily, splittable },
        operatorSkill: operators?.skill ?? null,
        operatorCount: operators?.count ?? null,
        operatorTime: operators?.time ?? null,
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
}
