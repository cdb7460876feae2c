import { DAY_MS, decimalOf, epochMs, type Instant, thousandthsOf } from '@millrace/base'
import type { MaterialDefinition, MaterialId, ReceiptId, SiteSupply } from '@millrace/materials/contract'
import type { ActionMessage, RequirementsPlan, Supply } from '@millrace/requirements'
import type { OrderId } from './contract.ts'
import { momentOf, movedTo } from './day-rules.ts'
import { type Cause, MESSAGE_LIMIT, type ActionMessage as Told } from './requirement-contract.ts'
import {
  forecastDemandId,
  forecastOf,
  namedBy,
  type Place,
  type RequirementState,
  type StatedRequirements,
} from './requirement-problem-rules.ts'
import { weekName } from './week-rules.ts'

/** A message as it is kept. */
export interface MessageRow
  extends Omit<Told, 'siteName' | 'materialCode' | 'materialName' | 'unit' | 'reference' | 'what' | 'why'> {
  /** The same matter has the same key each time it is reckoned. */
  readonly key: string
  /** When it is to be begun or ordered. */
  readonly startAt: Instant
  readonly madeAt: Instant
}

/** What was said before: to know again what was decided about. */
export type KnownMessage = Pick<
  MessageRow,
  | 'id'
  | 'key'
  | 'siteId'
  | 'state'
  | 'snoozedUntil'
  | 'toAt'
  | 'toQuantity'
  | 'isTooLate'
  | 'cause'
  | 'decidedAt'
  | 'owner'
>

/** A message as it was reckoned, before anybody has decided about it. */
export type FreshMessage = Omit<
  MessageRow,
  'id' | 'state' | 'snoozedUntil' | 'reason' | 'decidedAt' | 'decidedBy' | 'madeAt'
>

/** Deliveries are there in the morning, what is made is done at the end of the early shift. */
const MORNING_MINUTE = 8 * 60
const AFTERNOON_MINUTE = 16 * 60
/** No bill is deeper; more demands than these are only counted so far. */
const STEPS_MAX = 30
const DEMANDS_MAX = 200

/** The most urgent messages of a plan, with their causes by name. */
export function freshMessages(
  state: RequirementState,
  { places }: StatedRequirements,
  { messages }: RequirementsPlan,
): FreshMessage[] {
  const names = demandNames(state)
  const seen = new Map<string, number>()
  return messages.slice(0, MESSAGE_LIMIT).flatMap((message) => {
    const place = places.get(message.itemId)
    if (!place) return []
    const cause = causeOf(message.supply, places, names, state.nowMs)
    const subject = message.receiptId ?? cause.demand?.number ?? 'stock'
    const matter = `${message.kind}|${message.itemId}|${subject}`
    const count = (seen.get(matter) ?? 0) + 1
    seen.set(matter, count)
    return [rowOf(message, place, cause, count === 1 ? matter : `${matter}|${count}`, state.nowMs)]
  })
}

function rowOf(message: ActionMessage, place: Place, cause: Cause, key: string, nowMs: number): FreshMessage {
  const { site, policy } = place
  const days = { timeZone: site.timeZone, nowMs }
  const named = message.receiptId === undefined ? undefined : namedBy(message.receiptId)
  const fromAt = named ? comesAt(place, named.id) : undefined
  const minute = policy.supply === 'make' ? AFTERNOON_MINUTE : MORNING_MINUTE
  const at = (day: number) => momentOf(days, day, minute)
  return {
    ...{ key, siteId: site.siteId, materialId: policy.materialId as MaterialId, kind: message.kind },
    supply: policy.supply,
    orderId: named?.kind === 'order' ? (named.id as OrderId) : null,
    receiptId: named?.kind === 'receipt' ? (named.id as ReceiptId) : null,
    fromAt: fromAt ?? null,
    toAt: fromAt ? movedTo(days, fromAt, message.toDay) : at(message.toDay),
    fromQuantity: message.fromQuantity === undefined ? null : decimalOf(message.fromQuantity),
    toQuantity: decimalOf(message.toQuantity),
    startAt: at(message.supply.startDay),
    wantedAt: at(message.wantedDay),
    isTooLate: message.isTooLate,
    actByAt: momentOf(days, message.actByDay, 0),
    ...{ priority: message.supply.priority, money: Math.round(message.money * 100) / 100, cause },
    owner: policy.responsible,
  }
}

function comesAt({ site }: Place, id: string): Instant | undefined {
  const order = site.orders.find((one) => one.id === id)
  return order?.plannedEndAt ?? order?.dueAt ?? site.supply.receipts.find((one) => one.id === id)?.expectedAt
}

type WantedBy = NonNullable<Cause['demand']>

/** Every demand by the name that the problem gives it. */
function demandNames({ sites, nowMs }: RequirementState): ReadonlyMap<string, WantedBy> {
  return new Map(
    sites.flatMap((site) => {
      const { siteId, timeZone, demands, orders, supply } = site
      return [
        ...demands.map(({ id, number, customer, materialName, quantity, unit, dueAt }) => {
          const wanted: WantedBy = { kind: 'customer', number, customer, materialName, quantity, unit, dueAt }
          return [`demand:${id}`, wanted] as const
        }),
        ...orders.map(({ id, number, customer, materialId, quantity, dueAt }) => {
          const material = materialOf(supply, materialId)
          const wanted: WantedBy = {
            ...{ kind: 'order', number, customer, materialName: material?.name ?? '', dueAt },
            ...{ quantity: decimalOf(quantity * 1000), unit: material?.unit ?? 'pcs' },
          }
          return [`order:${id}`, wanted] as const
        }),
        ...forecastOf(site, nowMs).map(({ materialId, weekOn, thousandths, dueDay }) => {
          const material = materialOf(supply, materialId)
          const wanted: WantedBy = {
            ...{ kind: 'forecast', number: weekName(weekOn), customer: null, materialName: material?.name ?? '' },
            ...{ quantity: decimalOf(thousandths), unit: material?.unit ?? 'pcs' },
            dueAt: momentOf({ timeZone, nowMs }, dueDay, AFTERNOON_MINUTE),
          }
          return [forecastDemandId(siteId, materialId, weekOn), wanted] as const
        }),
      ]
    }),
  )
}

function materialOf(supply: SiteSupply, materialId: MaterialId): MaterialDefinition | undefined {
  return supply.materials.find((one) => one.id === materialId)
}

/** A demand's name without what of it is meant: `order:ID:MATERIAL` is of the order. */
function nameOf(demandId: string): string {
  return demandId.split(':').slice(0, 2).join(':')
}

function causeOf(
  supply: Supply,
  places: ReadonlyMap<string, Place>,
  names: ReadonlyMap<string, WantedBy>,
  nowMs: number,
): Cause {
  const steps: Cause['steps'] = []
  let at = supply
  let demand: WantedBy | null = null
  for (let depth = 0; depth < STEPS_MAX; depth++) {
    const cause = at.pegs[0]?.requirement.cause
    if (!cause) break
    if ('demandId' in cause) {
      demand = names.get(nameOf(cause.demandId)) ?? null
      break
    }
    at = cause.supply
    const place = places.get(at.itemId)
    if (!place) break
    const days = { timeZone: place.site.timeZone, nowMs }
    steps.push({
      how: place.policy.supply === 'transfer' ? 'sent' : 'made',
      ...{ materialName: place.material.name, siteName: place.site.siteName, unit: place.material.unit },
      ...{ quantity: decimalOf(at.quantity), dueAt: momentOf(days, at.day, AFTERNOON_MINUTE) },
    })
  }
  return { partner: partnerOf(places, supply.itemId), steps, demand, others: Math.max(0, demandsOf(supply).size - 1) }
}

function partnerOf(places: ReadonlyMap<string, Place>, itemId: string): string | null {
  const policy = places.get(itemId)?.policy
  if (policy?.supply !== 'transfer') return policy?.supplier ?? null
  return [...places.values()].find(({ site }) => site.siteId === policy.fromSiteId)?.site.siteName ?? null
}

function demandsOf(supply: Supply): Set<string> {
  const found = new Set<string>()
  const seen = new Set<Supply>()
  const walk = (one: Supply): void => {
    if (seen.has(one) || found.size >= DEMANDS_MAX) return
    seen.add(one)
    for (const { requirement } of one.pegs)
      if ('demandId' in requirement.cause) found.add(nameOf(requirement.cause.demandId))
      else walk(requirement.cause.supply)
  }
  walk(supply)
  return found
}

/** Nearer than this, a message says the same as before. */
const SAME_MS = 3 * DAY_MS
const SAME_RATIO = 0.1

/** Whether a message is still about what somebody has decided about: then the decision holds. */
export function isSameMatter(
  before: Pick<KnownMessage, 'toAt' | 'toQuantity' | 'isTooLate' | 'cause'>,
  after: Pick<FreshMessage, 'toAt' | 'toQuantity' | 'isTooLate' | 'cause'>,
): boolean {
  const quantity = thousandthsOf(before.toQuantity)
  return (
    before.cause.demand?.number === after.cause.demand?.number &&
    (before.isTooLate || !after.isTooLate) &&
    Math.abs(epochMs(before.toAt) - epochMs(after.toAt)) <= SAME_MS &&
    Math.abs(quantity - thousandthsOf(after.toQuantity)) <= SAME_RATIO * quantity
  )
}

/** What was decided stays so long behind what it was about, so that it is known again. */
const REMEMBERED_MS = 30 * DAY_MS

/** Of messages that were not reckoned again, those that nobody needs any more. */
export function isForgotten({ state, decidedAt }: Pick<KnownMessage, 'state' | 'decidedAt'>, nowMs: number): boolean {
  return state === 'open' || state === 'snoozed' || decidedAt === null || epochMs(decidedAt) < nowMs - REMEMBERED_MS
}
