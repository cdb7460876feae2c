import type { EquipmentId } from '@millrace/plant/contract'
import type { NewTariff, Tariff, TariffStep } from '../energy-contract.ts'

/** A tariff as it is typed: numbers may still be missing, times are texts. */
export interface TariffForm {
  readonly name: string
  readonly validFrom: string
  readonly validTo: string
  readonly otherwise: number | string
  readonly spot: number | string
  readonly peak: number | string
  readonly steps: readonly StepForm[]
}

export interface StepForm {
  readonly name: string
  readonly weekdays: readonly string[]
  readonly start: string
  readonly end: string
  readonly price: number | string
}

export const EMPTY_STEP: StepForm = {
  name: '',
  weekdays: ['1', '2', '3', '4', '5'],
  start: '07:00',
  end: '20:00',
  price: '',
}

export function formOf(tariff: Tariff | undefined): TariffForm {
  if (!tariff) return { name: '', validFrom: '', validTo: '', otherwise: '', spot: '', peak: 0, steps: [] }
  const { name, validFrom, validTo, otherwisePerKwh, spotExpectedPerKwh, peakChargePerKw, steps } = tariff
  return {
    ...{ name, validFrom, validTo: validTo ?? '', otherwise: otherwisePerKwh },
    ...{ spot: spotExpectedPerKwh ?? '', peak: peakChargePerKw },
    steps: steps.map((step) => ({
      ...{ name: step.name, weekdays: step.weekdays.map(String), price: step.pricePerKwh },
      ...{ start: timeText(step.startMinute), end: timeText(step.endMinute) },
    })),
  }
}

/** The tariff that was typed; undefined while something is missing. */
export function tariffOf(form: TariffForm, siteId: EquipmentId): NewTariff | undefined {
  const { name, validFrom, validTo, otherwise, spot, peak, steps } = form
  const read = steps.map(stepOf)
  if (name.trim() === '' || validFrom === '' || typeof otherwise !== 'number') return undefined
  if (read.some((step) => step === undefined)) return undefined
  return {
    ...{ siteId, name: name.trim(), validFrom, validTo: validTo === '' ? null : validTo },
    ...{ otherwisePerKwh: otherwise, spotExpectedPerKwh: typeof spot === 'number' ? spot : null },
    ...{ peakChargePerKw: Number(peak), steps: read.filter((step) => step !== undefined) },
  }
}

function stepOf({ name, weekdays, start, end, price }: StepForm): TariffStep | undefined {
  const startMinute = minuteOf(start)
  const endMinute = minuteOf(end) || 1440
  if (name.trim() === '' || weekdays.length === 0 || typeof price !== 'number') return undefined
  if (Number.isNaN(startMinute) || Number.isNaN(endMinute)) return undefined
  return {
    ...{ name: name.trim(), weekdays: weekdays.map(Number), pricePerKwh: price },
    ...{ startMinute, endMinute },
  }
}

/** `07:30` */
export function timeText(minute: number): string {
  const two = (number: number) => String(number).padStart(2, '0')
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}

/** Midnight at the end of a day is typed as 00:00, or as 24:00. */
function minuteOf(text: string): number {
  const parts = /^(\d\d):(\d\d)/.exec(text)
  return parts ? Number(parts[1]) * 60 + Number(parts[2]) : Number.NaN
}
