import type { SiteKey } from './world-sites.ts'

/** What a machine draws by what it does, in kW: the same as its simulated meter shows. */
export interface WorldPower {
  readonly processKw: number
  readonly setupKw: number
  readonly idleKw: number
  readonly outsideKw: number
  /** Left out: it may not be switched off. */
  readonly switchOn?: { readonly kwh: number; readonly minutes: number }
}

const MILL: WorldPower = {
  processKw: 10.2,
  setupKw: 2.4,
  idleKw: 2.4,
  outsideKw: 0.5,
  switchOn: { kwh: 0.6, minutes: 15 },
}
const GRINDER: WorldPower = {
  ...{ processKw: 9.6, setupKw: 1.3, idleKw: 1.3, outsideKw: 0.2, switchOn: { kwh: 0.4, minutes: 10 } },
}
const POLISHER: WorldPower = { processKw: 6.1, setupKw: 0.8, idleKw: 0.8, outsideKw: 0.1 }
/** Kept at 620 °C while nobody works; heating up from cold takes an hour and a half. */
const FURNACE: WorldPower = {
  ...{ processKw: 46, setupKw: 39, idleKw: 39, outsideKw: 22, switchOn: { kwh: 96, minutes: 90 } },
}
const LATHE: WorldPower = {
  processKw: 6.8,
  setupKw: 1.6,
  idleKw: 1.6,
  outsideKw: 0.3,
  switchOn: { kwh: 0.4, minutes: 10 },
}
const PRESS: WorldPower = { processKw: 29, setupKw: 7, idleKw: 7, outsideKw: 0.6, switchOn: { kwh: 4, minutes: 30 } }
const ASSEMBLY: WorldPower = { processKw: 3.1, setupKw: 1, idleKw: 1, outsideKw: 0.3 }

export const powers: Readonly<Record<string, WorldPower>> = {
  'blanking-press': { processKw: 20.5, setupKw: 4, idleKw: 4, outsideKw: 1.2, switchOn: { kwh: 1, minutes: 10 } },
  ...{ 'mill-1': MILL, 'mill-2': MILL, 'mill-3': MILL, 'mill-4': MILL },
  ...{ 'furnace-1': FURNACE, 'furnace-2': FURNACE },
  'temper-oven': { processKw: 14, setupKw: 12.5, idleKw: 12.5, outsideKw: 4.5, switchOn: { kwh: 12, minutes: 30 } },
  ...{ 'grinder-a': GRINDER, 'grinder-b': GRINDER, 'grinder-c': GRINDER },
  ...{ 'polisher-1': POLISHER, 'polisher-2': POLISHER },
  engraver: { processKw: 2.3, setupKw: 0.6, idleKw: 0.6, outsideKw: 0.2 },
  ...{ 'assembly-a': ASSEMBLY, 'assembly-b': ASSEMBLY },
  ...{ 'lathe-1': LATHE, 'lathe-2': LATHE, 'lathe-3': LATHE },
  ...{ 'press-1': PRESS, 'press-2': PRESS, 'press-3': PRESS },
  'anodising-line-1': { processKw: 17.5, setupKw: 7, idleKw: 7, outsideKw: 2.1, switchOn: { kwh: 6, minutes: 45 } },
  ...{ 'cell-1': ASSEMBLY, 'cell-2': ASSEMBLY },
  packer: { processKw: 6.3, setupKw: 1.8, idleKw: 1.8, outsideKw: 0.5 },
}

export interface WorldTariff {
  readonly siteKey: SiteKey
  readonly name: string
  readonly otherwisePerKwh: number
  readonly steps: readonly {
    readonly name: string
    readonly weekdays: readonly number[]
    readonly startMinute: number
    readonly endMinute: number
    readonly pricePerKwh: number
  }[]
  readonly peakChargePerKw: number
  /** Of everything that is not planned. */
  readonly baseLoadKw: number
  readonly carbonGramsPerKwh: number
  readonly peakReachedKw: number
}

const WORKDAYS = [1, 2, 3, 4, 5]
const hours = (name: string, weekdays: readonly number[], from: number, to: number, pricePerKwh: number) => ({
  ...{ name, weekdays, startMinute: from * 60, endMinute: to * 60, pricePerKwh },
})

/** High hours are those in which the simulated meters count dear. */
export const tariffs: readonly WorldTariff[] = [
  {
    ...{ siteKey: 'sursee', name: 'Business high and low', otherwisePerKwh: 0.198 },
    steps: [hours('High', WORKDAYS, 7, 12, 0.312), hours('High, evening', WORKDAYS, 17, 20, 0.312)],
    ...{ peakChargePerKw: 9.5, baseLoadKw: 23, carbonGramsPerKwh: 112, peakReachedKw: 168 },
  },
  {
    ...{ siteKey: 'queretaro', name: 'GDMTH', otherwisePerKwh: 1.86 },
    steps: [
      hours('Base', WORKDAYS, 0, 6, 1.12),
      hours('Punta', WORKDAYS, 18, 22, 2.21),
      hours('Base, Saturday', [6], 0, 7, 1.12),
      hours('Base, Sunday', [7], 0, 19, 1.12),
    ],
    ...{ peakChargePerKw: 389, baseLoadKw: 38, carbonGramsPerKwh: 444, peakReachedKw: 136 },
  },
]

const SUNRISE_HOUR = 7.5
const SUNSET_HOUR = 17.5

/** What a roof is expected to give at an hour of a day: more on some days than on others. */
export function expectedSolarKw(solarKwp: number, hour: number, day: number): number {
  if (hour <= SUNRISE_HOUR || hour >= SUNSET_HOUR) return 0
  const arc = Math.sin(((hour - SUNRISE_HOUR) / (SUNSET_HOUR - SUNRISE_HOUR)) * Math.PI)
  const clear = 0.45 + 0.3 * Math.sin(day * 2.4)
  return Math.round(solarKwp * arc ** 1.3 * clear * 10) / 10
}
