import { HOUR_MS, MINUTE_MS } from '@millrace/base'

/** A machine of the demo company, with what it does and when it is staffed. */
export interface GivenMachine {
  readonly name: string
  readonly group: string
  readonly step: string
  readonly shifts: readonly GivenShift[]
  readonly capacity?: number
}

interface GivenShift {
  readonly name: string
  readonly fromHour: number
  readonly toHour: number
  readonly weekdays: readonly number[]
}

export interface GivenProduct {
  readonly name: string
  readonly family: string
  /** Steps in their order, with work per piece. */
  readonly route: readonly (readonly [step: string, msPerPiece: number])[]
  readonly lot: number
}

export interface GivenPlant {
  readonly name: string
  readonly timeZone: string
  readonly machines: readonly GivenMachine[]
  readonly products: readonly GivenProduct[]
}

const WORKDAYS = [1, 2, 3, 4, 5]
const SIX_DAYS = [1, 2, 3, 4, 5, 6]
const two = [
  { name: 'Early', fromHour: 6, toHour: 14, weekdays: WORKDAYS },
  { name: 'Late', fromHour: 14, toHour: 22, weekdays: WORKDAYS },
]
const three = [...two, { name: 'Night', fromHour: 22, toHour: 30, weekdays: WORKDAYS }]
const mexican = [
  { name: 'Day', fromHour: 6, toHour: 14, weekdays: SIX_DAYS },
  { name: 'Evening', fromHour: 14, toHour: 22, weekdays: SIX_DAYS },
  { name: 'Night', fromHour: 22, toHour: 30, weekdays: SIX_DAYS },
]

const machine = (group: string, step: string, shifts: readonly GivenShift[], ...names: string[]): GivenMachine[] =>
  names.map((name) => ({ name, group, step, shifts }))

const blade = (name: string, family: string, lot: number, pace: number): GivenProduct => ({
  name,
  family,
  lot,
  route: [
    ['Blanking', 0.16 * MINUTE_MS * pace],
    ['Milling', 2.1 * MINUTE_MS * pace],
    ['Hardening', 1.3 * MINUTE_MS],
    ['Grinding', 1.35 * MINUTE_MS * pace],
    ['Polishing', 0.8 * MINUTE_MS * pace],
    ['Engraving', 0.3 * MINUTE_MS],
    ['Assembly', 0.7 * MINUTE_MS],
  ],
})

export const sursee: GivenPlant = {
  name: 'Sursee',
  timeZone: 'Europe/Zurich',
  machines: [
    ...machine('Blade milling', 'Blanking', two, 'Blanking press'),
    ...machine('Blade milling', 'Milling', three, 'Mill 1', 'Mill 2', 'Mill 3', 'Mill 4'),
    ...machine('Heat treatment', 'Hardening', three, 'Furnace 1', 'Furnace 2').map((one) => ({ ...one, capacity: 2 })),
    ...machine('Grinding', 'Grinding', two, 'Grinder A', 'Grinder B', 'Grinder C'),
    ...machine('Grinding', 'Polishing', two, 'Polisher 1', 'Polisher 2'),
    ...machine('Finishing', 'Engraving', two, 'Engraver'),
    ...machine('Finishing', 'Assembly', two, 'Assembly A', 'Assembly B'),
  ],
  products: [
    blade('Chef 200', 'Kitchen', 320, 1.15),
    blade('Bread 260', 'Kitchen', 240, 1.3),
    blade('Santoku 170', 'Kitchen', 300, 1.05),
    blade('Pocket 91', 'Pocket', 600, 0.6),
    blade('Paring 8', 'Kitchen', 560, 0.7),
  ],
}

const moulded = (name: string, family: string, lot: number, pace: number): GivenProduct => ({
  name,
  family,
  lot,
  route: [
    ['Turning', 0.9 * MINUTE_MS * pace],
    ['Moulding', 0.7 * MINUTE_MS * pace],
    ['Anodising', 0.5 * MINUTE_MS],
    ['Assembly', 0.8 * MINUTE_MS * pace],
    ['Packing', 0.25 * MINUTE_MS],
  ],
})

export const queretaro: GivenPlant = {
  name: 'Querétaro',
  timeZone: 'America/Mexico_City',
  machines: [
    ...machine('Turning', 'Turning', mexican, 'Lathe 1', 'Lathe 2', 'Lathe 3'),
    ...machine('Moulding', 'Moulding', mexican, 'Press 1', 'Press 2', 'Press 3'),
    ...machine('Anodising', 'Anodising', mexican, 'Line 1').map((one) => ({ ...one, capacity: 3 })),
    ...machine('Assembly', 'Assembly', mexican, 'Cell 1', 'Cell 2'),
    ...machine('Packing', 'Packing', mexican, 'Packer'),
  ],
  products: [
    moulded('Handle K2 black', 'Handles', 900, 1),
    moulded('Handle K2 walnut', 'Handles', 700, 1.2),
    moulded('Shell P91 red', 'Shells', 1200, 0.7),
    moulded('Shell P91 blue', 'Shells', 1100, 0.7),
    moulded('Trailer tap TT4', 'Taps', 420, 1.6),
  ],
}

/** Change from one product to another on the same machine: longer between families. */
export const SETUP_MS = { sameFamily: 25 * MINUTE_MS, otherFamily: 1.2 * HOUR_MS }
