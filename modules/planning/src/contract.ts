import { eventType, Instant, id, PageQuery, problemType } from '@millrace/base'
import { MaterialId } from '@millrace/materials/contract'
import { EquipmentId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'
import { Charge, StepTool } from './resource-contract.ts'

export const ProductId = id('Product')
export type ProductId = Static<typeof ProductId>
export const OrderId = id('ProductionOrder')
export type OrderId = Static<typeof OrderId>
export const GroupId = id('OperatorGroup')
export type GroupId = Static<typeof GroupId>
export const ExceptionId = id('CalendarException')
export type ExceptionId = Static<typeof ExceptionId>

/** The most of each a site may have. */
export const PRODUCT_LIMIT = 2000
export const OPEN_ORDER_LIMIT = 5000
export const STEP_LIMIT = 100

const strict = { additionalProperties: false } as const

/** Where a step may be done, and how many minutes one piece takes there. */
export const Alternative = Type.Object(
  { workUnitId: EquipmentId, minutesPerPiece: Type.Number({ exclusiveMinimum: 0, maximum: 10_000 }) },
  strict,
)
export type Alternative = Static<typeof Alternative>

/** People of one skill: for the whole operation or only to set it up. */
export const StepOperators = Type.Object(
  {
    skill: Type.String({ minLength: 1, maxLength: 60 }),
    count: Type.Integer({ minimum: 1, maximum: 50 }),
    time: Type.Enum(['whole', 'setup']),
  },
  strict,
)

/** One operation of a routing. */
export const Step = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 60 }),
    /** What is alike needs no set-up after each other. */
    setupFamily: Type.String({ minLength: 1, maxLength: 60 }),
    /** Whether it may pause while nobody works. */
    splittable: Type.Boolean(),
    operators: Type.Union([StepOperators, Type.Null()]),
    alternatives: Type.Array(Alternative, { minItems: 1, maxItems: 50 }),
    /** On batch machines among the alternatives this counts, and not the minutes for a piece. */
    charge: Type.Optional(Charge),
    tools: Type.Optional(Type.Array(StepTool, { minItems: 1, maxItems: 10 })),
    /** Cooling or curing after it, at all hours, before the next step may begin. */
    waitMinutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 43_200 })),
    /** So many pieces go on to the next step while the others are still being made. Left out: all of them together. */
    transferQuantity: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000 })),
  },
  strict,
)
export type Step = Static<typeof Step>

const product = {
  code: Type.String({ minLength: 1, maxLength: 60 }),
  name: Type.String({ minLength: 1, maxLength: 120 }),
  family: Type.String({ minLength: 1, maxLength: 60 }),
  /** In the order in which they are done. */
  steps: Type.Array(Step, { minItems: 1, maxItems: STEP_LIMIT }),
}
/** Which material its orders make; null for what is never kept in stock. */
const made = Type.Union([MaterialId, Type.Null()])
export const Product = Type.Object({ id: ProductId, siteId: EquipmentId, ...product, materialId: made })
export type Product = Static<typeof Product>
/** Without `materialId` a new product makes no material, and a product that is changed makes what it made. */
export const NewProduct = Type.Object({ siteId: EquipmentId, ...product, materialId: Type.Optional(made) }, strict)
export type NewProduct = Static<typeof NewProduct>

/** Set-up minutes of a work unit from one family to another; `otherwiseMinutes` for what is not listed. */
export const SetupMatrix = Type.Object(
  {
    workUnitId: EquipmentId,
    otherwiseMinutes: Type.Integer({ minimum: 0, maximum: 10_000 }),
    changes: Type.Array(
      Type.Object(
        {
          from: Type.String({ minLength: 1, maxLength: 60 }),
          to: Type.String({ minLength: 1, maxLength: 60 }),
          minutes: Type.Integer({ minimum: 0, maximum: 10_000 }),
        },
        strict,
      ),
      { maxItems: 2500 },
    ),
  },
  strict,
)
export type SetupMatrix = Static<typeof SetupMatrix>

const group = {
  name: Type.String({ minLength: 1, maxLength: 60 }),
  skills: Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { minItems: 1, maxItems: 50 }),
  /** How many of them are there, by name of the shift. A shift that is not named has none. */
  headcounts: Type.Array(
    Type.Object(
      { shift: Type.String({ minLength: 1, maxLength: 60 }), count: Type.Integer({ minimum: 0, maximum: 1000 }) },
      strict,
    ),
    { minItems: 1, maxItems: 20 },
  ),
}
export const OperatorGroup = Type.Object({ id: GroupId, siteId: EquipmentId, ...group })
export type OperatorGroup = Static<typeof OperatorGroup>
export const NewOperatorGroup = Type.Object({ siteId: EquipmentId, ...group }, strict)
export type NewOperatorGroup = Static<typeof NewOperatorGroup>

const exception = {
  siteId: EquipmentId,
  /** Null for the whole site. */
  workUnitId: Type.Union([EquipmentId, Type.Null()]),
  /** `extra` is work outside the shifts; `stop` is what nobody planned. */
  kind: Type.Enum(['holiday', 'maintenance', 'stop', 'extra']),
  startAt: Instant,
  endAt: Instant,
  note: Type.String({ minLength: 1, maxLength: 200 }),
}
export const CalendarException = Type.Object({ id: ExceptionId, ...exception })
export type CalendarException = Static<typeof CalendarException>
export const NewCalendarException = Type.Object(exception, strict)
export type NewCalendarException = Static<typeof NewCalendarException>

/** How many open orders are of a product. */
export const ProductUse = Type.Object({ productId: ProductId, openOrderCount: Type.Integer() })
export type ProductUse = Static<typeof ProductUse>

export const OrderState = Type.Enum(['open', 'done', 'cancelled'])
export type OrderState = Static<typeof OrderState>

const order = {
  quantity: Type.Integer({ minimum: 1, maximum: 10_000_000 }),
  /** Nothing of it starts earlier. */
  releaseAt: Instant,
  dueAt: Instant,
  /** 1 is the most urgent. */
  priority: Type.Integer({ minimum: 1, maximum: 5 }),
  customer: Type.Union([Type.String({ minLength: 1, maxLength: 120 }), Type.Null()]),
}
export const ProductionOrder = Type.Object({
  id: OrderId,
  siteId: EquipmentId,
  number: Type.String(),
  productId: ProductId,
  productName: Type.String(),
  state: OrderState,
  ...order,
  /** When it is done by the plan: the draft's, or the published one without a draft. Null while it has no place in it. */
  plannedEndAt: Type.Union([Instant, Type.Null()]),
})
export type ProductionOrder = Static<typeof ProductionOrder>

export const NewOrder = Type.Object(
  { siteId: EquipmentId, number: Type.String({ minLength: 1, maxLength: 40 }), productId: ProductId, ...order },
  strict,
)
export type NewOrder = Static<typeof NewOrder>
export const OrderChange = Type.Partial(Type.Object(order, strict), strict)
export type OrderChange = Static<typeof OrderChange>

export const OrderQuery = Type.Object(
  { ...PageQuery, siteId: Type.Optional(EquipmentId), state: Type.Optional(OrderState) },
  strict,
)
export type OrderQuery = Static<typeof OrderQuery>

export const productMissing = problemType('planning/product-missing', 'missing', 'No such product')
export const productTaken = problemType('planning/product-taken', 'conflict', 'The site has such a product already')
export const materialTaken = problemType(
  'planning/material-taken',
  'conflict',
  'Another product of the site makes this material',
)
export const productInUse = problemType('planning/product-in-use', 'conflict', 'There are orders of this product')
export const workUnitMisplaced = problemType(
  'planning/work-unit-misplaced',
  'invalid',
  'Only work units of the same site can do the work',
)
export const groupMissing = problemType('planning/group-missing', 'missing', 'No such group of people')
export const groupTaken = problemType('planning/group-taken', 'conflict', 'The site has such a group already')
export const shiftUnknown = problemType('planning/shift-unknown', 'invalid', 'The site has no such shift')
export const spanInvalid = problemType('planning/span-invalid', 'invalid', 'The end has to be later than the beginning')
export const exceptionMissing = problemType('planning/exception-missing', 'missing', 'No such exception')
export const orderMissing = problemType('planning/order-missing', 'missing', 'No such production order')
export const numberTaken = problemType('planning/number-taken', 'conflict', 'The site has an order of this number')
export const orderClosed = problemType('planning/order-closed', 'conflict', 'The order is done or cancelled')
export const tooManyOrders = problemType('planning/too-many-orders', 'conflict', 'The site has too many open orders')

export const ordersChanged = eventType(
  'planning.order-changed',
  Type.Object({ orderId: OrderId, siteId: EquipmentId, state: OrderState }),
)
