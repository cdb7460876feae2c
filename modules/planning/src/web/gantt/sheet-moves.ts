import { atWallClock, DAY_MS, MINUTE_MS } from '@millrace/base'
import { immovableBecause } from './draft.ts'
import {
  BAR_LIMIT,
  type BarMove,
  type Eligible,
  type GanttBar,
  type GanttEdit,
  type GanttPlan,
  type GanttWaiting,
} from './model.ts'
import { COLUMN, type SheetCell } from './plan-sheet.ts'
import { texts } from './texts.ts'

/** What is wrong with one cell, in words that name what to do. */
export interface RowError {
  /** As the spreadsheet counts: the names of the columns are row 1. */
  readonly row: number
  /** Empty when it is about the whole row. */
  readonly column: string
  readonly text: string
}

/** What somebody changed in a sheet. Rows with errors are left out of the edits; the others may still be made. */
export interface SheetMoves {
  readonly edits: readonly GanttEdit[]
  readonly errors: readonly RowError[]
  /** Bars and operations of the tray that the edits are about. */
  readonly changedCount: number
}

/** More errors than anybody reads; the file is another one. */
const ERROR_LIMIT = 500
/** Excel counts days from here, after its leap day of 1900 that never was. */
const EXCEL_EPOCH_MS = Date.UTC(1899, 11, 30)
const START_FORM = /^(\d{4})-(\d{1,2})-(\d{1,2})[ T](\d{1,2}):(\d{2})(?::\d{2})?$/

/**
 * What the rows of a sheet ask for, against the plan as it is: other resources and starts become one move of all of them, and
 * operations of the tray that got both are placed. Rows that say what is already so ask for nothing. Columns are found by
 * their names in any order; others are not looked at, for ends follow from starts.
 *
 * @param rows with the names of the columns first
 */
export function sheetToMoves(plan: GanttPlan, rows: readonly (readonly SheetCell[])[]): SheetMoves {
  const [head = [], ...body] = rows
  const nothing = { edits: [], changedCount: 0 }
  if (body.length > BAR_LIMIT) return { ...nothing, errors: [{ row: 1, column: '', text: texts.sheet.tooLong }] }
  const names = head.map((cell) => (typeof cell === 'string' ? cell.trim().toLowerCase() : ''))
  const at = (name: string) => names.indexOf(name.toLowerCase())
  const columns = { operation: at(COLUMN.operation), resource: at(COLUMN.resource), start: at(COLUMN.start) }
  const missing = [COLUMN.operation, COLUMN.resource, COLUMN.start].filter((name) => at(name) === -1)
  if (missing.length > 0) {
    return {
      ...nothing,
      errors: missing.map((column) => ({ row: 1, column, text: texts.sheet.columnMissing(column) })),
    }
  }

  const reader = new RowReader(plan)
  const seen = new Map<string, number>()
  const moves: BarMove[] = []
  const places: GanttEdit[] = []
  const errors: RowError[] = []
  for (const [index, cells] of body.entries()) {
    if (errors.length >= ERROR_LIMIT) break
    const row = index + 2
    const id = textOf(cells[columns.operation])
    if (id === '' && cells.every((cell) => cell === null || cell === '')) continue
    const earlier = seen.get(id)
    seen.set(id, row)
    if (earlier !== undefined) {
      errors.push({ row, column: COLUMN.operation, text: texts.sheet.twice(id, earlier) })
      continue
    }
    const found = reader.read(id, cells[columns.resource] ?? null, cells[columns.start] ?? null)
    if ('text' in found) errors.push({ row, ...found })
    else if (found.move) moves.push(found.move)
    else if (found.place) places.push(found.place)
  }
  const edits: GanttEdit[] = moves.length > 0 ? [{ kind: 'move', moves }, ...places] : places
  return { edits, errors, changedCount: moves.length + places.length }
}

type Found =
  | { readonly move?: BarMove; readonly place?: GanttEdit }
  | { readonly column: string; readonly text: string }

class RowReader {
  readonly #plan: GanttPlan
  readonly #bars: ReadonlyMap<string, GanttBar>
  readonly #waiting: ReadonlyMap<string, GanttWaiting>
  readonly #resourceIds = new Map<string, string[]>()

  constructor(plan: GanttPlan) {
    this.#plan = plan
    this.#bars = new Map(plan.bars.map((bar) => [bar.id, bar]))
    this.#waiting = new Map(plan.waiting.map((waiting) => [waiting.id, waiting]))
    for (const { id, name } of plan.resources) {
      const key = name.trim().toLowerCase()
      this.#resourceIds.set(key, [...(this.#resourceIds.get(key) ?? []), id])
    }
  }

  read(id: string, resource: SheetCell, start: SheetCell): Found {
    const bar = this.#bars.get(id)
    if (bar) return this.#move(bar, resource, start)
    const waiting = this.#waiting.get(id)
    if (!waiting) return { column: COLUMN.operation, text: texts.sheet.unknownOperation(id) }
    if (isEmpty(resource) && isEmpty(start)) return {}
    const place = this.#place(resource, start, undefined, waiting.eligible)
    if ('text' in place) return place
    return { place: { kind: 'place', waitingId: id, ...place } }
  }

  #move(bar: GanttBar, resource: SheetCell, start: SheetCell): Found {
    const place = this.#place(resource, start, bar, bar.eligible)
    if ('text' in place) return place
    // A spreadsheet keeps minutes; what lies between them has not been changed by hand.
    const isSame = place.resourceId === bar.resourceId && Math.abs(place.startMs - bar.startMs) < MINUTE_MS
    if (isSame) return {}
    const because = immovableBecause(this.#plan, bar)
    if (because !== undefined) return { column: '', text: texts.refusals.of(bar.id, because) }
    return { move: { barId: bar.id, ...place } }
  }

  #place(
    resource: SheetCell,
    start: SheetCell,
    bar: GanttBar | undefined,
    eligible: readonly Eligible[],
  ): { resourceId: string; startMs: number } | { column: string; text: string } {
    const name = textOf(resource)
    const ids = this.#resourceIds.get(name.toLowerCase()) ?? []
    const resourceId = ids.find((id) => id === bar?.resourceId) ?? ids[0]
    if (resourceId === undefined) return { column: COLUMN.resource, text: texts.sheet.unknownResource(name) }
    if (ids.length > 1 && resourceId !== bar?.resourceId) {
      return { column: COLUMN.resource, text: texts.sheet.ambiguousResource(name) }
    }
    const there = eligible.find((one) => one.resourceId === resourceId)
    if (resourceId !== bar?.resourceId && (!there || 'refusal' in there)) {
      const why = there && 'refusal' in there ? there.refusal : texts.refusals.notInRouting
      return { column: COLUMN.resource, text: texts.said.notThere(name, why) }
    }
    const startMs = this.#startMs(start)
    if (startMs === undefined) return { column: COLUMN.start, text: texts.sheet.unreadableStart(textOf(start)) }
    const { fromMs, toMs } = this.#plan.horizon
    if (startMs < fromMs || startMs >= toMs) return { column: COLUMN.start, text: texts.sheet.outsideHorizon }
    return { resourceId, startMs }
  }

  /** The moment a cell names on the plant's clock; undefined when it names none. */
  #startMs(cell: SheetCell): number | undefined {
    if (cell === null) return undefined
    if (typeof cell === 'object') return this.#fromWall(cell.wallMs)
    // Days and parts of them, from Excel; rounded to minutes, for a third of a day has no end in binary.
    if (typeof cell === 'number') {
      return this.#fromWall(Math.round((EXCEL_EPOCH_MS + cell * DAY_MS) / MINUTE_MS) * MINUTE_MS)
    }
    const [, year, month, day, hour, minute] = START_FORM.exec(cell.trim())?.map(Number) ?? []
    if (year === undefined || month === undefined || day === undefined) return undefined
    const wallMs = Date.UTC(year, month - 1, day, hour, minute)
    const made = new Date(wallMs)
    // 31 November would be 1 December.
    const isReal = made.getUTCMonth() === month - 1 && made.getUTCDate() === day && made.getUTCHours() === hour
    return isReal ? this.#fromWall(wallMs) : undefined
  }

  #fromWall(wallMs: number): number | undefined {
    const date = new Date(wallMs)
    if (Number.isNaN(date.getTime())) return undefined
    const minuteOfDay = Math.floor((((wallMs % DAY_MS) + DAY_MS) % DAY_MS) / MINUTE_MS)
    const { timeZone } = this.#plan
    return atWallClock(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), minuteOfDay, timeZone)
  }
}

function isEmpty(cell: SheetCell): boolean {
  return cell === null || cell === ''
}

function textOf(cell: SheetCell | undefined): string {
  if (cell === null || cell === undefined || typeof cell === 'object') return ''
  return String(cell).trim()
}
