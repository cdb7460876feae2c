import { HOUR_MS, MINUTE_MS, zoneOffsetMs } from '@millrace/base'
import type { GanttPlan } from './model.ts'

/** A date and time as the wall of the plant shows it: milliseconds since 1970 as if that wall were in UTC. */
export interface WallTime {
  readonly wallMs: number
}

export type SheetCell = string | number | WallTime | null

/** A table as it goes into a spreadsheet: names of the columns, then rows of as many cells. */
export interface Sheet {
  readonly columns: readonly SheetColumn[]
  readonly rows: readonly (readonly SheetCell[])[]
}

export interface SheetColumn {
  readonly name: string
  /** Characters. */
  readonly width: number
}

/** The columns, in their order. What is read back needs the operation, the resource and the start only. */
export const COLUMN = {
  operation: 'Operation',
  productionOrder: 'Order',
  product: 'Product',
  family: 'Family',
  step: 'Step',
  resource: 'Resource',
  start: 'Start',
  end: 'End',
  setup: 'Set-up (min)',
  quantity: 'Quantity',
  unit: 'Unit',
  state: 'State',
  locked: 'Locked',
  due: 'Due',
  late: 'Late (h)',
} as const

const COLUMNS: readonly SheetColumn[] = [
  { name: COLUMN.operation, width: 16 },
  { name: COLUMN.productionOrder, width: 10 },
  { name: COLUMN.product, width: 16 },
  { name: COLUMN.family, width: 14 },
  { name: COLUMN.step, width: 14 },
  { name: COLUMN.resource, width: 16 },
  { name: COLUMN.start, width: 17 },
  { name: COLUMN.end, width: 17 },
  { name: COLUMN.setup, width: 12 },
  { name: COLUMN.quantity, width: 10 },
  { name: COLUMN.unit, width: 7 },
  { name: COLUMN.state, width: 11 },
  { name: COLUMN.locked, width: 8 },
  { name: COLUMN.due, width: 17 },
  { name: COLUMN.late, width: 9 },
]

/**
 * The plan as a table: one row for each bar by resource and start, then the tray with empty resource and start, which may be
 * filled in. Times are on the plant's clock.
 */
export function planToSheet(plan: GanttPlan): Sheet {
  const orders = new Map(plan.orders.map((order) => [order.id, order]))
  const places = new Map(plan.resources.map((resource, at) => [resource.id, { at, name: resource.name }]))
  const wall = (atMs: number): WallTime => ({ wallMs: atMs + zoneOffsetMs(atMs, plan.timeZone) })
  const at = (resourceId: string) => places.get(resourceId)?.at ?? places.size
  const bars = plan.bars.toSorted((a, b) => at(a.resourceId) - at(b.resourceId) || a.startMs - b.startMs)
  const orderCells = (orderId: string) => {
    const order = orders.get(orderId)
    return [order?.name ?? orderId, order?.product ?? null, order?.family ?? null]
  }
  return {
    columns: COLUMNS,
    rows: [
      ...bars.map((bar) => [
        bar.id,
        ...orderCells(bar.orderId),
        bar.step,
        places.get(bar.resourceId)?.name ?? bar.resourceId,
        wall(bar.startMs),
        wall(bar.endMs),
        Math.round(bar.setupMs / MINUTE_MS),
        bar.quantity,
        orders.get(bar.orderId)?.unit ?? null,
        bar.state,
        bar.locked ? 'yes' : 'no',
        dueCell(orders.get(bar.orderId)?.dueMs, wall),
        Math.round((bar.lateMs / HOUR_MS) * 10) / 10,
      ]),
      ...plan.waiting.map((waiting) => [
        waiting.id,
        ...orderCells(waiting.orderId),
        waiting.step,
        null,
        null,
        null,
        Math.round(waiting.setupMs / MINUTE_MS),
        waiting.quantity,
        orders.get(waiting.orderId)?.unit ?? null,
        'to place',
        'no',
        dueCell(orders.get(waiting.orderId)?.dueMs, wall),
        null,
      ]),
    ],
  }
}

function dueCell(dueMs: number | undefined, wall: (atMs: number) => WallTime): WallTime | null {
  return dueMs === undefined ? null : wall(dueMs)
}

/** A sheet as CSV (RFC 4180) with times as `2026-11-24 06:00`. A text that a spreadsheet would run as a formula is disarmed. */
export function sheetCsv({ columns, rows }: Sheet): string {
  const lines = [columns.map(({ name }) => name), ...rows]
  return lines.map((cells) => cells.map(csvCell).join(',')).join('\r\n')
}

function csvCell(cell: SheetCell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const text = typeof cell === 'string' ? cell : wallText(cell)
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** `2026-11-24 06:00` */
function wallText({ wallMs }: WallTime): string {
  return new Date(wallMs).toISOString().slice(0, 16).replace('T', ' ')
}
