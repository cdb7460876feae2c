import { Decimal, Instant, id, PageQuery, problemType, SignedDecimal } from '@millrace/base'
import { MaterialDefinition, MaterialId, ReceiptId } from '@millrace/materials/contract'
import { EquipmentId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'
import { OrderId } from './contract.ts'

export const MessageId = id('ActionMessage')
export type MessageId = Static<typeof MessageId>

/** How far requirements look ahead. */
export const REQUIREMENT_WEEKS = 13
/** The most messages that are kept: the most urgent ones. */
export const MESSAGE_LIMIT = 5000
/** The most that one act is about. */
const SELECTION_LIMIT = 200

const strict = { additionalProperties: false } as const
const nullable = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()])
const unit = MaterialDefinition.properties.unit

export const MessageKind = Type.Enum(['order', 'expedite', 'defer', 'cancel', 'increase', 'decrease'])
export type MessageKind = Static<typeof MessageKind>
export const MessageState = Type.Enum(['open', 'snoozed', 'dismissed', 'done'])
export type MessageState = Static<typeof MessageState>
export const Supply = Type.Enum(['make', 'buy', 'transfer'])
export type Supply = Static<typeof Supply>

/** What something is for: what is made of it or where it is sent, level by level, and who wants that in the end. */
export const Cause = Type.Object({
  /** The supplier or the plant that it comes from; null for what the site makes. */
  partner: nullable(Type.String()),
  /** From what the message is about upwards. */
  steps: Type.Array(
    Type.Object({
      how: Type.Enum(['made', 'sent']),
      materialName: Type.String(),
      siteName: Type.String(),
      quantity: Decimal,
      unit,
      dueAt: Instant,
    }),
  ),
  /** Null: it keeps the safety stock, or nothing wants it. */
  demand: nullable(
    Type.Object({
      kind: Type.Enum(['customer', 'order', 'forecast']),
      /** Of a forecast its week, `2026-W49`. */
      number: Type.String(),
      customer: nullable(Type.String()),
      materialName: Type.String(),
      quantity: Decimal,
      unit,
      dueAt: Instant,
    }),
  ),
  /** How many more demands it is for. */
  others: Type.Integer(),
})
export type Cause = Static<typeof Cause>

/** Something to do about a material, and why. */
export const ActionMessage = Type.Object({
  id: MessageId,
  kind: MessageKind,
  siteId: EquipmentId,
  siteName: Type.String(),
  materialId: MaterialId,
  materialCode: Type.String(),
  materialName: Type.String(),
  unit,
  supply: Supply,
  orderId: nullable(OrderId),
  receiptId: nullable(ReceiptId),
  /** The number of the order or receipt; null for one that does not exist yet. */
  reference: nullable(Type.String()),
  /** What to do, in words. */
  what: Type.String(),
  /** Why, in words, up to who wants it. */
  why: Type.String(),
  fromAt: nullable(Instant),
  toAt: Instant,
  fromQuantity: nullable(Decimal),
  toQuantity: Decimal,
  wantedAt: Instant,
  /** It comes too late, whatever is done. */
  isTooLate: Type.Boolean(),
  actByAt: Instant,
  priority: Type.Integer(),
  /** What it costs not to act: what would be late, tied up, or bought for nothing; at cost, in the company's currency. */
  money: Type.Number(),
  cause: Cause,
  owner: nullable(Type.String()),
  state: MessageState,
  snoozedUntil: nullable(Instant),
  reason: nullable(Type.String()),
  decidedAt: nullable(Instant),
  decidedBy: nullable(Type.String()),
})
export type ActionMessage = Static<typeof ActionMessage>

export const MessageQuery = Type.Object(
  {
    ...PageQuery,
    siteId: Type.Optional(EquipmentId),
    materialId: Type.Optional(MaterialId),
    kind: Type.Optional(MessageKind),
    owner: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
    state: Type.Optional(MessageState),
  },
  strict,
)
export type MessageQuery = Static<typeof MessageQuery>

/** The worklist, and how fresh it is. */
export const Worklist = Type.Object({
  /** Null: never yet. */
  computedAt: nullable(Instant),
  /** Something has changed since: it is reckoned anew within seconds. */
  isStale: Type.Boolean(),
  /** Why it could not be reckoned. */
  detail: nullable(Type.String()),
  owners: Type.Array(Type.String()),
  /** Of all money in it: the company's. */
  currency: Type.String(),
  items: Type.Array(ActionMessage),
  nextCursor: Type.Optional(Type.String()),
})
export type Worklist = Static<typeof Worklist>

/** One week of a material. */
export const RequirementWeek = Type.Object({
  startAt: Instant,
  gross: Decimal,
  receipts: Decimal,
  planned: Decimal,
  /** At its end. */
  projected: SignedDecimal,
  /** The least at the end of a day. */
  least: SignedDecimal,
})
export type RequirementWeek = Static<typeof RequirementWeek>

/** What is wanted of a material at a site, what comes, and what is left, when every message is followed. */
export const RequirementGrid = Type.Object({
  siteId: EquipmentId,
  materialId: MaterialId,
  /** 0 for what is sold; one more with each level below. */
  level: Type.Integer(),
  onHand: Decimal,
  safetyStock: Decimal,
  weeks: Type.Array(RequirementWeek),
})
export type RequirementGrid = Static<typeof RequirementGrid>
export const GridQuery = Type.Object({ siteId: EquipmentId, materialId: MaterialId }, strict)
export type GridQuery = Static<typeof GridQuery>

const messageIds = Type.Array(MessageId, { minItems: 1, maxItems: SELECTION_LIMIT, uniqueItems: true })
export const Selection = Type.Object({ messageIds }, strict)
export const Snooze = Type.Object({ messageIds, untilAt: Instant }, strict)
export type Snooze = Static<typeof Snooze>
export const MessageDismissal = Type.Object(
  { messageIds, reason: Type.String({ minLength: 3, maxLength: 500 }) },
  strict,
)
export type MessageDismissal = Static<typeof MessageDismissal>
export const Assignment = Type.Object(
  { messageIds, owner: nullable(Type.String({ minLength: 1, maxLength: 120 })) },
  strict,
)
export type Assignment = Static<typeof Assignment>

/** What was done, and what was refused and why. */
export const Done = Type.Object({
  done: Type.Array(Type.Object({ id: MessageId, text: Type.String() })),
  refused: Type.Array(Type.Object({ id: MessageId, text: Type.String() })),
})
export type Done = Static<typeof Done>

export const messageMissing = problemType('planning/message-missing', 'missing', 'No such message')
export const gridMissing = problemType('planning/grid-missing', 'missing', 'Nothing was reckoned for it')
export const snoozePast = problemType('planning/snooze-past', 'invalid', 'It can be put off to a later time only')
