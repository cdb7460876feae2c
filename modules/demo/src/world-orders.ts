import type { SiteKey } from './world-sites.ts'

/** One step of a routing: machines by key, with minutes for one piece. */
export interface WorldStep {
  readonly name: string
  readonly machines: readonly string[]
  readonly minutesPerPiece: number
  /** Left out: what the product's family needs. */
  readonly setupFamily?: string
  /** What has to be done in one go. */
  readonly whole?: true
  readonly operators?: { readonly skill: string; readonly time: 'whole' | 'setup' }
  /** In a furnace: minutes of a charge, and what a piece weighs. */
  readonly charge?: { readonly minutes: number; readonly loadPerPiece: number }
  /** Name of the mould or fixture it needs. */
  readonly tool?: string
  /** Cooling after it. */
  readonly waitMinutes?: number
  readonly transferQuantity?: number
}

export interface WorldProduct {
  readonly siteKey: SiteKey
  readonly code: string
  readonly name: string
  readonly family: string
  readonly steps: readonly WorldStep[]
}

/** Usual set-up minutes by machine. */
export const setupMinutes: Readonly<Record<string, number>> = {
  'blanking-press': 30,
  ...each(['mill-1', 'mill-2', 'mill-3', 'mill-4'], 45),
  ...each(['furnace-1', 'furnace-2'], 20),
  'temper-oven': 20,
  ...each(['grinder-a', 'grinder-b', 'grinder-c'], 30),
  ...each(['polisher-1', 'polisher-2'], 15),
  engraver: 10,
  ...each(['assembly-a', 'assembly-b'], 15),
  ...each(['lathe-1', 'lathe-2', 'lathe-3'], 40),
  ...each(['press-1', 'press-2', 'press-3'], 60),
  'anodising-line-1': 30,
  ...each(['cell-1', 'cell-2'], 15),
  packer: 10,
}

/** People who can stand in for each other, and how many each shift has. */
export const operatorGroups: readonly {
  readonly siteKey: SiteKey
  readonly name: string
  readonly skills: readonly string[]
  readonly headcounts: Readonly<Record<string, number>>
}[] = [
  { siteKey: 'sursee', name: 'Setters', skills: ['setting'], headcounts: { Early: 2, Late: 1 } },
  { siteKey: 'sursee', name: 'Grinders', skills: ['fine grinding'], headcounts: { Early: 3, Late: 2 } },
  { siteKey: 'sursee', name: 'Assemblers', skills: ['assembly'], headcounts: { Early: 2, Late: 2 } },
  { siteKey: 'queretaro', name: 'Mould setters', skills: ['setting'], headcounts: { Day: 2, Evening: 1, Night: 1 } },
  { siteKey: 'queretaro', name: 'Assemblers', skills: ['assembly'], headcounts: { Day: 2, Evening: 2, Night: 1 } },
]

const SETTER = { skill: 'setting', time: 'setup' } as const

/** Moulds and fixtures, and how many there are of each. */
export const tools: readonly { readonly siteKey: SiteKey; readonly name: string; readonly count: number }[] = [
  { siteKey: 'sursee', name: 'Fixture serrated', count: 1 },
  { siteKey: 'queretaro', name: 'Mould 91', count: 2 },
  { siteKey: 'queretaro', name: 'Mould 8', count: 1 },
]

/** What is more than one machine for one operation: furnaces by the weight of a charge, cells by their benches. */
export const unitCapacities: readonly {
  readonly machine: string
  readonly chargeKg?: number
  readonly count?: number
}[] = [
  { machine: 'furnace-1', chargeKg: 120 },
  { machine: 'furnace-2', chargeKg: 120 },
  { machine: 'temper-oven', chargeKg: 180 },
  { machine: 'cell-1', count: 2 },
  { machine: 'cell-2', count: 2 },
]

/** Minutes between halls, by the keys of their areas. */
export const transports: readonly { readonly from: string; readonly to: string; readonly minutes: number }[] = [
  { from: 'blade-milling', to: 'heat-treatment', minutes: 20 },
  { from: 'heat-treatment', to: 'grinding', minutes: 15 },
  { from: 'grinding', to: 'finishing', minutes: 10 },
  { from: 'turning', to: 'anodising', minutes: 15 },
  { from: 'anodising', to: 'assembly', minutes: 10 },
  { from: 'moulding', to: 'assembly', minutes: 10 },
]

/** Services that are due on the first workday from so many days ahead, by the plant's clock. */
export const maintenance: readonly {
  readonly machine: string
  readonly inDays: number
  readonly startMinute: number
  readonly minutes: number
  readonly note: string
}[] = [
  { machine: 'polisher-2', inDays: 3, startMinute: 6 * 60, minutes: 150, note: 'Belts and extraction' },
  { machine: 'furnace-1', inDays: 9, startMinute: 6 * 60, minutes: 8 * 60, note: 'Yearly check of the burners' },
  { machine: 'press-3', inDays: 5, startMinute: 14 * 60, minutes: 4 * 60, note: 'Hydraulic oil and filters' },
]

const LONG_MILLS = ['mill-1', 'mill-2']
const SHORT_MILLS = ['mill-3', 'mill-4']

interface Blade {
  readonly mills: readonly string[]
  /** Weight of a blank. */
  readonly kg: number
  readonly slower?: number
  readonly fixture?: string
}

const blade = (
  code: string,
  name: string,
  family: string,
  { mills, kg, slower = 1, fixture }: Blade,
): WorldProduct => ({
  ...{ siteKey: 'sursee', code, name, family },
  steps: [
    { name: 'Blanking', machines: ['blanking-press'], minutesPerPiece: 0.12 },
    {
      ...{ name: 'Milling', machines: mills, minutesPerPiece: 1.1 * slower, operators: SETTER },
      ...(fixture !== undefined && { tool: fixture }),
    },
    {
      name: 'Hardening',
      machines: ['furnace-1', 'furnace-2'],
      minutesPerPiece: 0.4,
      setupFamily: 'steel',
      whole: true,
      charge: { minutes: 150, loadPerPiece: kg },
    },
    {
      ...{ name: 'Tempering', machines: ['temper-oven'], minutesPerPiece: 0.2, setupFamily: 'steel', whole: true },
      ...{ charge: { minutes: 120, loadPerPiece: kg }, waitMinutes: 45 },
    },
    {
      ...{ name: 'Grinding', machines: ['grinder-a', 'grinder-b', 'grinder-c'], minutesPerPiece: 1.3 * slower },
      transferQuantity: 60,
      operators: { skill: 'fine grinding', time: 'whole' },
    },
    { name: 'Polishing', machines: ['polisher-1', 'polisher-2'], minutesPerPiece: 0.7 * slower },
    { name: 'Engraving', machines: ['engraver'], minutesPerPiece: 0.25, setupFamily: code },
    {
      ...{ name: 'Assembly', machines: ['assembly-a', 'assembly-b'], minutesPerPiece: 0.9 },
      operators: { skill: 'assembly', time: 'whole' },
    },
  ],
})

const handle = (code: string, name: string, colour: string, mould: string): WorldProduct => ({
  ...{ siteKey: 'queretaro', code, name, family: colour },
  steps: [
    {
      ...{ name: 'Moulding', machines: ['press-1', 'press-2', 'press-3'], minutesPerPiece: 0.45, operators: SETTER },
      tool: mould,
    },
    {
      ...{ name: 'Assembly', machines: ['cell-1', 'cell-2'], minutesPerPiece: 0.35, setupFamily: 'handles' },
      operators: { skill: 'assembly', time: 'whole' },
    },
    { name: 'Packing', machines: ['packer'], minutesPerPiece: 0.1, setupFamily: 'boxes' },
  ],
})

const turned = (code: string, name: string, colour: string): WorldProduct => ({
  ...{ siteKey: 'queretaro', code, name, family: colour },
  steps: [
    { name: 'Turning', machines: ['lathe-1', 'lathe-2', 'lathe-3'], minutesPerPiece: 0.6, setupFamily: code },
    { name: 'Anodising', machines: ['anodising-line-1'], minutesPerPiece: 0.18, whole: true },
    {
      ...{ name: 'Assembly', machines: ['cell-1', 'cell-2'], minutesPerPiece: 0.3, setupFamily: 'scales' },
      operators: { skill: 'assembly', time: 'whole' },
    },
    { name: 'Packing', machines: ['packer'], minutesPerPiece: 0.1, setupFamily: 'boxes' },
  ],
})

/** What the plants make: the blades that the mills' programs are for, handles and turned parts. */
export const products: readonly WorldProduct[] = [
  blade('BLADE-CK200', 'Chef 200', 'long', { mills: LONG_MILLS, kg: 0.19 }),
  blade('BLADE-BK260', 'Bread 260', 'serrated', {
    ...{ mills: ['mill-1'], kg: 0.24, slower: 1.15, fixture: 'Fixture serrated' },
  }),
  blade('BLADE-SAN170', 'Santoku 170', 'long', { mills: LONG_MILLS, kg: 0.17 }),
  blade('BLADE-PK91', 'Pocket 91', 'short', { mills: SHORT_MILLS, kg: 0.05, slower: 0.8 }),
  blade('BLADE-PAR8', 'Paring 8', 'short', { mills: SHORT_MILLS, kg: 0.06, slower: 0.75 }),
  handle('HANDLE-PK91-RED', 'Handle 91 red', 'red', 'Mould 91'),
  handle('HANDLE-PK91-BLK', 'Handle 91 black', 'black', 'Mould 91'),
  handle('HANDLE-PAR8-GRN', 'Handle 8 green', 'green', 'Mould 8'),
  turned('BOLSTER-CK200', 'Bolster 200', 'natural'),
  turned('SCALE-AL91', 'Alox scale 91', 'blue'),
]

export interface WorldOrder {
  readonly siteKey: SiteKey
  readonly number: string
  readonly productCode: string
  readonly quantity: number
  /** Days before the world's present on which it could begin. */
  readonly releaseDays: number
  /** Days after it on which it is due. */
  readonly dueDays: number
  readonly priority: number
  readonly customer: string | null
}

/** How many orders each plant has. */
const ORDER_COUNTS: Readonly<Record<SiteKey, number>> = { sursee: 48, queretaro: 42 }
const FIRST_NUMBER: Readonly<Record<SiteKey, number>> = { sursee: 4450, queretaro: 7100 }
/** Due dates lie from a day after the present to two weeks after it. */
const DUE_DAYS = 13
const CUSTOMERS = [
  'Küchenhaus Meier',
  'Nordhandel',
  'Casa Cocina',
  'Hallam & Sons',
  'Atelier Brun',
  null,
  null,
] as const
const QUANTITIES: Readonly<Record<SiteKey, readonly number[]>> = {
  sursee: [150, 240, 300, 360, 420, 540],
  queretaro: [1200, 1800, 2400, 3000, 3600],
}

/** The open orders of the company: always the same ones, due over two weeks. */
export const orders: readonly WorldOrder[] = (['sursee', 'queretaro'] as const).flatMap((siteKey) => {
  const own = products.filter((one) => one.siteKey === siteKey)
  const count = ORDER_COUNTS[siteKey]
  return Array.from({ length: count }, (_, index): WorldOrder => {
    // Steps that share no factor with the lengths of the lists go through all of their entries.
    const pick = <T>(list: readonly T[], step: number): T => list[(index * step + (index >> 2)) % list.length] as T
    return {
      ...{ siteKey, number: String(FIRST_NUMBER[siteKey] + index), productCode: pick(own, 3).code },
      ...{ quantity: pick(QUANTITIES[siteKey], 5), customer: pick(CUSTOMERS, 4) },
      releaseDays: 4 - (index * 5) / count,
      dueDays: 1.5 + (index * DUE_DAYS) / count,
      priority: index % 11 === 5 ? 1 : index % 4 === 1 ? 2 : 3,
    }
  })
})

function each(keys: readonly string[], minutes: number): Record<string, number> {
  return Object.fromEntries(keys.map((key) => [key, minutes]))
}
