import { Decimal, eventType, Instant, id, PageQuery, problemType } from '@millrace/base'
import { MaterialDefinition, MaterialId } from '@millrace/materials/contract'
import { EquipmentId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'

export const DemandId = id('Demand')
export type DemandId = Static<typeof DemandId>

/** The most a site may have open. */
export const OPEN_DEMAND_LIMIT = 20_000
/** Lines of one file. */
export const IMPORT_LINE_LIMIT = 5000
/** Weeks that the table of weeks shows. */
export const DEMAND_WEEKS = 8

const strict = { additionalProperties: false } as const

export const DemandState = Type.Enum(['open', 'done', 'cancelled'])
export type DemandState = Static<typeof DemandState>

const wish = {
  quantity: Decimal,
  dueAt: Instant,
  customer: Type.Union([Type.String({ minLength: 1, maxLength: 120 }), Type.Null()]),
  /** 1 is the most urgent. */
  priority: Type.Integer({ minimum: 1, maximum: 5 }),
}

/** A line of what somebody wants from a site. */
export const Demand = Type.Object({
  id: DemandId,
  siteId: EquipmentId,
  number: Type.String(),
  materialId: MaterialId,
  materialCode: Type.String(),
  materialName: Type.String(),
  unit: MaterialDefinition.properties.unit,
  ...wish,
  state: DemandState,
})
export type Demand = Static<typeof Demand>

export const NewDemand = Type.Object(
  { siteId: EquipmentId, number: Type.String({ minLength: 1, maxLength: 40 }), materialId: MaterialId, ...wish },
  strict,
)
export type NewDemand = Static<typeof NewDemand>
export const DemandChange = Type.Partial(Type.Object(wish, strict), strict)
export type DemandChange = Static<typeof DemandChange>

export const DemandQuery = Type.Object(
  { ...PageQuery, siteId: Type.Optional(EquipmentId), state: Type.Optional(DemandState) },
  strict,
)
export type DemandQuery = Static<typeof DemandQuery>

/** What is wanted of each material in each week, Monday to Sunday on the site's clock. */
export const WeeklyDemand = Type.Object({
  weekStartAts: Type.Array(Instant),
  rows: Type.Array(
    Type.Object({
      materialId: MaterialId,
      materialCode: Type.String(),
      materialName: Type.String(),
      unit: MaterialDefinition.properties.unit,
      /** Ordered by customers; what is overdue counts in the first week. */
      quantities: Type.Array(Decimal),
      /** What the forecast expects beyond them. */
      forecasts: Type.Array(Decimal),
    }),
  ),
})
export type WeeklyDemand = Static<typeof WeeklyDemand>

/** A file of demand: `number,material,quantity,due,customer,priority`; material by its code, due as a date or an instant. */
export const DemandFile = Type.Object(
  { siteId: EquipmentId, csv: Type.String({ minLength: 1, maxLength: 1_000_000 }) },
  strict,
)
export type DemandFile = Static<typeof DemandFile>
export const DemandImport = Type.Object({ added: Type.Integer(), changed: Type.Integer() })
export type DemandImport = Static<typeof DemandImport>

export const demandMissing = problemType('planning/demand-missing', 'missing', 'No such demand')
export const demandTaken = problemType('planning/demand-taken', 'conflict', 'The site has demand of this number')
export const demandClosed = problemType('planning/demand-closed', 'conflict', 'The demand is done or cancelled')
export const tooMuchDemand = problemType('planning/too-much-demand', 'conflict', 'The site has too much open demand')
export const quantityZero = problemType('planning/quantity-zero', 'invalid', 'Demand is of more than nothing')
export const demandFileInvalid = problemType('planning/demand-file-invalid', 'invalid', 'The file cannot be read')

export const demandChanged = eventType(
  'planning.demand-changed',
  Type.Object({ demandId: DemandId, siteId: EquipmentId, state: DemandState }),
)
