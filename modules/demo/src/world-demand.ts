import type { SiteKey } from './world-sites.ts'

export interface WorldDemand {
  readonly siteKey: SiteKey
  readonly number: string
  readonly code: string
  readonly quantity: number
  /** Days after the world's present on which it is due. */
  readonly dueDays: number
  readonly priority: number
  readonly customer: string
}

const CUSTOMERS: Readonly<Record<SiteKey, readonly string[]>> = {
  sursee: ['Haus & Herd', 'Messer Vogel', 'Kaufhaus Reuss', 'Coltelleria Ticino'],
  queretaro: ['Cuchillos Tolteca', 'Hecho en Bajío'],
}

/** What each product is wanted for, every so many days, from its first day to the eighth week. */
const RHYTHMS: readonly {
  readonly siteKey: SiteKey
  readonly code: string
  readonly firstDay: number
  readonly everyDays: number
  readonly quantities: readonly number[]
}[] = [
  { siteKey: 'sursee', code: 'BLADE-CK200', firstDay: 5, everyDays: 14, quantities: [420, 300, 360] },
  { siteKey: 'sursee', code: 'BLADE-BK260', firstDay: 9, everyDays: 14, quantities: [240, 180] },
  { siteKey: 'sursee', code: 'BLADE-SAN170', firstDay: 8, everyDays: 9, quantities: [300, 240, 270] },
  { siteKey: 'sursee', code: 'BLADE-PK91', firstDay: 4, everyDays: 7, quantities: [600, 450, 550, 500] },
  { siteKey: 'sursee', code: 'BLADE-PAR8', firstDay: 6, everyDays: 7, quantities: [420, 360] },
  { siteKey: 'queretaro', code: 'HANDLE-PK91-RED', firstDay: 8, everyDays: 14, quantities: [2400, 1800] },
  { siteKey: 'queretaro', code: 'HANDLE-PK91-BLK', firstDay: 6, everyDays: 14, quantities: [2600, 2200] },
  { siteKey: 'queretaro', code: 'HANDLE-PAR8-GRN', firstDay: 7, everyDays: 10, quantities: [3000, 2400] },
  { siteKey: 'queretaro', code: 'BOLSTER-CK200', firstDay: 13, everyDays: 14, quantities: [1200] },
]
const WEEKS = 8
const FIRST_NUMBER = 2401

/** The lines of eight weeks, by due date: always the same ones. */
export const demands: readonly WorldDemand[] = RHYTHMS.flatMap(({ siteKey, code, firstDay, everyDays, quantities }) =>
  Array.from({ length: Math.ceil((WEEKS * 7 - firstDay) / everyDays) }, (_, index) => ({
    ...{ siteKey, code, quantity: quantities[index % quantities.length] ?? 0 },
    dueDays: firstDay + index * everyDays,
  })),
)
  .sort((a, b) => a.dueDays - b.dueDays)
  .map((line, index) => ({
    ...line,
    number: `D-${FIRST_NUMBER + index}`,
    priority: index % 5 === 2 ? 2 : 3,
    customer: CUSTOMERS[line.siteKey][index % CUSTOMERS[line.siteKey].length] ?? '',
  }))
