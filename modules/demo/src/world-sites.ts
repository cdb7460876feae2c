import type { Shift } from '@millrace/machines'
import { queretaroShifts, surseeShifts } from './world-calendar.ts'

export type SiteKey = 'sursee' | 'queretaro'

/** A plant of the company (ISA-95 site). */
export type WorldSite = {
  key: SiteKey
  name: string
  country: string
  timeZone: string
  /** ISO 4217. */
  currency: string
  shifts: readonly Shift[]
  ambient: { meanCelsius: number; swingCelsius: number }
  solarKwp: number
  /** Dear hours of the energy tariff on workdays, in minutes after local midnight. */
  peakTariff: readonly { startMinute: number; endMinute: number }[]
}

/** ISA-95 area. */
export type WorldArea = { key: string; siteKey: SiteKey; name: string }

/** ISA-95 work center: a line or a cell. */
export type WorldWorkCenter = { key: string; areaKey: string; name: string }

export type ProtocolInUse = 'opc-ua' | 'sparkplug'

/** One way a plant's gateway reaches machines. `key` is the name of the simulator's endpoint. */
export type WorldConnection = {
  key: string
  siteKey: SiteKey
  name: string
  protocol: ProtocolInUse
  /** Sparkplug group to listen to. */
  groupId?: string
}

export const sites: readonly WorldSite[] = [
  {
    key: 'sursee',
    name: 'Sursee',
    country: 'Switzerland',
    timeZone: 'Europe/Zurich',
    currency: 'CHF',
    shifts: surseeShifts,
    ambient: { meanCelsius: 21, swingCelsius: 2 },
    solarKwp: 120,
    peakTariff: [
      { startMinute: 7 * 60, endMinute: 12 * 60 },
      { startMinute: 17 * 60, endMinute: 20 * 60 },
    ],
  },
  {
    key: 'queretaro',
    name: 'Querétaro',
    country: 'Mexico',
    timeZone: 'America/Mexico_City',
    currency: 'MXN',
    shifts: queretaroShifts,
    ambient: { meanCelsius: 24, swingCelsius: 3.5 },
    solarKwp: 80,
    peakTariff: [{ startMinute: 18 * 60, endMinute: 22 * 60 }],
  },
]

export const areas: readonly WorldArea[] = [
  { key: 'blade-milling', siteKey: 'sursee', name: 'Blade milling' },
  { key: 'heat-treatment', siteKey: 'sursee', name: 'Heat treatment' },
  { key: 'grinding', siteKey: 'sursee', name: 'Grinding' },
  { key: 'finishing', siteKey: 'sursee', name: 'Finishing' },
  { key: 'sursee-utilities', siteKey: 'sursee', name: 'Utilities' },
  { key: 'turning', siteKey: 'queretaro', name: 'Turning' },
  { key: 'moulding', siteKey: 'queretaro', name: 'Moulding' },
  { key: 'anodising', siteKey: 'queretaro', name: 'Anodising' },
  { key: 'assembly', siteKey: 'queretaro', name: 'Assembly' },
  { key: 'packing', siteKey: 'queretaro', name: 'Packing' },
  { key: 'queretaro-utilities', siteKey: 'queretaro', name: 'Utilities' },
]

export const workCenters: readonly WorldWorkCenter[] = [
  { key: 'blanking', areaKey: 'blade-milling', name: 'Blanking' },
  { key: 'milling-cell', areaKey: 'blade-milling', name: 'Milling cell' },
  { key: 'hardening-line', areaKey: 'heat-treatment', name: 'Hardening line' },
  { key: 'grinding-line', areaKey: 'grinding', name: 'Grinding line' },
  { key: 'polishing', areaKey: 'grinding', name: 'Polishing' },
  { key: 'marking', areaKey: 'finishing', name: 'Marking and inspection' },
  { key: 'premium-assembly', areaKey: 'finishing', name: 'Premium assembly' },
  { key: 'sursee-supply', areaKey: 'sursee-utilities', name: 'Air and power' },
  { key: 'turning-cell', areaKey: 'turning', name: 'Turning cell' },
  { key: 'moulding-cell', areaKey: 'moulding', name: 'Moulding cell' },
  { key: 'anodising-line', areaKey: 'anodising', name: 'Anodising line' },
  { key: 'volume-assembly', areaKey: 'assembly', name: 'Volume assembly' },
  { key: 'packing-line', areaKey: 'packing', name: 'Packing line' },
  { key: 'queretaro-supply', areaKey: 'queretaro-utilities', name: 'Air, cold and power' },
]

/**
 * What the simulator serves. Engraver and first lathe would speak MTConnect, meters and compressors Modbus TCP; until
 * the gateway has those drivers they are served by Sparkplug.
 */
export const connections: readonly WorldConnection[] = [
  { key: 'sursee-mills', siteKey: 'sursee', name: 'Blade milling (OPC UA)', protocol: 'opc-ua' },
  { key: 'sursee-furnaces', siteKey: 'sursee', name: 'Heat treatment (OPC UA)', protocol: 'opc-ua' },
  { key: 'sursee-broker', siteKey: 'sursee', name: 'Shop floor (Sparkplug)', protocol: 'sparkplug', groupId: 'Sursee' },
  { key: 'queretaro-anodising', siteKey: 'queretaro', name: 'Anodising (OPC UA)', protocol: 'opc-ua' },
  {
    key: 'queretaro-broker',
    siteKey: 'queretaro',
    name: 'Shop floor (Sparkplug)',
    protocol: 'sparkplug',
    groupId: 'Queretaro',
  },
]
