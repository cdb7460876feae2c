import { type Kind, machineKinds, type TagDefinition } from '@millrace/machines'
import type { CalendarKey } from './world-calendar.ts'
import { areas, connections, type SiteKey, workCenters } from './world-sites.ts'

/** A machine, camera or meter (ISA-95 work unit) with where it stands and how it is reached. */
export type WorldMachine = {
  /** Unique in the company; also the name in the simulator. */
  key: string
  /** Unique in its plant. */
  name: string
  kind: Kind
  /** What the company counts: 31 machines; cameras and meters are not among them. */
  counts: 'machine' | 'camera' | 'meter'
  siteKey: SiteKey
  areaKey: string
  workCenterKey: string
  connectionKey: string
  /** Sparkplug: the edge node in front of it. */
  edgeNodeId?: string
  seed: number
  calendarKey: CalendarKey
  /** Works around the clock from the extra shift on. */
  extraShift: boolean
  /** Key of the machine it serves. */
  leaderKey?: string
  programs?: readonly string[]
  signals: readonly WorldSignal[]
}

/** A tag with the address a gateway reads it at. */
export type WorldSignal = TagDefinition & { address: string }

/** A tag that may be written, with the bounds the gateway is to enforce. */
export type WorldSetPoint = {
  machineKey: string
  tag: string
  title: string
  unit: string
  min: number
  max: number
  maxStep: number
  maxPerMinute: number
  address: string
}

type Row = Pick<WorldMachine, 'key' | 'name' | 'kind' | 'workCenterKey' | 'connectionKey'> &
  Partial<Pick<WorldMachine, 'counts' | 'edgeNodeId' | 'calendarKey' | 'extraShift' | 'leaderKey' | 'programs'>>

/** A controller takes a new set-point every few seconds at most; anything faster is a fault of the sender. */
const SET_POINT_WRITES_PER_MINUTE = 10

const LONG_BLADES = ['BLADE-CK200 r7', 'BLADE-BK260 r3', 'BLADE-SAN170 r5']
const SHORT_BLADES = ['BLADE-PK91 r12', 'BLADE-PAR8 r6']

const rows: readonly Row[] = [
  mill(1, LONG_BLADES),
  // One long series, so that what its vibration does comes from the tool and nothing else.
  mill(2, ['BLADE-CK200 r7']),
  mill(3, SHORT_BLADES),
  mill(4, SHORT_BLADES),
  opcUa('blanking-press', 'Blanking press', 'blanking-press', 'blanking', 'sursee-mills'),
  { ...heat('furnace-1', 'Furnace 1', 'furnace'), extraShift: true },
  { ...heat('furnace-2', 'Furnace 2', 'furnace'), extraShift: true },
  { ...heat('quench', 'Quench', 'quench'), extraShift: true },
  { ...heat('temper-oven', 'Temper oven', 'temper-oven'), extraShift: true },
  sursee('grinder-a', 'Grinder A', 'grinder', 'grinding-line', 'Grinding'),
  sursee('grinder-b', 'Grinder B', 'grinder', 'grinding-line', 'Grinding'),
  sursee('grinder-c', 'Grinder C', 'grinder', 'grinding-line', 'Grinding'),
  sursee('polisher-1', 'Polisher 1', 'polisher', 'polishing', 'Grinding'),
  sursee('polisher-2', 'Polisher 2', 'polisher', 'polishing', 'Grinding'),
  sursee('engraver', 'Engraver', 'engraver', 'marking', 'Finishing'),
  { ...sursee('inspection-1', 'Inspection cell 1', 'inspection-cell', 'marking', 'Finishing'), counts: 'camera' },
  sursee('assembly-a', 'Assembly A', 'assembly-cell', 'premium-assembly', 'Finishing'),
  sursee('assembly-b', 'Assembly B', 'assembly-cell', 'premium-assembly', 'Finishing'),
  { ...sursee('sursee-compressor', 'Compressor', 'compressor', 'sursee-supply', 'Utilities'), calendarKey: 'always' },
  { ...sursee('sursee-meter', 'Site meter', 'site-meter', 'sursee-supply', 'Utilities'), counts: 'meter' },
  queretaro('lathe-1', 'Lathe 1', 'lathe', 'turning-cell', 'Turning'),
  { ...queretaro('lathe-2', 'Lathe 2', 'lathe', 'turning-cell', 'Turning'), extraShift: true },
  queretaro('lathe-3', 'Lathe 3', 'lathe', 'turning-cell', 'Turning'),
  queretaro('press-1', 'Press 1', 'injection-press', 'moulding-cell', 'Moulding'),
  { ...queretaro('press-2', 'Press 2', 'injection-press', 'moulding-cell', 'Moulding'), extraShift: true },
  queretaro('press-3', 'Press 3', 'injection-press', 'moulding-cell', 'Moulding'),
  {
    ...opcUa('anodising-line-1', 'Line 1', 'anodising-line', 'anodising-line', 'queretaro-anodising'),
    calendarKey: 'queretaro',
  },
  {
    ...opcUa('rectifier', 'Rectifier', 'rectifier', 'anodising-line', 'queretaro-anodising'),
    calendarKey: 'queretaro',
    leaderKey: 'anodising-line-1',
  },
  queretaro('cell-1', 'Cell 1', 'assembly-cell', 'volume-assembly', 'Assembly'),
  queretaro('cell-2', 'Cell 2', 'assembly-cell', 'volume-assembly', 'Assembly'),
  {
    ...queretaro('inspection-2', 'Inspection cell 2', 'inspection-cell', 'volume-assembly', 'Assembly'),
    counts: 'camera',
  },
  queretaro('packer', 'Packer', 'packer', 'packing-line', 'Packing'),
  {
    ...queretaro('queretaro-compressor', 'Compressor', 'compressor', 'queretaro-supply', 'Utilities'),
    calendarKey: 'always',
  },
  { ...queretaro('chiller', 'Chiller', 'chiller', 'queretaro-supply', 'Utilities'), calendarKey: 'always' },
  { ...queretaro('queretaro-meter', 'Site meter', 'site-meter', 'queretaro-supply', 'Utilities'), counts: 'meter' },
]

export const machines: readonly WorldMachine[] = rows.map((row, index) => {
  const areaKey = known(workCenters, row.workCenterKey).areaKey
  return {
    counts: 'machine',
    calendarKey: 'sursee',
    extraShift: false,
    ...row,
    siteKey: known(areas, areaKey).siteKey,
    areaKey,
    seed: 7001 + index * 97,
    signals: machineKinds[row.kind].tags.map((tag) => ({ ...tag, address: addressOf(row, tag.name) })),
  }
})

export const setPoints: readonly WorldSetPoint[] = machines.flatMap((machine) =>
  machine.signals.flatMap(({ name, title, unit, address, writable }) =>
    writable
      ? [
          {
            machineKey: machine.key,
            tag: name,
            title,
            unit,
            ...writable,
            maxPerMinute: SET_POINT_WRITES_PER_MINUTE,
            address,
          },
        ]
      : [],
  ),
)

/** OPC UA: a NodeId of the server's own namespace. Sparkplug: `edgeNode/device/metric`. */
function addressOf({ key, connectionKey, edgeNodeId }: Row, tag: string): string {
  return known(connections, connectionKey).protocol === 'opc-ua'
    ? `ns=1;s=${key}.${tag}`
    : `${edgeNodeId}/${key}/${tag}`
}

function mill(number: number, programs: readonly string[]): Row {
  const row = opcUa(`mill-${number}`, `Mill ${number}`, 'cnc-mill', 'milling-cell', 'sursee-mills')
  return { ...row, extraShift: true, programs }
}

function heat(key: string, name: string, kind: Kind): Row {
  return { ...opcUa(key, name, kind, 'hardening-line', 'sursee-furnaces'), calendarKey: 'sursee-furnaces' }
}

function opcUa(key: string, name: string, kind: Kind, workCenterKey: string, connectionKey: string): Row {
  return { key, name, kind, workCenterKey, connectionKey }
}

function sursee(key: string, name: string, kind: Kind, workCenterKey: string, edgeNodeId: string): Row {
  return { key, name, kind, workCenterKey, connectionKey: 'sursee-broker', edgeNodeId, calendarKey: 'sursee' }
}

function queretaro(key: string, name: string, kind: Kind, workCenterKey: string, edgeNodeId: string): Row {
  return { key, name, kind, workCenterKey, connectionKey: 'queretaro-broker', edgeNodeId, calendarKey: 'queretaro' }
}

function known<Item extends { key: string }>(items: readonly Item[], key: string): Item {
  const item = items.find((candidate) => candidate.key === key)
  if (!item) throw new RangeError(`The demo world has no ${key}.`)
  return item
}
