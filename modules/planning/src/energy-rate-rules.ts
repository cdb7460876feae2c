import { epochMs, instant, MINUTE_MS, wallClock } from '@millrace/base'
import type { EnergySite, MachinePower, SlotKind, SlotSeries, Tariff, TariffStep } from './energy-contract.ts'

/** Electricity is measured and paid by the quarter of an hour; quarters begin at the same moments in every time zone. */
export const QUARTER_MS = 15 * MINUTE_MS

/** What is known of a slot. */
type KnownSlot = Pick<SlotSeries, 'kind' | 'minutes'> & SlotSeries['slots'][number]

/** Everything about the electricity of a site, read at one moment. */
export interface EnergyState {
  readonly currency: string
  readonly site: EnergySite & { readonly peakMonth: string }
  readonly tariffs: readonly Tariff[]
  readonly slots: readonly KnownSlot[]
  readonly powers: readonly MachinePower[]
}

/** What the electricity of each quarter of an hour costs and emits. All lists have `count` entries. */
export interface SlotRates {
  readonly fromMs: number
  readonly count: number
  readonly pricePerKwh: readonly number[]
  readonly generationKw: readonly number[]
  /** Null where nothing is known. */
  readonly carbonGramsPerKwh: readonly (number | null)[]
  /** Places in `months` and `days`. */
  readonly monthOf: readonly number[]
  readonly dayOf: readonly number[]
  readonly months: readonly { readonly reachedKw: number; readonly chargePerKw: number }[]
  /** When the days begin, or the first slot where that is later. */
  readonly days: readonly number[]
}

/**
 * The rates of a time, on the site's clock: a step of a tariff begins when the wall says so, on days of 23 and 25 hours too.
 *
 * @param fromMs where a quarter begins
 */
export function ratesOf(state: EnergyState, timeZone: string, fromMs: number, count: number): SlotRates {
  const known = slotValues(state.slots)
  const tariffs = state.tariffs.toSorted((a, b) => a.validFrom.localeCompare(b.validFrom))
  const pricePerKwh: number[] = []
  const generationKw: number[] = []
  const carbonGramsPerKwh: (number | null)[] = []
  const monthOf: number[] = []
  const dayOf: number[] = []
  const months = new Map<string, { reachedKw: number; chargePerKw: number }>()
  const days = new Map<string, number>()
  for (let slot = 0; slot < count; slot += 1) {
    const atMs = fromMs + slot * QUARTER_MS
    const { year, month, day, hour, minute, weekday } = wallClock(atMs, timeZone)
    const ofMonth = `${year}-${two(month)}`
    const date = `${ofMonth}-${two(day)}`
    const tariff = tariffOn(tariffs, date)
    const spot = known.price.get(atMs) ?? tariff?.spotExpectedPerKwh ?? 0
    const own = tariff ? stepPrice(tariff, weekday, hour * 60 + minute) : 0
    pricePerKwh.push(own + (tariff && tariff.spotExpectedPerKwh !== null ? spot : 0))
    generationKw.push(known.generation.get(atMs) ?? 0)
    carbonGramsPerKwh.push(known.carbon.get(atMs) ?? state.site.carbonGramsPerKwh)
    if (!months.has(ofMonth))
      months.set(ofMonth, {
        reachedKw: ofMonth === state.site.peakMonth ? state.site.peakReachedKw : 0,
        chargePerKw: tariff?.peakChargePerKw ?? 0,
      })
    if (!days.has(date)) days.set(date, atMs)
    monthOf.push(months.size - 1)
    dayOf.push(days.size - 1)
  }
  return {
    ...{ fromMs, count, pricePerKwh, generationKw, carbonGramsPerKwh, monthOf, dayOf },
    ...{ months: [...months.values()], days: [...days.values()] },
  }
}

/** The month of a moment on a clock, `2026-11`. */
export function monthAt(atMs: number, timeZone: string): string {
  const { year, month } = wallClock(atMs, timeZone)
  return `${year}-${two(month)}`
}

/** A later tariff takes the place of an earlier one. After the last one has ended, its prices are the best that is known. */
function tariffOn(ascending: readonly Tariff[], date: string): Tariff | undefined {
  const begun = ascending.filter(({ validFrom }) => validFrom <= date)
  return begun.findLast(({ validTo }) => validTo === null || validTo >= date) ?? begun.at(-1) ?? ascending[0]
}

function stepPrice({ steps, otherwisePerKwh }: Tariff, weekday: number, minute: number): number {
  const step = steps.find(
    ({ weekdays, startMinute, endMinute }) => weekdays.includes(weekday) && startMinute <= minute && minute < endMinute,
  )
  return step?.pricePerKwh ?? otherwisePerKwh
}

/** By kind and beginning of each quarter. */
function slotValues(slots: readonly KnownSlot[]): Record<SlotKind, Map<number, number>> {
  const values = { price: new Map(), generation: new Map(), carbon: new Map() }
  for (const { kind, minutes, startAt, value } of slots) {
    const startMs = epochMs(startAt)
    for (let atMs = startMs; atMs < startMs + minutes * MINUTE_MS; atMs += QUARTER_MS) values[kind].set(atMs, value)
  }
  return values
}

/** Why a tariff contradicts itself, in words; undefined when it does not. */
export function tariffFault({ steps, validFrom, validTo }: Pick<Tariff, 'steps' | 'validFrom' | 'validTo'>) {
  if (validTo !== null && validTo < validFrom) return 'Its last day is before its first.'
  for (const [index, step] of steps.entries()) {
    if (step.endMinute <= step.startMinute)
      return `${step.name} ends before it begins. Hours over midnight are two steps.`
    const other = steps.slice(0, index).find((one) => overlap(one, step))
    if (other) return `${other.name} and ${step.name} have hours in common.`
  }
  return undefined
}

function overlap(one: TariffStep, other: TariffStep): boolean {
  return (
    one.startMinute < other.endMinute &&
    other.startMinute < one.endMinute &&
    one.weekdays.some((weekday) => other.weekdays.includes(weekday))
  )
}

/** Why slots do not fit each other, in words; undefined when they do. */
export function slotFault({ kind, minutes, slots }: Pick<SlotSeries, 'kind' | 'minutes' | 'slots'>) {
  const starts = slots.map(({ startAt }) => epochMs(startAt)).sort((a, b) => a - b)
  const wrong = starts.find((startMs) => startMs % QUARTER_MS !== 0)
  if (wrong !== undefined) return `A slot begins at ${instant(wrong)}. Slots begin on quarters of an hour.`
  const close = starts.findIndex((startMs, index) => startMs < (starts[index - 1] ?? -Infinity) + minutes * MINUTE_MS)
  if (close >= 0) return `Two slots of ${minutes} minutes overlap at ${instant(starts[close] ?? 0)}.`
  if (kind !== 'price' && slots.some(({ value }) => value < 0)) return 'Only prices can be below 0.'
  return undefined
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
