/** Longer horizons belong to several plans: a year of quarter hours. */
const SLOTS_MAX = 36_000
const VALUE_MAX = 1_000_000_000

/** What the electricity of each slot costs and emits. All lists have one entry for each slot, from the origin of the plan. */
export type EnergyRates = {
  /** Length of a slot; most tariffs have 15 or 60. */
  slotMinutes: number
  /** Hundredths of the currency for a megawatt hour, as on the exchanges; may be negative. */
  pricesCentPerMwh: readonly number[]
  /** Grams of CO2 equivalent for a megawatt hour from the grid. Nothing is said about carbon when left out. */
  carbonGramsPerMwh?: readonly number[]
  /** Own generation in watts, used first and for nothing; what is left over earns nothing. */
  generationW?: readonly number[]
}

/** A watt during a minute at a price of one hundredth for a megawatt hour, in the currency. */
export const CURRENCY_PER_WATT_MINUTE_CENT = 1 / (60 * 1_000_000 * 100)
/** A watt during a minute at one gram for a megawatt hour, in grams. */
export const GRAMS_PER_WATT_MINUTE_GRAM = 1 / (60 * 1_000_000)

/** @throws RangeError on lists of unequal length, and on what is no whole number in its range. */
export function checkRates({ slotMinutes, pricesCentPerMwh, carbonGramsPerMwh, generationW }: EnergyRates): void {
  const slots = pricesCentPerMwh.length
  if (!(Number.isInteger(slotMinutes) && slotMinutes >= 1 && slotMinutes <= 1440))
    throw new RangeError(`slotMinutes must be a whole number from 1 to 1440, not ${slotMinutes}.`)
  if (slots === 0 || slots > SLOTS_MAX) throw new RangeError(`There are 1 to ${SLOTS_MAX} slots, not ${slots}.`)
  checkList(pricesCentPerMwh, slots, -VALUE_MAX, 'pricesCentPerMwh')
  if (carbonGramsPerMwh) checkList(carbonGramsPerMwh, slots, 0, 'carbonGramsPerMwh')
  if (generationW) checkList(generationW, slots, 0, 'generationW')
}

function checkList(values: readonly number[], slots: number, least: number, name: string): void {
  if (values.length !== slots) throw new RangeError(`${name} has ${values.length} slots, not ${slots}.`)
  values.forEach((value, slot) => {
    if (!(Number.isInteger(value) && value >= least && value <= VALUE_MAX))
      throw new RangeError(`${name}[${slot}] must be a whole number from ${least} to ${VALUE_MAX}, not ${value}.`)
  })
}
