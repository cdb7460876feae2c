import { SECOND_MS } from '@millrace/base'
import { getSite } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context } from '@millrace/runtime'
import { type ProductId, productMissing } from './contract.ts'
import { askThread } from './engine-thread.ts'
import {
  type ComputeAnswer,
  FORECAST_WEEKS,
  type ForecastSummary,
  forecastFailed,
  HISTORY_WEEKS,
  noForecast,
  type OverrideWish,
  type ProductForecast,
  SPARK_WEEKS,
  weekInvalid,
} from './forecast-contract.ts'
import { type ForecastFound, type ForecastTask, forecastTask, inForce } from './forecast-rules.ts'
import * as store from './forecast-store.ts'
import { findProduct } from './product-store.ts'
import { markStale } from './requirement-store.ts'
import { addWeeks, isMonday, weekOnOf } from './week-rules.ts'

/** Nobody waits longer; what is left comes with the next asking. */
const COMPUTE_MS = 25 * SECOND_MS
const SOON_WEEKS = 4

/** What is expected of each product of a site, in brief. @throws equipmentMissing, forbidden */
export async function listForecasts(ctx: Context, siteId: EquipmentId): Promise<ForecastSummary[]> {
  const thisWeekOn = await presentWeek(ctx, siteId)
  authorize(ctx.actor, 'planning:order:read', siteId)
  const products = await store.listForecastProducts(ctx.db, siteId)
  const ids = products.map(({ productId }) => productId)
  const about = new Map((await store.listAbout(ctx.db, ids)).map(({ productId, ...one }) => [productId, one]))
  const sales = await store.listSales(ctx.db, ids, addWeeks(thisWeekOn, -SPARK_WEEKS))
  const salesOf = Map.groupBy(sales, ({ productId }) => productId)
  const weeks = await store.listForecastWeeks(ctx.db, ids, thisWeekOn)
  const weeksOf = Map.groupBy(weeks, ({ productId }) => productId)
  return products.map((product) => {
    const own = weeksOf.get(product.productId) ?? []
    return {
      ...product,
      history: (salesOf.get(product.productId) ?? []).map(({ weekOn, quantity }) => ({ weekOn, quantity })),
      nextFourWeeks: own.length === 0 ? null : own.slice(0, SOON_WEEKS).reduce((sum, week) => sum + inForce(week), 0),
      overriddenWeeks: own.filter(({ override }) => override !== null).length,
      about: about.get(product.productId) ?? null,
    }
  })
}

/** History and forecast of one product, week by week. @throws productMissing, forbidden */
export async function getForecast(ctx: Context, productId: ProductId): Promise<ProductForecast> {
  const { siteId, name } = await getProduct(ctx, productId, 'planning:order:read')
  const thisWeekOn = await presentWeek(ctx, siteId)
  const [about] = await store.listAbout(ctx.db, [productId])
  const products = await store.listForecastProducts(ctx.db, siteId)
  const sales = await store.listSales(ctx.db, [productId], addWeeks(thisWeekOn, -HISTORY_WEEKS))
  const weeks = await store.listForecastWeeks(ctx.db, [productId], thisWeekOn)
  return {
    ...{ productId, siteId, name, code: products.find((one) => one.productId === productId)?.code ?? '' },
    history: sales.map(({ weekOn, quantity }) => ({ weekOn, quantity })),
    weeks: weeks.map(({ productId: _, ...week }) => week),
    about: about ? withoutProduct(about) : null,
  }
}

/** Says of some weeks what to count with instead, and why; null goes back to what was computed. @throws productMissing, forbidden, weekInvalid, noForecast */
export async function overrideForecast(
  ctx: Context,
  productId: ProductId,
  { weeks, reason }: OverrideWish,
): Promise<ProductForecast> {
  const { siteId, name } = await getProduct(ctx, productId, 'planning:order:write')
  const thisWeekOn = await presentWeek(ctx, siteId)
  const known = new Set((await store.listForecastWeeks(ctx.db, [productId], thisWeekOn)).map(({ weekOn }) => weekOn))
  for (const { weekOn, quantity } of weeks) {
    if (!isMonday(weekOn)) throw weekInvalid(`${weekOn} is no Monday.`)
    if (!known.has(weekOn)) throw noForecast(`There is no forecast of the week of ${weekOn} to be changed.`)
    if (quantity === null) await store.removeOverride(ctx.db, productId, weekOn)
    else
      await store.saveOverride(ctx.db, productId, weekOn, { quantity, reason, setBy: ctx.actor.name, setAt: ctx.now })
  }
  await markStale(ctx.db, ctx.now)
  ctx.audit({
    ...{ action: 'planning.forecast.override', object: `product ${productId}`, siteId },
    detail: { name, reason, weeks: weeks.map(({ weekOn, quantity }) => `${weekOn}: ${quantity ?? 'computed'}`) },
  })
  return getForecast(ctx, productId)
}

/** What there is to forecast at a site, the oldest forecasts first. @throws equipmentMissing, forbidden */
async function readForecastTasks(ctx: Context, siteId: EquipmentId): Promise<ForecastTask[]> {
  const thisWeekOn = await presentWeek(ctx, siteId)
  authorize(ctx.actor, 'planning:order:write', siteId)
  const ids = (await store.listForecastProducts(ctx.db, siteId)).map(({ productId }) => productId)
  const computedAt = new Map((await store.listAbout(ctx.db, ids)).map((one) => [one.productId, one.computedAt]))
  const sales = await store.listSales(ctx.db, ids, addWeeks(thisWeekOn, -HISTORY_WEEKS))
  const salesOf = Map.groupBy(sales, ({ productId }) => productId)
  const age = (id: ProductId) => computedAt.get(id) ?? ''
  return ids
    .toSorted((a, b) => age(a).localeCompare(age(b)))
    .map((id) => forecastTask(id, salesOf.get(id) ?? [], thisWeekOn, FORECAST_WEEKS))
    .filter((task) => task !== undefined)
}

/** Keeps what was found. @throws equipmentMissing, forbidden */
async function saveForecasts(ctx: Context, siteId: EquipmentId, found: readonly ForecastFound[]): Promise<void> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:order:write', siteId)
  for (const { productId, untilOn, forecast } of found) {
    const { method, accuracy, naive, naiveIsBest, testedWeeks, gaps, negatives, outliers } = forecast
    const about = {
      ...{ method, naiveIsBest, testedWeeks, historyUntilOn: untilOn, computedAt: ctx.now },
      ...{ wapeRatio: accuracy?.wapeRatio ?? null, biasRatio: accuracy?.biasRatio ?? null },
      naiveWapeRatio: naive?.wapeRatio ?? null,
      mendedWeeks: gaps.length + negatives.length + outliers.length,
    }
    const weeks = forecast.weeks.map(({ point, low, high }, at) => ({
      ...{ weekOn: addWeeks(untilOn, at + 1), quantity: point, lowQuantity: low, highQuantity: high },
    }))
    await store.saveForecast(ctx.db, productId as ProductId, about, weeks)
  }
  await markStale(ctx.db, ctx.now)
  ctx.audit({
    ...{ action: 'planning.forecast.compute', object: `site ${siteId}`, siteId },
    detail: { products: found.length },
  })
}

/** Runs an act in a transaction of its own. */
export type InTransaction = <T>(act: (ctx: Context) => Promise<T>, access?: 'read only') => Promise<T>

/**
 * Forecasts a site's products anew: read in one transaction, computed in a thread, kept in another. When the time is up, those that are
 * done are kept, and the next asking goes on with the others.
 *
 * @throws equipmentMissing, forbidden
 * @throws forecastFailed the models could not be run
 */
export async function computeForecasts(
  inTransaction: InTransaction,
  siteId: EquipmentId,
  signal: AbortSignal = AbortSignal.timeout(COMPUTE_MS),
): Promise<ComputeAnswer> {
  const tasks = await inTransaction((ctx) => readForecastTasks(ctx, siteId), 'read only')
  const found = tasks.length === 0 ? [] : await forecastAll(tasks, signal)
  await inTransaction((ctx) => saveForecasts(ctx, siteId, found))
  return { computedCount: found.length, leftCount: tasks.length - found.length }
}

/** What planning counts with: the planner's word, or what was computed. */
export interface ForecastInForce {
  readonly productId: ProductId
  /** The Monday on the site's calendar. */
  readonly weekOn: string
  /** Whole pieces. */
  readonly quantity: number
}

/** The forecast in force of a site's products, week by week from the running one on. @throws equipmentMissing, forbidden */
export async function listForecastInForce(ctx: Context, siteId: EquipmentId): Promise<ForecastInForce[]> {
  const thisWeekOn = await presentWeek(ctx, siteId)
  authorize(ctx.actor, 'planning:order:read', siteId)
  const ids = (await store.listForecastProducts(ctx.db, siteId)).map(({ productId }) => productId)
  const weeks = await store.listForecastWeeks(ctx.db, ids, thisWeekOn)
  return weeks.map((week) => ({ productId: week.productId, weekOn: week.weekOn, quantity: inForce(week) }))
}

async function forecastAll(tasks: readonly ForecastTask[], signal: AbortSignal): Promise<ForecastFound[]> {
  try {
    return (await askThread<ForecastFound>(new URL('./forecast-worker.ts', import.meta.url), tasks, signal)).answers
  } catch (error) {
    throw forecastFailed('The forecast could not be made now. Try again in a minute.', {}, { cause: error })
  }
}

async function getProduct(ctx: Context, id: ProductId, permission: string) {
  const product = await findProduct(ctx.db, id)
  if (!product) throw productMissing(`There is no product ${id}.`)
  authorize(ctx.actor, permission, product.siteId)
  return product
}

async function presentWeek(ctx: Context, siteId: EquipmentId): Promise<string> {
  const { site } = await getSite(ctx, siteId)
  return weekOnOf(ctx.nowMs, site.timeZone)
}

function withoutProduct<T extends { productId: ProductId }>({ productId: _, ...rest }: T): Omit<T, 'productId'> {
  return rest
}
