import { thousandthsOf } from '@millrace/base'
import type { BillItem, MaterialDefinition, MaterialId, SitePolicy, SiteSupply } from '@millrace/materials/contract'
import type { EquipmentId } from '@millrace/plant/contract'
import {
  type Item,
  type Receipt,
  type RequirementsProblem,
  type Demand as WantedItem,
  type WorkingDays,
  workingDays,
} from '@millrace/requirements'
import { dayOf } from './day-rules.ts'
import {
  type CustomerOrder,
  type MaterialForecast,
  type UnorderedForecast,
  unorderedForecast,
} from './forecast-demand-rules.ts'
import { hasBegun, isMadeToOrder, type OpenDemand, type OrderSupply } from './order-supply-rules.ts'

const UNIT = 1000
/** Receipts a few days early or a tenth too large are not worth a message; a week is ordered at once; orders are told five days ahead. */
const DAMPING = { days: 3, quantityRatio: 0.1, deferMoney: 20, gatherDays: 6, orderWithinDays: 5 }
/** What a year of stock costs for each franc that lies in it: interest, room and what spoils. */
const CARRYING_RATIO_PER_YEAR = 0.1
/** What nobody has ordered yet waits for what somebody has. */
const FORECAST_PRIORITY = 5
/** Nobody knows how much a supplier can hurry: the message asks. */
const EARLIEST_ARRIVAL_DAY = 1

/** A site with everything that reckoning its requirements needs to know. */
export interface SiteRequirements {
  readonly siteId: EquipmentId
  readonly siteName: string
  readonly timeZone: string
  /** By day from today: whether anybody works. */
  readonly isOpen: readonly boolean[]
  readonly supply: SiteSupply
  readonly orders: readonly OrderSupply[]
  readonly demands: readonly OpenDemand[]
  readonly forecasts: readonly MaterialForecast[]
}

/** All sites of a company, read at one moment: they supply each other. */
export interface RequirementState {
  readonly nowMs: number
  readonly sites: readonly SiteRequirements[]
}

/** A material at a site, as the problem names it. */
export interface Place {
  readonly site: SiteRequirements
  readonly material: MaterialDefinition
  readonly policy: SitePolicy
}

export interface StatedRequirements {
  readonly problem: RequirementsProblem
  readonly horizonDays: number
  /** By the problem's names of items. */
  readonly places: ReadonlyMap<string, Place>
}

function itemIdOf(siteId: EquipmentId, materialId: MaterialId): string {
  return `${siteId}/${materialId}`
}

/** The problem's name of a forecast. */
export function forecastDemandId(siteId: EquipmentId, materialId: MaterialId, weekOn: string): string {
  return `forecast:${siteId}/${materialId}/${weekOn}`
}

/** What the ids of demands and receipts in the problem stand for. */
export type Named =
  | { readonly kind: 'demand'; readonly id: string }
  | { readonly kind: 'order'; readonly id: string }
  | { readonly kind: 'receipt'; readonly id: string }

export function namedBy(id: string): Named {
  const [kind, of = ''] = id.split(':')
  return { kind: kind as Named['kind'], id: of }
}

/** States what is wanted of every material at every site, what there is and what is on its way. */
export function stateRequirements(state: RequirementState, horizonDays: number): StatedRequirements {
  const sites = new Map(state.sites.map((site) => [site.siteId, site]))
  const materials = new Map(state.sites.flatMap(({ supply }) => supply.materials.map((one) => [one.id, one] as const)))
  const bills = new Map(
    state.sites.flatMap(({ supply }) => supply.bills.map((one) => [one.materialId, one.items] as const)),
  )
  const places = new Map<string, Place>()
  const items: Item[] = []
  const add = (siteId: EquipmentId, materialId: MaterialId): void => {
    const id = itemIdOf(siteId, materialId)
    const site = sites.get(siteId)
    const material = materials.get(materialId)
    if (places.has(id) || !site || !material) return
    const policy = policyOf(site, materialId, bills.has(materialId))
    places.set(id, { site, material, policy })
    const components = componentsOf(policy, bills)
    items.push(itemOf(id, site, policy, components))
    for (const component of components) add(component.siteId, component.materialId)
  }
  for (const { siteId, supply, orders, demands, forecasts } of state.sites)
    for (const { materialId } of [...supply.policies, ...orders, ...demands, ...forecasts, ...supply.receipts])
      add(siteId, materialId)
  const known = new Set(places.keys())
  const keep = <T extends { readonly itemId: string; readonly quantity: number }>(rows: readonly T[]) =>
    rows.filter(({ itemId, quantity }) => known.has(itemId) && quantity > 0)
  const calendars = state.sites.map(({ siteId, isOpen }) => ({ id: siteId, isOpen }))
  return {
    ...{ horizonDays, places },
    problem: {
      ...{ horizonDays, calendars, items, damping: DAMPING, carryingRatioPerYear: CARRYING_RATIO_PER_YEAR },
      demands: keep(state.sites.flatMap((site) => demandsOf(site, state.nowMs, bills))),
      receipts: keep(state.sites.flatMap((site) => receiptsOf(site, state.nowMs))),
    },
  }
}

/** What was not decided about a material: made where there is a bill, bought otherwise, at once and for nothing. */
function policyOf({ siteId, supply }: SiteRequirements, materialId: MaterialId, hasBill: boolean): SitePolicy {
  const zero = '0' as SitePolicy['safetyStock']
  return (
    supply.policies.find((one) => one.materialId === materialId) ?? {
      ...{ siteId, materialId, supply: hasBill ? 'make' : 'buy', fromSiteId: null, supplier: null, leadTimeDays: 0 },
      ...{ safetyStock: zero, lot: { kind: 'lot-for-lot' }, unitCost: zero, responsible: null },
    }
  )
}

interface Taken {
  readonly siteId: EquipmentId
  readonly materialId: MaterialId
  readonly quantityPer: number
  readonly scrapRatio: number
}

type Bills = ReadonlyMap<MaterialId, readonly BillItem[]>

/** What it is made of at its own site, or the same material at the site that sends it. */
function componentsOf({ siteId, materialId, supply, fromSiteId }: SitePolicy, bills: Bills): Taken[] {
  if (supply === 'buy') return []
  if (supply === 'transfer')
    return fromSiteId === null ? [] : [{ siteId: fromSiteId, materialId, quantityPer: UNIT, scrapRatio: 0 }]
  return (bills.get(materialId) ?? []).map(({ componentId, quantityPer, scrapRatio }) => ({
    ...{ siteId, scrapRatio, materialId: componentId, quantityPer: thousandthsOf(quantityPer) },
  }))
}

function itemOf(
  id: string,
  { siteId, supply }: SiteRequirements,
  policy: SitePolicy,
  components: readonly Taken[],
): Item {
  const { materialId, lot, leadTimeDays } = policy
  const unit = supply.materials.find((one) => one.id === materialId)?.unit
  // Nobody makes or sells a part of a piece.
  const least = unit === 'pcs' ? UNIT : 1
  const multiple = lot.kind === 'multiple' ? Math.max(thousandthsOf(lot.multiple), least) : least
  return {
    ...{ id, leadTimeDays, calendarId: siteId, unitCost: Number(policy.unitCost) },
    onHand: thousandthsOf(supply.stock.find((one) => one.materialId === materialId)?.quantity ?? '0'),
    safetyStock: thousandthsOf(policy.safetyStock),
    lot: { multiple, minimum: lot.kind === 'multiple' ? thousandthsOf(lot.minimum) : 0 },
    components: components.map((one) => ({
      ...{ itemId: itemIdOf(one.siteId, one.materialId), quantityPer: one.quantityPer, scrapRatio: one.scrapRatio },
    })),
  }
}

function demandsOf(site: SiteRequirements, nowMs: number, bills: Bills): WantedItem[] {
  const days = { timeZone: site.timeZone, nowMs }
  const wanted = site.demands.map(({ id, materialId, quantity, dueAt, priority }) => ({
    ...{ id: `demand:${id}`, itemId: itemIdOf(site.siteId, materialId), priority },
    ...{ quantity: thousandthsOf(quantity), dueDay: dayOf(days, dueAt) },
  }))
  const ownCalendar = workingDays({ id: site.siteId, isOpen: site.isOpen })
  // Its components are wanted for it alone. The stock counts them until it is completed: of one that has begun they are wanted now.
  const taken = site.orders
    .filter((order) => isMadeToOrder(order, site.demands))
    .flatMap((order) => {
      const policy = policyOf(site, order.materialId, bills.has(order.materialId))
      const value = order.quantity * Number(policy.unitCost)
      const endDay = Math.max(0, dayOf(days, order.plannedEndAt ?? order.dueAt))
      const startDay =
        order.plannedStartAt === null
          ? ownCalendar.back(endDay, policy.leadTimeDays)
          : dayOf(days, order.plannedStartAt)
      return componentsOf({ ...policy, supply: 'make' }, bills).map((one) => ({
        ...{ id: `order:${order.id}:${one.materialId}`, itemId: itemIdOf(one.siteId, one.materialId), value },
        ...{ priority: order.priority, dueDay: Math.max(0, startDay) },
        quantity: Math.ceil((order.quantity * one.quantityPer) / (1 - one.scrapRatio) - 1e-6),
      }))
    })
  const expected = forecastOf(site, nowMs).map(({ materialId, weekOn, thousandths, dueDay }) => ({
    ...{ id: forecastDemandId(site.siteId, materialId, weekOn), itemId: itemIdOf(site.siteId, materialId), dueDay },
    ...{ quantity: thousandths, priority: FORECAST_PRIORITY },
  }))
  return [...wanted, ...taken, ...expected]
}

/** What a site expects to be wanted beyond what is ordered. What another site is sent is no sale, and uses up no forecast. */
export function forecastOf(site: SiteRequirements, nowMs: number): UnorderedForecast[] {
  const sold: CustomerOrder[] = [
    ...site.demands
      .filter(({ isTransfer }) => !isTransfer)
      .map(({ materialId, dueAt, quantity }) => ({ materialId, dueAt, thousandths: thousandthsOf(quantity) })),
    ...site.orders
      .filter((order) => isMadeToOrder(order, site.demands))
      .map(({ materialId, dueAt, quantity }) => ({ materialId, dueAt, thousandths: quantity * UNIT })),
  ]
  return unorderedForecast(site.forecasts, sold, { timeZone: site.timeZone, nowMs }, site.isOpen)
}

function receiptsOf(site: SiteRequirements, nowMs: number): Receipt[] {
  const days = { timeZone: site.timeZone, nowMs }
  const working = workingDays({ id: site.siteId, isOpen: site.isOpen })
  const made = site.orders
    .filter((order) => !isMadeToOrder(order, site.demands))
    .map((order) => orderReceipt(order, site, nowMs, working))
  const coming = site.supply.receipts.map(({ id, materialId, quantity, expectedAt }) => {
    const day = Math.max(0, dayOf(days, expectedAt))
    return {
      ...{ id: `receipt:${id}`, itemId: itemIdOf(site.siteId, materialId), quantity: thousandthsOf(quantity), day },
      // What another site sends is demand there, written down.
      ...{ earliestDay: Math.min(day, EARLIEST_ARRIVAL_DAY), takesComponents: false },
    }
  })
  return [...made, ...coming]
}

function orderReceipt(order: OrderSupply, site: SiteRequirements, nowMs: number, working: WorkingDays): Receipt {
  const { id, materialId, quantity } = order
  const day = Math.max(0, dayOf({ timeZone: site.timeZone, nowMs }, order.plannedEndAt ?? order.dueAt))
  const begun = hasBegun(order, nowMs)
  const leadTimeDays = site.supply.policies.find((one) => one.materialId === materialId)?.leadTimeDays ?? 0
  return {
    ...{ id: `order:${id}`, itemId: itemIdOf(site.siteId, materialId), quantity: quantity * UNIT, day },
    earliestDay: begun ? undefined : Math.min(day, working.ahead(leadTimeDays)),
    takesComponents: true,
  }
}
