import type { Db } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import { sql } from 'kysely'
import type { ProductId } from './contract.ts'
import {
  FORECAST_LIMIT,
  FORECAST_WEEKS,
  type ForecastAbout,
  type ForecastWeek,
  HISTORY_WEEKS,
  type SalesWeek,
  type WeekOn,
} from './forecast-contract.ts'
import './tables.ts'

/** Rows of one statement: its parameters are counted in 16 bits. */
const ROWS_AT_ONCE = 5000
/** What is kept of a forecast that reaches further because its history ends long ago. */
const WEEKS_MAX = 4 * FORECAST_WEEKS

type OfProduct<T> = T & { readonly productId: ProductId }

/** By code. */
export function listForecastProducts(
  db: Db,
  siteId: EquipmentId,
): Promise<{ productId: ProductId; code: string; name: string }[]> {
  return db
    .selectFrom('planning.product')
    .select(['id as productId', 'code', 'name'])
    .where('siteId', '=', siteId)
    .orderBy('code')
    .limit(FORECAST_LIMIT)
    .execute()
}

/** Of some products, by product and week. @param sinceOn the first week wanted */
export async function listSales(
  db: Db,
  productIds: readonly ProductId[],
  sinceOn: WeekOn,
): Promise<OfProduct<SalesWeek>[]> {
  if (productIds.length === 0) return []
  return db
    .selectFrom('planning.salesWeek')
    .select(['productId', 'quantity', dateOf('week_on').as('weekOn')])
    .where('productId', 'in', productIds)
    .where('weekOn', '>=', sinceOn)
    .orderBy('productId')
    .orderBy('weekOn')
    .limit(productIds.length * (HISTORY_WEEKS + 1))
    .execute()
}

/** Adds weeks, or says anew what was sold in them. */
export async function saveSales(db: Db, rows: readonly OfProduct<SalesWeek>[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
    await db
      .insertInto('planning.salesWeek')
      .values(rows.slice(from, from + ROWS_AT_ONCE))
      .onConflict((conflict) =>
        conflict
          .columns(['enterpriseId', 'productId', 'weekOn'])
          .doUpdateSet((eb) => ({ quantity: eb.ref('excluded.quantity') })),
      )
      .execute()
}

export async function listAbout(db: Db, productIds: readonly ProductId[]): Promise<OfProduct<ForecastAbout>[]> {
  if (productIds.length === 0) return []
  return db
    .selectFrom('planning.forecast')
    .select(['productId', 'method', 'wapeRatio', 'biasRatio', 'naiveWapeRatio', 'naiveIsBest', 'testedWeeks'])
    .select(['mendedWeeks', 'computedAt', dateOf('history_until_on').as('historyUntilOn')])
    .where('productId', 'in', productIds)
    .limit(productIds.length)
    .execute()
}

/** Weeks from one on, with what planners say instead, by product and week. */
export async function listForecastWeeks(
  db: Db,
  productIds: readonly ProductId[],
  fromOn: WeekOn,
): Promise<OfProduct<ForecastWeek>[]> {
  if (productIds.length === 0) return []
  const rows = await db
    .selectFrom('planning.forecastWeek as week')
    .leftJoin('planning.forecastOverride as override', (join) =>
      join.onRef('override.productId', '=', 'week.productId').onRef('override.weekOn', '=', 'week.weekOn'),
    )
    .select(['week.productId', 'week.quantity', 'week.lowQuantity', 'week.highQuantity'])
    .select(['override.quantity as wanted', 'override.reason', 'override.setBy', 'override.setAt'])
    .select(dateOf('week.week_on').as('weekOn'))
    .where('week.productId', 'in', productIds)
    .where('week.weekOn', '>=', fromOn)
    .orderBy('week.productId')
    .orderBy('week.weekOn')
    .limit(productIds.length * WEEKS_MAX)
    .execute()
  return rows.map(({ wanted, reason, setBy, setAt, ...week }) => ({
    ...week,
    override:
      wanted === null || reason === null || setBy === null || setAt === null
        ? null
        : { quantity: wanted, reason, setBy, setAt },
  }))
}

/** Replaces the forecast of a product. What planners said instead stays. */
export async function saveForecast(
  db: Db,
  productId: ProductId,
  about: ForecastAbout,
  weeks: readonly Omit<ForecastWeek, 'override'>[],
): Promise<void> {
  await db.deleteFrom('planning.forecast').where('productId', '=', productId).execute()
  await db
    .insertInto('planning.forecast')
    .values({ productId, ...about })
    .execute()
  await db
    .insertInto('planning.forecastWeek')
    .values(weeks.map((week) => ({ productId, ...week })))
    .execute()
}

export async function saveOverride(
  db: Db,
  productId: ProductId,
  weekOn: WeekOn,
  override: NonNullable<ForecastWeek['override']>,
): Promise<void> {
  await db
    .insertInto('planning.forecastOverride')
    .values({ productId, weekOn, ...override })
    .onConflict((conflict) => conflict.columns(['enterpriseId', 'productId', 'weekOn']).doUpdateSet(override))
    .execute()
}

export async function removeOverride(db: Db, productId: ProductId, weekOn: WeekOn): Promise<void> {
  await db
    .deleteFrom('planning.forecastOverride')
    .where('productId', '=', productId)
    .where('weekOn', '=', weekOn)
    .execute()
}

/** A date as it is written; the driver would make a moment of it. */
function dateOf(column: string) {
  return sql<string>`to_char(${sql.ref(column)}, 'YYYY-MM-DD')`
}
