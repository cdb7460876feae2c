import { Decimal, Instant, SignedDecimal } from '@millrace/base'
import { EquipmentId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'
import { ExpectedReceipt, MaterialDefinition, MaterialId, SitePolicy } from './contract.ts'

/** The most rows of a site's outlook, those that run short first, and the most that is told of one material. */
export const OUTLOOK_LIMIT = 1000
export const FLOW_LIMIT = 2000

const nullable = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()])

/** What lies of a material at a site, and what becomes of it by the plan. */
export const StockOutlook = Type.Object({
  material: MaterialDefinition,
  policy: nullable(SitePolicy),
  onHand: Decimal,
  countedAt: nullable(Instant),
  /** What the plan takes, and what it makes. */
  taken: Decimal,
  made: Decimal,
  /** What is on its way, and when the next of it comes. */
  expected: Decimal,
  nextAt: nullable(Instant),
  /** Whether something of it should have come already. */
  overdue: Type.Boolean(),
  /** For how many days what lies there covers what the plan takes, whatever comes; null when the plan takes no more than that. */
  reachDays: nullable(Type.Number()),
  /** When there is less than nothing by the plan, and the most that is missing then. */
  shortAt: nullable(Instant),
  shortQuantity: Decimal,
  /** When it falls below the safety stock. */
  lowAt: nullable(Instant),
})
export type StockOutlook = Static<typeof StockOutlook>

/** Which plan it is by: there may be none. */
const plan = Type.Enum(['draft', 'published', 'none'])

export const SiteOutlook = Type.Object({
  siteId: EquipmentId,
  plan,
  fromAt: Instant,
  untilAt: Instant,
  items: Type.Array(StockOutlook),
})
export type SiteOutlook = Static<typeof SiteOutlook>

/** Something that comes or goes. */
export const Flow = Type.Object({
  at: Instant,
  kind: Type.Enum(['take', 'make', 'receipt']),
  change: SignedDecimal,
  /** What is left then; below zero is what is missing. */
  after: SignedDecimal,
  /** `4458 Blanking` or `PO 4711`. */
  text: Type.String(),
})
export type Flow = Static<typeof Flow>

export const MaterialOutlook = Type.Object({
  siteId: EquipmentId,
  plan,
  fromAt: Instant,
  untilAt: Instant,
  outlook: StockOutlook,
  /** In their order. */
  flows: Type.Array(Flow),
  receipts: Type.Array(ExpectedReceipt),
  /** Of its cost: the company's. */
  currency: Type.String(),
})
export type MaterialOutlook = Static<typeof MaterialOutlook>

export const OutlookQuery = Type.Object({ siteId: EquipmentId }, { additionalProperties: false })
export const MaterialOutlookQuery = Type.Object(
  { siteId: EquipmentId, materialId: MaterialId },
  { additionalProperties: false },
)
