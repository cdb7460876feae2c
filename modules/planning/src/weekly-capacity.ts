import { epochMs, instant, MINUTE_MS, SECOND_MS } from '@millrace/base'
import { getSite, shiftsWithin } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context } from '@millrace/runtime'
import { type ProductionOrder, productMissing } from './contract.ts'
import { askThread } from './engine-thread.ts'
import { weekInvalid } from './forecast-contract.ts'
import { listForecastInForce } from './forecasts.ts'
import { takenNumbers } from './order-store.ts'
import { createOrder } from './orders.ts'
import { readSiteState } from './site-state.ts'
import { addWeeks, isMonday, weekNumber, weekOnOf, weekStartMs } from './week-rules.ts'
import { answerOf, type FoundWeeks, type NamedProduct } from './weekly-answer-rules.ts'
import {
  capacityUnanswered,
  type LotOrders,
  USUAL_WEEKS,
  type WeeklyCapacity,
  type WeeklyCapacityQuery,
} from './weekly-capacity-contract.ts'
import { type WeeklyDemand, weeklyDemand } from './weekly-demand-rules.ts'
import { type StatedWeeks, stateWeeks } from './weekly-problem-rules.ts'

/** For branch and bound: a page waits for it. */
const SEARCH_S = 4
const ANSWER_MS = 25 * SECOND_MS
/** Numbers of orders are at most 40 long; the end is for what makes them different. */
const NUMBER_LENGTH = 36
const USUAL_PRIORITY = 3

/** What a weekly plan is computed from. */
export interface WeeklyWish {
  readonly stated: StatedWeeks
  readonly demands: ReadonlyMap<string, WeeklyDemand>
  readonly products: readonly NamedProduct[]
}

/** Reads what is wanted of a site in the coming weeks, and what it can do. @throws equipmentMissing, forbidden */
export async function readWeeklyWish(ctx: Context, query: WeeklyCapacityQuery): Promise<WeeklyWish> {
  const { siteId, weeks = USUAL_WEEKS } = query
  const { site } = await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:read', siteId)
  authorize(ctx.actor, 'planning:order:read', siteId)
  const state = await readSiteState(ctx, siteId)
  // The running week is the finite schedule's: its orders are under way, and most of its hours are gone.
  const weekOn = addWeeks(weekOnOf(ctx.nowMs, site.timeZone), 1)
  const forecastOf = Map.groupBy(await listForecastInForce(ctx, siteId), ({ productId }) => productId)
  const ordersOf = Map.groupBy(state.orders, ({ productId }) => productId)
  const from = { weekOn, weekCount: weeks, timeZone: site.timeZone }
  const demands = new Map(
    state.products.map(({ id }) => {
      const orders = (ordersOf.get(id) ?? []).map((order) => ({ ...order, dueMs: epochMs(order.dueAt) }))
      const forecast = new Map((forecastOf.get(id) ?? []).map((one) => [one.weekOn, one.quantity]))
      return [id as string, weeklyDemand(orders, forecast, from)]
    }),
  )
  const shifts = shiftsWithin(
    site,
    weekStartMs(weekOn, site.timeZone),
    weekStartMs(addWeeks(weekOn, weeks), site.timeZone),
  )
  return {
    ...{ stated: stateWeeks({ ...state, shifts }, demands, weekOn, weeks), demands },
    products: state.products.map(({ id, name }) => ({ id, name })),
  }
}

/** Load, overtime and lots by week, computed in a thread: the transaction that read them is over. @throws capacityUnanswered */
export async function planWeekly({ stated, demands, products }: WeeklyWish): Promise<WeeklyCapacity> {
  const found = await foundWeeks(stated)
  if (!found)
    throw capacityUnanswered('The weekly plan was not ready in time. Ask for fewer weeks, or again in a minute.')
  return answerOf(stated, demands, products, found)
}

async function foundWeeks({ problem }: StatedWeeks): Promise<FoundWeeks | undefined> {
  const script = new URL('./capacity-worker.ts', import.meta.url)
  const task = { problem, timeLimitS: SEARCH_S }
  const { answers } = await askThread<FoundWeeks>(script, task, AbortSignal.timeout(ANSWER_MS))
  return answers[0]
}

/**
 * Makes production orders of weekly lots: released at the beginning of their week, due at its end, for stock.
 *
 * @throws equipmentMissing, forbidden, productMissing, weekInvalid, tooManyOrders
 */
export async function createLotOrders(ctx: Context, { siteId, lots }: LotOrders): Promise<ProductionOrder[]> {
  const { site } = await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:order:write', siteId)
  const codes = await codesOf(ctx, siteId)
  const thisWeekOn = weekOnOf(ctx.nowMs, site.timeZone)
  const made: ProductionOrder[] = []
  for (const { productId, weekOn, quantity } of lots) {
    const code = codes.get(productId)
    if (code === undefined) throw productMissing(`This site makes no product ${productId}.`)
    if (!isMonday(weekOn) || weekOn < thisWeekOn)
      throw weekInvalid(`${weekOn} is no Monday of this week or a coming one.`)
    const startMs = weekStartMs(weekOn, site.timeZone)
    const endMs = weekStartMs(addWeeks(weekOn, 1), site.timeZone) - MINUTE_MS
    const number = await freeNumber(
      ctx,
      siteId,
      `${weekOn.slice(2, 4)}W${String(weekNumber(weekOn)).padStart(2, '0')}-${code}`,
    )
    made.push(
      await createOrder(ctx, {
        ...{ siteId, number, productId, quantity, customer: null, priority: USUAL_PRIORITY },
        ...{ releaseAt: instant(Math.min(startMs, endMs - MINUTE_MS)), dueAt: instant(endMs) },
      }),
    )
  }
  return made
}

async function codesOf(ctx: Context, siteId: EquipmentId): Promise<ReadonlyMap<string, string>> {
  const { products } = await readSiteState(ctx, siteId)
  return new Map(products.map(({ id, code }) => [id, code]))
}

async function freeNumber(ctx: Context, siteId: EquipmentId, wish: string): Promise<string> {
  const start = wish.slice(0, NUMBER_LENGTH)
  const taken = new Set(await takenNumbers(ctx.db, siteId, start))
  if (!taken.has(start.toLowerCase())) return start
  let count = 2
  while (taken.has(`${start}-${count}`.toLowerCase())) count += 1
  return `${start}-${count}`
}
