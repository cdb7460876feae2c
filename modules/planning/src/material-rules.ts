import { DAY_MS, epochMs, SECOND_MS, thousandthsOf } from '@millrace/base'
import { type ExpectedReceipt, type MaterialId, needOf, type SiteSupply } from '@millrace/materials/contract'
import type { FactoryMaterial } from '@millrace/scheduling'
import type { OrderId, Product, ProductionOrder } from './contract.ts'
import { operationIdOf } from './operation-rules.ts'

/** What should have come already is assumed to come this much later than now. */
const OVERDUE_MS = DAY_MS
/** How long a material takes that the site has no policy for. */
const LEAD_TIME_DAYS = 7
/** The engine counts in whole numbers up to this; larger amounts are counted in coarser units. */
const COUNT_MAX = 1_000_000_000

/** How the ids of arrivals begin whose time nobody knows. */
const GUESS = 'assumed'
/** How much sooner than planned those may come without a fault: a guess moves on with the clock, and a plan lives for days. */
const GUESS_SLACK_S = (3 * DAY_MS) / SECOND_MS

/** Materials as a plan is checked against them. */
export function checkedMaterials(materials: readonly FactoryMaterial[]): FactoryMaterial[] {
  return materials.map((material) => ({
    ...material,
    arrivals: material.arrivals.map((one) =>
      one.id.startsWith(GUESS) ? { ...one, atS: Math.max(0, one.atS - GUESS_SLACK_S) } : one,
    ),
  }))
}

/** {@link checkedMaterials}, but what should have come already may not be counted on before it is expected now. */
export function awaitedMaterials(materials: readonly FactoryMaterial[]): FactoryMaterial[] {
  return checkedMaterials(materials).map((checked, at) => ({
    ...checked,
    arrivals: checked.arrivals.map((one, index) => (one.id === GUESS ? one : (materials[at]?.arrivals[index] ?? one))),
  }))
}

type Order = Pick<ProductionOrder, 'id' | 'productId' | 'quantity' | 'dueAt'>

/** What an operation takes of a material, in thousandths of its unit. */
export interface Need {
  readonly orderId: OrderId
  readonly operationId: string
  readonly materialId: MaterialId
  readonly amount: number
  readonly dueMs: number
}

/** Something that comes. `overdue` should have come before now; `assumed` is what nobody has ordered. */
export interface Coming {
  readonly kind: 'receipt' | 'overdue' | 'assumed'
  /** As the engine knows it: the receipt's, or one that begins with `assumed`. */
  readonly id: string
  readonly atMs: number
  readonly receipt: ExpectedReceipt | undefined
}

/** What one operation waits for because another order of the site makes it. */
export interface Peg {
  readonly operationId: string
  readonly materialId: MaterialId
}

/** What the orders take and where it comes from, for the engine and for words. */
export interface StatedMaterials {
  readonly materials: readonly FactoryMaterial[]
  /** By operation, what it takes of stock and of what comes, as the engine counts. */
  readonly takes: ReadonlyMap<string, readonly { readonly materialId: string; readonly quantity: number }[]>
  /** By operation. */
  readonly pegs: ReadonlyMap<string, readonly Peg[]>
  /** By operation, everything that it takes. */
  readonly needs: ReadonlyMap<string, readonly Need[]>
  /** By material, soonest first. */
  readonly coming: ReadonlyMap<string, readonly Coming[]>
  /** By order: material that would come only behind the end of the plan. */
  readonly missing: ReadonlyMap<OrderId, MaterialId>
}

/** The time of a plan, epoch milliseconds. */
interface Times {
  readonly originMs: number
  readonly nowMs: number
  readonly toMs: number
}

/** What the operations of orders take, by the bills of what they make. A step that a bill names and nobody does is the first one. */
export function needsOf(
  orders: readonly Order[],
  products: ReadonlyMap<string, Product>,
  { bills }: Pick<SiteSupply, 'bills'>,
): Need[] {
  const itemsOf = new Map(bills.map(({ materialId, items }) => [materialId, items]))
  return orders.flatMap(({ id, productId, quantity, dueAt }) => {
    const product = products.get(productId)
    if (!product || product.materialId === null) return []
    const steps = product.steps.map(({ name }) => name)
    return (itemsOf.get(product.materialId) ?? []).map((item) => ({
      ...{ orderId: id, materialId: item.componentId, dueMs: epochMs(dueAt) },
      operationId: operationIdOf(id, Math.max(0, steps.indexOf(item.stepName ?? '')) + 1),
      amount: needOf(item, quantity * 1000),
    }))
  })
}

/** When the last material comes that some order waits for; undefined when everything is there. */
export function lastComingMs(needs: readonly Need[], supply: SiteSupply, nowMs: number): number | undefined {
  const times: number[] = []
  for (const [materialId, takers] of Map.groupBy(needs, (need) => need.materialId)) {
    const wanted = takers.reduce((sum, { amount }) => sum + amount, 0)
    const { stock, coming } = sourcesOf(supply, materialId, nowMs)
    if (wanted <= stock) continue
    const received = coming.reduce((sum, { amount }) => sum + amount, stock)
    times.push(...coming.map(({ atMs }) => atMs))
    if (wanted > received) times.push(nowMs + leadTimeMs(supply, materialId))
  }
  return times.length === 0 ? undefined : Math.max(...times)
}

/**
 * States what the orders take. A material that orders of the site make themselves is handed out by due date: first what lies there,
 * then what comes, and what an order makes, each by its time. What nobody has ordered is assumed to come after its lead time, so
 * that every order can be planned; where that is behind the end of the plan, the orders that are due last are left out.
 */
export function stateMaterials(
  orders: readonly Order[],
  products: ReadonlyMap<string, Product>,
  supply: SiteSupply,
  times: Times,
): StatedMaterials {
  const missing = new Map<OrderId, MaterialId>()
  for (;;) {
    const planned = orders.filter(({ id }) => !missing.has(id))
    const needs = needsOf(planned, products, supply)
    const makers = Map.groupBy(
      planned.filter(({ productId }) => products.get(productId)?.materialId != null),
      ({ productId }) => products.get(productId)?.materialId as MaterialId,
    )
    const stated = {
      ...{ materials: [] as FactoryMaterial[], missing, needs: Map.groupBy(needs, ({ operationId }) => operationId) },
      ...{ takes: new Map<string, { materialId: string; quantity: number }[]>(), pegs: new Map<string, Peg[]>() },
      coming: new Map<string, Coming[]>(),
    }
    const before = missing.size
    for (const [materialId, takers] of Map.groupBy(needs, (need) => need.materialId)) {
      const made = (makers.get(materialId) ?? []).map((order) => makerOf(order, products.get(order.productId)))
      const handed = handOut(materialId, takers, made, supply, times)
      if (handed.material) stated.materials.push(handed.material)
      stated.coming.set(materialId, handed.coming)
      for (const { operationId, quantity } of handed.takes) add(stated.takes, operationId, { materialId, quantity })
      for (const [operationId, makerId] of handed.pegs)
        add(stated.pegs, operationId, { operationId: makerId, materialId })
      for (const orderId of handed.missing) missing.set(orderId, materialId)
    }
    if (missing.size === before) return stated
  }
}

interface Maker {
  /** The last operation of the order. */
  readonly operationId: string
  readonly amount: number
  readonly dueMs: number
}

function makerOf({ id, quantity, dueAt }: Order, product: Product | undefined): Maker {
  return {
    operationId: operationIdOf(id, product?.steps.length ?? 1),
    amount: quantity * 1000,
    dueMs: epochMs(dueAt),
  }
}

interface HandedOut {
  readonly material: FactoryMaterial | undefined
  readonly coming: Coming[]
  readonly takes: readonly { readonly operationId: string; readonly quantity: number }[]
  /** Pairs of the operation that takes and the one that makes. */
  readonly pegs: readonly (readonly [string, string])[]
  readonly missing: readonly OrderId[]
}

function handOut(
  materialId: MaterialId,
  takers: readonly Need[],
  makers: readonly Maker[],
  supply: SiteSupply,
  { originMs, nowMs, toMs }: Times,
): HandedOut {
  const known = sourcesOf(supply, materialId, nowMs)
  const inTime = known.coming.filter(({ atMs }) => atMs < toMs)
  const scale = scaleOf([...takers, ...inTime, ...makers, { amount: known.stock }].map(({ amount }) => amount))
  // What is there is rounded down and what is taken up: in coarser units nothing may seem to be there that is not.
  const stock = Math.floor(known.stock / scale)
  const receipts = inTime.map(({ amount, ...one }) => ({ ...one, quantity: Math.floor(amount / scale) }))
  const sources = [
    { atMs: Number.NEGATIVE_INFINITY, left: stock, maker: undefined },
    ...receipts.map(({ atMs, quantity }) => ({ atMs, left: quantity, maker: undefined })),
    ...makers.map(({ dueMs, amount, operationId }) => ({
      ...{ atMs: dueMs, left: Math.floor(amount / scale), maker: operationId },
    })),
  ].sort((a, b) => a.atMs - b.atMs)
  const assumedMs = nowMs + leadTimeMs(supply, materialId)
  const takes: { operationId: string; quantity: number }[] = []
  const pegs: (readonly [string, string])[] = []
  const missing: OrderId[] = []
  let assumed = 0
  for (const { operationId, orderId, amount } of takers.toSorted((a, b) => a.dueMs - b.dueMs || compare(a, b))) {
    let wanted = Math.ceil(amount / scale)
    let free = 0
    for (const source of sources) {
      const taken = Math.min(source.left, wanted)
      if (taken === 0) continue
      source.left -= taken
      wanted -= taken
      if (source.maker === undefined) free += taken
      else pegs.push([operationId, source.maker])
    }
    if (wanted > 0 && assumedMs >= toMs) missing.push(orderId)
    assumed += wanted
    if (free + wanted > 0) takes.push({ operationId, quantity: free + wanted })
  }
  const coming: Coming[] = receipts.map(({ quantity: _, ...one }) => one)
  const arrivals = receipts
    .filter(({ quantity }) => quantity > 0)
    .map(({ id, atMs, quantity }) => ({ id, atS: secondsTo(atMs, originMs), quantity }))
  if (assumed > 0) {
    coming.push({ kind: 'assumed', id: GUESS, atMs: assumedMs, receipt: undefined })
    arrivals.push({ id: GUESS, atS: secondsTo(assumedMs, originMs), quantity: assumed })
  }
  coming.sort((a, b) => a.atMs - b.atMs)
  return {
    ...{ coming, takes, pegs, missing },
    material: takes.length > 0 ? { id: materialId, stock, arrivals } : undefined,
  }
}

/** What lies there and what comes of a material, in thousandths, soonest first. */
function sourcesOf({ stock, receipts }: SiteSupply, materialId: MaterialId, nowMs: number) {
  const lies = stock.find((one) => one.materialId === materialId)
  return {
    stock: lies ? thousandthsOf(lies.quantity) : 0,
    coming: receipts
      .filter((one) => one.materialId === materialId)
      .map((receipt) => {
        const expectedMs = epochMs(receipt.expectedAt)
        const isOverdue = expectedMs <= nowMs
        return {
          ...{
            id: isOverdue ? `${GUESS} ${receipt.id}` : receipt.id,
            receipt,
            amount: thousandthsOf(receipt.quantity),
          },
          kind: isOverdue ? ('overdue' as const) : ('receipt' as const),
          atMs: isOverdue ? nowMs + OVERDUE_MS : expectedMs,
        }
      })
      .sort((a, b) => a.atMs - b.atMs),
  }
}

function leadTimeMs({ policies }: SiteSupply, materialId: MaterialId): number {
  const policy = policies.find((one) => one.materialId === materialId)
  return (policy?.leadTimeDays ?? LEAD_TIME_DAYS) * DAY_MS
}

/** The power of ten by which amounts are divided so that all of them together can be counted. */
function scaleOf(amounts: readonly number[]): number {
  const total = amounts.reduce((sum, amount) => sum + amount, 0)
  return total <= COUNT_MAX ? 1 : 10 ** Math.ceil(Math.log10(total / COUNT_MAX))
}

function secondsTo(atMs: number, originMs: number): number {
  return Math.max(0, Math.ceil((atMs - originMs) / SECOND_MS))
}

function compare(a: Need, b: Need): number {
  return a.operationId < b.operationId ? -1 : 1
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
