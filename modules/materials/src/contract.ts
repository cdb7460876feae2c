import { Decimal, Instant, id, PageQuery, problemType, productUp, SignedDecimal, thousandthsOf } from '@millrace/base'
import { EquipmentId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'

export const MaterialId = id('MaterialDefinition')
export type MaterialId = Static<typeof MaterialId>
export const ReceiptId = id('ExpectedReceipt')
export type ReceiptId = Static<typeof ReceiptId>
export const MoveId = id('StockMove')
export type MoveId = Static<typeof MoveId>

/** The most of each a company, a material or a site may have. */
export const MATERIAL_LIMIT = 10_000
export const BILL_LIMIT = 200
export const OPEN_RECEIPT_LIMIT = 5000

const strict = { additionalProperties: false } as const
const nullable = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()])
const company = nullable(Type.String({ minLength: 1, maxLength: 120 }))

const material = {
  code: Type.String({ minLength: 1, maxLength: 60 }),
  name: Type.String({ minLength: 1, maxLength: 120 }),
  /** What every quantity of it is in. */
  unit: Type.Enum(['pcs', 'kg', 'm', 'l']),
  kind: Type.Enum(['raw', 'part', 'product']),
}
/** What is stocked, bought, made or used, for the whole company (ISA-95 Part 2, material definition). */
export const MaterialDefinition = Type.Object({ id: MaterialId, ...material })
export type MaterialDefinition = Static<typeof MaterialDefinition>
export const NewMaterial = Type.Object(material, strict)
export type NewMaterial = Static<typeof NewMaterial>

/** What one unit of a material takes of another. */
export const BillItem = Type.Object(
  {
    componentId: MaterialId,
    /** In the component's unit; greater than 0. */
    quantityPer: Decimal,
    /** Of what is taken, how much is lost: 0.02 means that 2 % more are needed. */
    scrapRatio: Type.Number({ minimum: 0, maximum: 0.9 }),
    /** The step of the routing that takes it; null for the first. */
    stepName: nullable(Type.String({ minLength: 1, maxLength: 60 })),
  },
  strict,
)
export type BillItem = Static<typeof BillItem>

/** Scrap comes in floating-point ratios; millionths of the quantity are finer than any scale weighs. */
const RATIO_PARTS = 1_000_000

/**
 * How much of a component an amount of its parent takes, both in thousandths of their units: what is lost on the way is added,
 * and the result is rounded up.
 */
export function needOf(
  { quantityPer, scrapRatio }: Pick<BillItem, 'quantityPer' | 'scrapRatio'>,
  parent: number,
): number {
  const net = productUp(parent, thousandthsOf(quantityPer))
  const kept = Math.round((1 - scrapRatio) * RATIO_PARTS)
  return Number((BigInt(net) * BigInt(RATIO_PARTS) + BigInt(kept) - 1n) / BigInt(kept))
}

/** What a material is made of, one level deep. */
export const Bill = Type.Object({ materialId: MaterialId, items: Type.Array(BillItem) })
export type Bill = Static<typeof Bill>
export const BillItems = Type.Object({ items: Type.Array(BillItem, { maxItems: BILL_LIMIT }) }, strict)

/** How much is ordered at once: as much as is needed, or at least a minimum in whole multiples. */
export const LotRule = Type.Union([
  Type.Object({ kind: Type.Literal('lot-for-lot') }, strict),
  Type.Object({ kind: Type.Literal('multiple'), minimum: Decimal, multiple: Decimal }, strict),
])
export type LotRule = Static<typeof LotRule>

/** How a site comes by a material, and what else is decided there about it. */
export const SitePolicy = Type.Object(
  {
    siteId: EquipmentId,
    materialId: MaterialId,
    supply: Type.Enum(['make', 'buy', 'transfer']),
    /** The site that supplies it; with `transfer` only. */
    fromSiteId: nullable(EquipmentId),
    /** With `buy` only. */
    supplier: company,
    leadTimeDays: Type.Integer({ minimum: 0, maximum: 730 }),
    safetyStock: Decimal,
    lot: LotRule,
    /** In the company's currency, for one unit. */
    unitCost: Decimal,
    responsible: company,
  },
  strict,
)
export type SitePolicy = Static<typeof SitePolicy>

/** How much of a material lies at a site. */
export const Stock = Type.Object({
  siteId: EquipmentId,
  materialId: MaterialId,
  quantity: Decimal,
  /** When it was counted last. */
  countedAt: nullable(Instant),
})
export type Stock = Static<typeof Stock>

export const MoveKind = Type.Enum(['count', 'receipt', 'issue', 'scrap'])
export type MoveKind = Static<typeof MoveKind>

/** One change of a stock. */
export const StockMove = Type.Object({
  id: MoveId,
  siteId: EquipmentId,
  materialId: MaterialId,
  /** Counts the moves of this stock, from 1. */
  number: Type.Integer(),
  kind: MoveKind,
  /** Below zero for what went. */
  change: SignedDecimal,
  /** What lay there then. */
  after: Decimal,
  reason: nullable(Type.String()),
  /** What was received by it. */
  receiptId: nullable(ReceiptId),
  reference: nullable(Type.String()),
  movedAt: Instant,
  movedBy: Type.String(),
})
export type StockMove = Static<typeof StockMove>

export const NewMove = Type.Object(
  {
    siteId: EquipmentId,
    materialId: MaterialId,
    kind: MoveKind,
    /** How much there is when it was counted; how much came or went otherwise. */
    quantity: Decimal,
    reason: nullable(Type.String({ minLength: 1, maxLength: 200 })),
  },
  strict,
)
export type NewMove = Static<typeof NewMove>

export const ReceiptState = Type.Enum(['expected', 'received', 'cancelled'])
export type ReceiptState = Static<typeof ReceiptState>

const receipt = {
  quantity: Decimal,
  expectedAt: Instant,
  /** Under which the supplier knows it: `PO 4711`. */
  reference: Type.String({ minLength: 1, maxLength: 60 }),
  supplier: company,
}
/** Material that is on its way to a site. */
export const ExpectedReceipt = Type.Object({
  id: ReceiptId,
  siteId: EquipmentId,
  materialId: MaterialId,
  ...receipt,
  state: ReceiptState,
})
export type ExpectedReceipt = Static<typeof ExpectedReceipt>
export const NewReceipt = Type.Object({ siteId: EquipmentId, materialId: MaterialId, ...receipt }, strict)
export type NewReceipt = Static<typeof NewReceipt>
export const ReceiptChange = Type.Partial(Type.Object(receipt, strict), strict)
export type ReceiptChange = Static<typeof ReceiptChange>

/** Everything about material that planning a site needs to know, read at one moment. */
export interface SiteSupply {
  /** Every material that is named in the others. */
  readonly materials: readonly MaterialDefinition[]
  /** Of what the site has policies for and of what it makes, with all levels below. */
  readonly bills: readonly Bill[]
  readonly policies: readonly SitePolicy[]
  readonly stock: readonly Stock[]
  /** Those still expected, soonest first. */
  readonly receipts: readonly ExpectedReceipt[]
}

/** How much of a receipt came; all of it when left out. */
export const Arrival = Type.Object({ quantity: Type.Optional(Decimal) }, strict)
export type Arrival = Static<typeof Arrival>

export const MaterialQuery = Type.Object(
  { ...PageQuery, search: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })) },
  strict,
)
export type MaterialQuery = Static<typeof MaterialQuery>
export const StockQuery = Type.Object({ ...PageQuery, siteId: Type.Optional(EquipmentId) }, strict)
export type StockQuery = Static<typeof StockQuery>
export const MoveQuery = Type.Object({ ...PageQuery, siteId: EquipmentId, materialId: MaterialId }, strict)
export type MoveQuery = Static<typeof MoveQuery>
export const ReceiptQuery = Type.Object(
  {
    ...PageQuery,
    siteId: Type.Optional(EquipmentId),
    materialId: Type.Optional(MaterialId),
    state: Type.Optional(ReceiptState),
  },
  strict,
)
export type ReceiptQuery = Static<typeof ReceiptQuery>

/** A material with what it is made of, all levels of it, and what it goes into. */
export const MaterialDetail = Type.Object({
  material: MaterialDefinition,
  /** Its own bill and those of everything below it; materials without one are left out. */
  bills: Type.Array(Bill),
  /** Bills that take it directly. */
  usedIn: Type.Array(Type.Object({ materialId: MaterialId, item: BillItem })),
  /** Every material that is named here. */
  materials: Type.Array(MaterialDefinition),
})
export type MaterialDetail = Static<typeof MaterialDetail>

export const materialMissing = problemType('materials/material-missing', 'missing', 'No such material')
export const codeTaken = problemType('materials/code-taken', 'conflict', 'There is such a material already')
export const tooManyMaterials = problemType('materials/too-many', 'conflict', 'There are too many materials')
export const billLoops = problemType('materials/bill-loops', 'conflict', 'A material cannot be made of itself')
export const quantityInvalid = problemType('materials/quantity-invalid', 'invalid', 'The quantity makes no sense')
export const sourceInvalid = problemType('materials/source-invalid', 'invalid', 'Its source makes no sense')
export const stockShort = problemType('materials/stock-short', 'conflict', 'There is not that much of it')
export const receiptMissing = problemType('materials/receipt-missing', 'missing', 'No such expected receipt')
export const receiptClosed = problemType('materials/receipt-closed', 'conflict', 'It was received or cancelled')
export const tooManyReceipts = problemType('materials/too-many-receipts', 'conflict', 'The site expects too much')
