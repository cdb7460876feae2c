import type { SiteKey } from './world-sites.ts'

export interface WorldMaterial {
  readonly code: string
  readonly name: string
  readonly unit: 'pcs' | 'kg' | 'm' | 'l'
  readonly kind: 'raw' | 'part' | 'product'
}

const raw = (code: string, name: string, unit: WorldMaterial['unit']): WorldMaterial => ({
  code,
  name,
  unit,
  kind: 'raw',
})
const part = (code: string, name: string): WorldMaterial => ({ code, name, unit: 'pcs', kind: 'part' })
const knife = (code: string, name: string): WorldMaterial => ({ code, name, unit: 'pcs', kind: 'product' })

/** What the company stocks. What the plants make has the codes of their products. */
export const materials: readonly WorldMaterial[] = [
  raw('STRIP-25', 'Steel strip 2.5 mm', 'kg'),
  raw('STRIP-18', 'Steel strip 1.8 mm', 'kg'),
  raw('RIVET-3', 'Rivet 3 mm', 'pcs'),
  raw('WALNUT-200', 'Walnut scale 200', 'pcs'),
  raw('OIL-FG', 'Food-grade oil', 'l'),
  raw('BOX-GIFT', 'Gift box', 'pcs'),
  raw('BOX-20', 'Carton for 20', 'pcs'),
  raw('PA-BLK', 'Polyamide granulate black', 'kg'),
  raw('PA-RED', 'Polyamide granulate red', 'kg'),
  raw('PA-GRN', 'Polyamide granulate green', 'kg'),
  raw('ALU-ROD', 'Aluminium rod 14 mm', 'm'),
  raw('DYE-BLUE', 'Anodising dye blue', 'l'),
  part('HANDLE-PK91-RED', 'Handle 91 red'),
  part('HANDLE-PK91-BLK', 'Handle 91 black'),
  part('HANDLE-PAR8-GRN', 'Handle 8 green'),
  part('BOLSTER-CK200', 'Bolster 200'),
  part('SCALE-AL91', 'Alox scale 91'),
  knife('BLADE-CK200', 'Chef 200'),
  knife('BLADE-BK260', 'Bread 260'),
  knife('BLADE-SAN170', 'Santoku 170'),
  knife('BLADE-PK91', 'Pocket 91'),
  knife('BLADE-PAR8', 'Paring 8'),
]

/** What one piece takes: component, amount, the step that takes it, and what is lost. */
type WorldBillItem = readonly [code: string, quantityPer: string, stepName: string, scrapRatio?: number]

const packed: readonly WorldBillItem[] = [
  ['OIL-FG', '0.002', 'Assembly'],
  ['BOX-GIFT', '1', 'Assembly'],
]
const strip = (code: string, kg: string): WorldBillItem => [code, kg, 'Blanking', 0.08]

/** Bills by the code of what is made. */
export const bills: Readonly<Record<string, readonly WorldBillItem[]>> = {
  'BLADE-CK200': [
    strip('STRIP-25', '0.31'),
    ['BOLSTER-CK200', '1', 'Assembly', 0.01],
    ['WALNUT-200', '2', 'Assembly', 0.02],
    ['RIVET-3', '3', 'Assembly', 0.02],
    ...packed,
  ],
  'BLADE-BK260': [
    strip('STRIP-25', '0.36'),
    ['WALNUT-200', '2', 'Assembly', 0.02],
    ['RIVET-3', '3', 'Assembly', 0.02],
    ...packed,
  ],
  'BLADE-SAN170': [
    strip('STRIP-25', '0.28'),
    ['BOLSTER-CK200', '1', 'Assembly', 0.01],
    ['WALNUT-200', '2', 'Assembly', 0.02],
    ['RIVET-3', '3', 'Assembly', 0.02],
    ...packed,
  ],
  'BLADE-PK91': [
    strip('STRIP-18', '0.055'),
    ['SCALE-AL91', '2', 'Assembly', 0.01],
    ['RIVET-3', '4', 'Assembly', 0.02],
    ...packed,
  ],
  'BLADE-PAR8': [strip('STRIP-18', '0.042'), ['HANDLE-PAR8-GRN', '1', 'Assembly', 0.01], ...packed],
  'HANDLE-PK91-RED': [
    ['PA-RED', '0.024', 'Moulding', 0.03],
    ['BOX-20', '0.05', 'Packing'],
  ],
  // The black ones carry an inlay of anodised aluminium, which the same plant turns.
  'HANDLE-PK91-BLK': [
    ['PA-BLK', '0.022', 'Moulding', 0.03],
    ['SCALE-AL91', '1', 'Assembly', 0.01],
    ['BOX-20', '0.05', 'Packing'],
  ],
  'HANDLE-PAR8-GRN': [
    ['PA-GRN', '0.026', 'Moulding', 0.03],
    ['BOX-20', '0.05', 'Packing'],
  ],
  'BOLSTER-CK200': [
    ['ALU-ROD', '0.032', 'Turning', 0.05],
    ['BOX-20', '0.05', 'Packing'],
  ],
  'SCALE-AL91': [
    ['ALU-ROD', '0.012', 'Turning', 0.05],
    ['DYE-BLUE', '0.001', 'Anodising'],
    ['BOX-20', '0.05', 'Packing'],
  ],
}

export interface WorldSupply {
  readonly siteKey: SiteKey
  readonly code: string
  readonly supply: 'make' | 'buy' | 'transfer'
  /** With `buy` a company, with `transfer` a plant. */
  readonly from?: string
  readonly leadTimeDays: number
  readonly safetyStock: number
  readonly lot?: readonly [minimum: number, multiple: number]
  readonly unitCost: string
  readonly responsible: string
  readonly stock: number
}

const PLANNER = { sursee: 'Stefan Kunz', queretaro: 'Karin Stalder' } as const

const bought = (
  siteKey: SiteKey,
  code: string,
  from: string,
  leadTimeDays: number,
  lot: readonly [number, number],
  unitCost: string,
  safetyStock: number,
  stock: number,
): WorldSupply => ({
  ...{ siteKey, code, supply: 'buy', from, leadTimeDays, safetyStock, lot, unitCost, stock },
  responsible: PLANNER[siteKey],
})
const made = (siteKey: SiteKey, code: string, unitCost: string, safetyStock: number, stock: number): WorldSupply => ({
  ...{ siteKey, code, supply: 'make', leadTimeDays: 5, safetyStock, unitCost, stock, responsible: PLANNER[siteKey] },
})
const sent = (code: string, unitCost: string, least: number, safetyStock: number, stock: number): WorldSupply => ({
  ...{ siteKey: 'sursee', code, supply: 'transfer', from: 'queretaro', leadTimeDays: 12, safetyStock },
  lot: [least, 500],
  ...{ unitCost, stock, responsible: PLANNER.sursee },
})

/** How each plant comes by its materials, and what lies there at the world's present. */
export const supplies: readonly WorldSupply[] = [
  bought('sursee', 'STRIP-25', 'Stahlwerk Ergolz', 10, [2000, 500], '4.2', 300, 2600),
  bought('sursee', 'STRIP-18', 'Stahlwerk Ergolz', 10, [250, 250], '4.6', 100, 3300),
  bought('sursee', 'RIVET-3', 'Niet & Stift', 5, [10_000, 5000], '0.018', 5000, 62_000),
  bought('sursee', 'WALNUT-200', 'Schreinerei Hug', 14, [5000, 1000], '2.35', 500, 9800),
  bought('sursee', 'OIL-FG', 'Lubrichem', 7, [20, 20], '9.5', 20, 170),
  bought('sursee', 'BOX-GIFT', 'Karton Aare', 6, [3000, 500], '0.85', 1000, 9000),
  sent('BOLSTER-CK200', '3.1', 2000, 400, 5200),
  sent('SCALE-AL91', '1.45', 3000, 600, 6800),
  sent('HANDLE-PAR8-GRN', '0.72', 2000, 500, 6500),
  made('sursee', 'BLADE-CK200', '31.4', 60, 140),
  made('sursee', 'BLADE-BK260', '33.8', 40, 85),
  made('sursee', 'BLADE-SAN170', '29.9', 60, 380),
  made('sursee', 'BLADE-PK91', '14.6', 150, 900),
  made('sursee', 'BLADE-PAR8', '6.3', 150, 510),
  bought('queretaro', 'PA-BLK', 'Polímeros del Bajío', 6, [250, 25], '3.4', 100, 520),
  bought('queretaro', 'PA-RED', 'Polímeros del Bajío', 6, [250, 25], '3.7', 100, 1100),
  bought('queretaro', 'PA-GRN', 'Polímeros del Bajío', 6, [250, 25], '3.7', 100, 640),
  bought('queretaro', 'ALU-ROD', 'Aluminios Cadereyta', 9, [500, 100], '2.9', 200, 1150),
  bought('queretaro', 'DYE-BLUE', 'Química Norte', 15, [25, 25], '18.4', 10, 140),
  bought('queretaro', 'BOX-20', 'Empaques Querétaro', 4, [1000, 500], '0.62', 500, 5600),
  made('queretaro', 'HANDLE-PK91-RED', '0.68', 1000, 2400),
  made('queretaro', 'HANDLE-PK91-BLK', '1.9', 1000, 5000),
  made('queretaro', 'HANDLE-PAR8-GRN', '0.7', 1000, 4000),
  made('queretaro', 'BOLSTER-CK200', '2.9', 500, 9000),
  made('queretaro', 'SCALE-AL91', '1.3', 1000, 26_000),
]

export interface WorldReceipt {
  readonly siteKey: SiteKey
  readonly code: string
  readonly reference: string
  readonly quantity: number
  /** Days after the world's present at which it is expected; before it when it should have come. */
  readonly expectedDays: number
}

/** What is on its way; two of them should have come already. */
export const receipts: readonly WorldReceipt[] = [
  { siteKey: 'sursee', code: 'STRIP-25', reference: 'PO 4711', quantity: 1500, expectedDays: 5.3 },
  { siteKey: 'sursee', code: 'STRIP-25', reference: 'PO 4718', quantity: 3500, expectedDays: 12.3 },
  { siteKey: 'sursee', code: 'STRIP-18', reference: 'PO 4702', quantity: 500, expectedDays: 3.3 },
  { siteKey: 'sursee', code: 'BOX-GIFT', reference: 'PO 4698', quantity: 4000, expectedDays: -1.2 },
  { siteKey: 'sursee', code: 'BOX-GIFT', reference: 'PO 4720', quantity: 9000, expectedDays: 7.2 },
  { siteKey: 'sursee', code: 'WALNUT-200', reference: 'PO 4709', quantity: 7000, expectedDays: 6.2 },
  { siteKey: 'sursee', code: 'WALNUT-200', reference: 'PO 4717', quantity: 12_000, expectedDays: 10.3 },
  { siteKey: 'sursee', code: 'WALNUT-200', reference: 'PO 4722', quantity: 10_000, expectedDays: 13.3 },
  { siteKey: 'sursee', code: 'OIL-FG', reference: 'PO 4715', quantity: 100, expectedDays: 6.4 },
  { siteKey: 'sursee', code: 'BOLSTER-CK200', reference: 'TR 318', quantity: 2400, expectedDays: 6.3 },
  { siteKey: 'sursee', code: 'BOLSTER-CK200', reference: 'TR 324', quantity: 8000, expectedDays: 7.3 },
  { siteKey: 'sursee', code: 'SCALE-AL91', reference: 'TR 321', quantity: 3000, expectedDays: 8.3 },
  { siteKey: 'sursee', code: 'SCALE-AL91', reference: 'TR 326', quantity: 9000, expectedDays: 9.3 },
  { siteKey: 'queretaro', code: 'PA-BLK', reference: 'OC 9104', quantity: 500, expectedDays: -0.6 },
  { siteKey: 'queretaro', code: 'PA-RED', reference: 'OC 9116', quantity: 1500, expectedDays: 3.6 },
  { siteKey: 'queretaro', code: 'ALU-ROD', reference: 'OC 9110', quantity: 1000, expectedDays: 4.6 },
  { siteKey: 'queretaro', code: 'BOX-20', reference: 'OC 9113', quantity: 2000, expectedDays: 2.5 },
]
