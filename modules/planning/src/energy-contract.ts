import { Instant, id, problemType } from '@millrace/base'
import { EquipmentId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'

export const TariffId = id('EnergyTariff')
export type TariffId = Static<typeof TariffId>

const strict = { additionalProperties: false } as const

/** A day on the site's calendar, `2026-11-27`. */
const LocalDate = Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$', maxLength: 10 })
const PricePerKwh = Type.Number({ minimum: -100, maximum: 1000 })
const PowerKw = Type.Number({ minimum: 0, maximum: 100_000 })

/** Hours of the week with a price of their own. Ends before midnight or at it; a night is two of them. */
export const TariffStep = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 40 }),
    /** 1 is Monday. */
    weekdays: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7, uniqueItems: true }),
    startMinute: Type.Integer({ minimum: 0, maximum: 1439 }),
    endMinute: Type.Integer({ minimum: 1, maximum: 1440 }),
    pricePerKwh: PricePerKwh,
  },
  strict,
)
export type TariffStep = Static<typeof TariffStep>

const tariff = {
  name: Type.String({ minLength: 1, maxLength: 60 }),
  validFrom: LocalDate,
  /** The last day; null until the next tariff begins. */
  validTo: Type.Union([LocalDate, Type.Null()]),
  /** Outside all steps. */
  otherwisePerKwh: PricePerKwh,
  steps: Type.Array(TariffStep, { maxItems: 40 }),
  /** Day-ahead prices are added; this is expected where the price of a slot is not known. Null: they have no part in it. */
  spotExpectedPerKwh: Type.Union([PricePerKwh, Type.Null()]),
  /** For the highest mean of a quarter of an hour in a month; 0 without such a charge. */
  peakChargePerKw: Type.Number({ minimum: 0, maximum: 100_000 }),
}
export const Tariff = Type.Object({ id: TariffId, siteId: EquipmentId, ...tariff })
export type Tariff = Static<typeof Tariff>
export const NewTariff = Type.Object({ siteId: EquipmentId, ...tariff }, strict)
export type NewTariff = Static<typeof NewTariff>

const site = {
  /** Drawn by everything that is not planned: light, air, compressors. */
  baseLoadKw: Type.Number({ minimum: 0, maximum: 1_000_000 }),
  /** Of the grid, where nothing better is known of a slot; null: nothing is said about carbon there. */
  carbonGramsPerKwh: Type.Union([Type.Number({ minimum: 0, maximum: 5000 }), Type.Null()]),
  /** The highest quarter of an hour of this month so far: what stays below costs nothing more. */
  peakReachedKw: Type.Number({ minimum: 0, maximum: 1_000_000 }),
}
export const EnergySite = Type.Object({ siteId: EquipmentId, ...site }, strict)
export type EnergySite = Static<typeof EnergySite>

/** What a machine draws by what it does. Mean powers. */
export const MachinePower = Type.Object(
  {
    workUnitId: EquipmentId,
    processKw: PowerKw,
    /** Set-up families that draw something else. */
    families: Type.Array(
      Type.Object({ family: Type.String({ minLength: 1, maxLength: 60 }), processKw: PowerKw }, strict),
      {
        maxItems: 200,
      },
    ),
    setupKw: PowerKw,
    /** Between two operations, while somebody works. */
    idleKw: PowerKw,
    /** Between two operations, while nobody works: 0 where it is switched off at the end of a shift anyway. */
    outsideKw: PowerKw,
    maySwitchOff: Type.Boolean(),
    /** What switching it on again takes beyond idling, and how long before it is needed. */
    switchOnKwh: Type.Number({ minimum: 0, maximum: 100_000 }),
    switchOnMinutes: Type.Integer({ minimum: 0, maximum: 1440 }),
  },
  strict,
)
export type MachinePower = Static<typeof MachinePower>

/** `price` per kWh, own `generation` in kW, `carbon` of the grid in grams of CO2 equivalent per kWh. */
export const SlotKind = Type.Enum(['price', 'generation', 'carbon'])
export type SlotKind = Static<typeof SlotKind>
export const SlotMinutes = Type.Enum([15, 30, 60])
export type SlotMinutes = Static<typeof SlotMinutes>
/** A month of quarters of an hour. */
export const SLOT_LIMIT = 3000

/** What is known of slots of one length; slots that were known of before are replaced. */
export const SlotSeries = Type.Object(
  {
    siteId: EquipmentId,
    kind: SlotKind,
    minutes: SlotMinutes,
    slots: Type.Array(
      Type.Object({ startAt: Instant, value: Type.Number({ minimum: -1_000_000, maximum: 1_000_000 }) }, strict),
      { minItems: 1, maxItems: SLOT_LIMIT },
    ),
  },
  strict,
)
export type SlotSeries = Static<typeof SlotSeries>

const SlotSummary = Type.Object({
  kind: SlotKind,
  fromAt: Instant,
  toAt: Instant,
  count: Type.Integer(),
  least: Type.Number(),
  most: Type.Number(),
})

/** Everything about the electricity of a site. */
export const EnergySetup = Type.Object({
  siteId: EquipmentId,
  timeZone: Type.String(),
  currency: Type.String(),
  site: EnergySite,
  /** The newest first. */
  tariffs: Type.Array(Tariff),
  /** Of the slots that are kept. */
  slots: Type.Array(SlotSummary),
  /** The machines that are planned, with what is known of them. */
  machines: Type.Array(
    Type.Object({
      workUnitId: EquipmentId,
      name: Type.String(),
      group: Type.String(),
      power: Type.Union([MachinePower, Type.Null()]),
    }),
  ),
})
export type EnergySetup = Static<typeof EnergySetup>

const MeasuredKw = Type.Union([Type.Number(), Type.Null()])
/** What machines drew by what they did in the last days; null where that was not seen for long enough. */
export const MeasuredPowers = Type.Object({
  fromAt: Instant,
  toAt: Instant,
  machines: Type.Array(
    Type.Object({
      workUnitId: EquipmentId,
      processKw: MeasuredKw,
      setupKw: MeasuredKw,
      idleKw: MeasuredKw,
      outsideKw: MeasuredKw,
      /** Hours of production that were measured. */
      measuredHours: Type.Number(),
    }),
  ),
})
export type MeasuredPowers = Static<typeof MeasuredPowers>

export const tariffMissing = problemType('planning/tariff-missing', 'missing', 'No such tariff')
export const tariffTaken = problemType('planning/tariff-taken', 'conflict', 'Another tariff begins on the same day')
export const tariffInvalid = problemType('planning/tariff-invalid', 'invalid', 'The tariff contradicts itself')
export const tooManyTariffs = problemType('planning/too-many-tariffs', 'conflict', 'The site has too many tariffs')
export const slotsInvalid = problemType('planning/slots-invalid', 'invalid', 'The slots do not fit each other')
