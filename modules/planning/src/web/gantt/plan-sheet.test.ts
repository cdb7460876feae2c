import { DAY_MS, HOUR_MS, isProblem } from '@millrace/base'
import { strToU8, zipSync } from 'fflate'
import { expect, test } from 'vitest'
import { excelInvalid, readExcel, writeExcel } from './excel-file.ts'
import { givenBar, givenSmall, MONDAY_MS } from './given-small.ts'
import type { GanttPlan } from './model.ts'
import { planToSheet, type SheetCell, sheetCsv } from './plan-sheet.ts'
import { sheetToMoves } from './sheet-moves.ts'

const waiting = {
  id: '4451-10',
  orderId: 'o2',
  step: 'Milling',
  quantity: 300,
  setupMs: 0,
  eligible: givenBar('x', 'm1', 0, 1).eligible,
}
const plan = givenSmall([givenBar('4450-10', 'm1', 6, 10), givenBar('4450-20', 'm2', 12, 14)], { waiting: [waiting] })

/** The plan's own sheet with some cells changed: row as Excel counts, column by name. */
function changed(from: GanttPlan, ...changes: [row: number, column: string, cell: SheetCell][]): SheetCell[][] {
  const { columns, rows } = planToSheet(from)
  const table = [columns.map(({ name }) => name), ...rows].map((cells): SheetCell[] => [...cells])
  for (const [row, column, cell] of changes) {
    const cells = table[row - 1] ?? expect.fail(`There is no row ${row}.`)
    cells[columns.findIndex(({ name }) => name === column)] = cell
  }
  return table
}

test('a sheet that nobody changed asks for nothing', () => {
  expect(sheetToMoves(plan, changed(plan))).toEqual({ edits: [], errors: [], changedCount: 0 })
})

test('changed starts and machines are one move, a filled-in row of the tray is placed', () => {
  const rows = changed(
    plan,
    [2, 'Start', '2026-11-24 06:00'],
    [3, 'Resource', 'mill 1'],
    [4, 'Resource', 'Mill 2'],
    [4, 'Start', '2026-11-25T07:30'],
  )
  expect(sheetToMoves(plan, rows)).toEqual({
    edits: [
      {
        kind: 'move',
        moves: [
          { barId: '4450-10', resourceId: 'm1', startMs: MONDAY_MS + DAY_MS + 6 * HOUR_MS },
          { barId: '4450-20', resourceId: 'm1', startMs: MONDAY_MS + 12 * HOUR_MS },
        ],
      },
      { kind: 'place', waitingId: '4451-10', resourceId: 'm2', startMs: MONDAY_MS + 2 * DAY_MS + 7.5 * HOUR_MS },
    ],
    errors: [],
    changedCount: 3,
  })
})

test.each<[string, [number, string, SheetCell][], string, string]>([
  ['an unknown operation', [[2, 'Operation', 'nope']], 'Operation', 'There is no operation nope in this plan.'],
  ['an operation twice', [[3, 'Operation', '4450-10']], 'Operation', '4450-10 is in row 2 already.'],
  ['an unknown machine', [[2, 'Resource', 'Mill 9']], 'Resource', 'There is no resource called Mill 9 in this plan.'],
  ['no machine', [[2, 'Resource', null]], 'Resource', 'The resource is missing.'],
  ['a machine that may not', [[2, 'Resource', 'Grinder']], 'Resource', 'not on Grinder: no fixture'],
  ['no date', [[2, 'Start', 'tomorrow']], 'Start', '"tomorrow" is no date and time; write 2026-11-24 06:00.'],
  [
    'a day that no month has',
    [[2, 'Start', '2026-11-31 06:00']],
    'Start',
    '"2026-11-31 06:00" is no date and time; write 2026-11-24 06:00.',
  ],
  ['no start', [[2, 'Start', null]], 'Start', 'The start is missing; write 2026-11-24 06:00.'],
  [
    'a start outside',
    [[2, 'Start', '2027-11-24 06:00']],
    'Start',
    'The start lies outside of the time this plan covers.',
  ],
])('%s is told with its row, and the other rows still count', (_, changes, column, text) => {
  const rows = changed(plan, ...changes, [4, 'Resource', 'Mill 1'], [4, 'Start', '2026-11-25 08:00'])
  const { edits, errors } = sheetToMoves(plan, rows)
  expect(errors).toEqual([{ row: changes[0]?.[0], column, text }])
  expect(edits).toMatchObject([{ kind: 'place', waitingId: '4451-10' }])
})

test('a locked bar is not moved by a sheet', () => {
  const locked = givenSmall([givenBar('4450-10', 'm1', 6, 10, { locked: true })])
  const { errors } = sheetToMoves(locked, changed(locked, [2, 'Start', '2026-11-24 06:00']))
  expect(errors[0]?.text).toBe('4450-10 stays: it is locked; unlock it first.')
})

test('missing columns are named, further and shuffled ones do not matter', () => {
  expect(sheetToMoves(plan, [['Operation', 'Notes']]).errors.map(({ text }) => text)).toEqual([
    'There is no column called Resource.',
    'There is no column called Start.',
  ])
  const rows: SheetCell[][] = [
    ['Notes', 'START', 'resource', 'Operation'],
    ['x', '2026-11-24 06:00', 'Mill 1', '4450-10'],
  ]
  expect(sheetToMoves(plan, rows)).toMatchObject({ changedCount: 1, errors: [] })
})

test('two machines of one name are told apart where they can be', () => {
  const twins = givenSmall(plan.bars, { resources: plan.resources.map((one) => ({ ...one, name: 'Mill' })) })
  expect(sheetToMoves(twins, changed(twins))).toEqual({ edits: [], errors: [], changedCount: 0 })
})

test('times are on the wall of the plant, and a formula in a name is disarmed in CSV', () => {
  const evil = givenSmall(plan.bars, { orders: plan.orders.map((order) => ({ ...order, product: '=cmd|"x"' })) })
  const [head, first] = sheetCsv(planToSheet(evil)).split('\r\n')
  expect(head).toBe(
    'Operation,Order,Product,Family,Step,Resource,Start,End,Set-up (min),Quantity,Unit,State,Locked,Due,Late (h)',
  )
  expect(first).toBe(
    `4450-10,4450,"'=cmd|""x""",Kitchen,Milling,Mill 1,2026-11-23 06:00,2026-11-23 10:00,0,100,pcs,scheduled,no,2026-11-26 00:00,0`,
  )
})

test('what is written as Excel is read back the same, and asks for nothing', async () => {
  const blob = await writeExcel('Sursee: week/48', planToSheet(plan))
  const rows = readExcel(new Uint8Array(await blob.arrayBuffer()))
  expect(rows[0]?.slice(0, 3)).toEqual(['Operation', 'Order', 'Product'])
  expect(rows[1]?.slice(0, 6)).toEqual(['4450-10', '4450', 'Chef 200', 'Kitchen', 'Milling', 'Mill 1'])
  expect(sheetToMoves(plan, rows)).toEqual({ edits: [], errors: [], changedCount: 0 })
})

test('dates that people type in Excel arrive as days since 1900, over the hour of summer time too', () => {
  const summer = givenSmall([givenBar('a', 'm1', 6, 10)], { horizon: { fromMs: 0, toMs: Date.parse('2030-01-01') } })
  // 46110.25 is 2026-03-29 06:00; the night before lost an hour in Zurich.
  const { edits } = sheetToMoves(summer, changed(summer, [2, 'Start', 46110.25]))
  expect(edits).toMatchObject([{ moves: [{ startMs: Date.parse('2026-03-29T04:00:00Z') }] }])
})

const workbook = `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr date1904="1"/><sheets><sheet name="A" sheetId="1" r:id="rId7"/></sheets></workbook>`
const relations = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId7" Target="worksheets/other.xml"/></Relationships>`
const file = (sheet: string, strings = '<sst xmlns="x"/>') =>
  zipSync({
    'xl/workbook.xml': strToU8(workbook),
    'xl/_rels/workbook.xml.rels': strToU8(relations),
    'xl/sharedStrings.xml': strToU8(strings),
    'xl/worksheets/other.xml': strToU8(`<worksheet xmlns="x"><sheetData>${sheet}</sheetData></worksheet>`),
  })

test('cells of all kinds are read: rich text, inline text, formulas, gaps, empty rows, the dates of old Macs', () => {
  const strings = '<sst xmlns="x"><si><r><t>Mi</t></r><r><t>ll</t></r></si></sst>'
  const bytes = file(
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="D1" t="inlineStr"><is><t>x</t></is></c></row>' +
      '<row r="3"><c r="B3" t="str"><f>A1</f><v>f</v></c><c r="C3"><v>1</v></c><c r="D3" t="b"><v>1</v></c><c r="E3" t="e"><v>#REF!</v></c></row>',
    strings,
  )
  expect(readExcel(bytes)).toEqual([['Mill', null, null, 'x'], [], [null, 'f', 1463, 'yes', null]])
})

test.each([
  ['no zip', new Uint8Array([1, 2, 3])],
  ['a zip without a workbook', zipSync({ 'a.txt': strToU8('x') })],
  ['broken XML', file('<row>')],
  ['entities', file('', '<!DOCTYPE x [<!ENTITY a "b">]><sst xmlns="x"/>')],
])('%s is refused as no Excel file', (_, bytes) => {
  const refused = () => {
    try {
      return readExcel(bytes)
    } catch (error) {
      return isProblem(error, excelInvalid)
    }
  }
  expect(refused()).toBe(true)
})

test('a part that would fill the memory is refused by its size, unpacked or not', () => {
  const bomb = zipSync({ 'xl/workbook.xml': new Uint8Array(17 * 1024 * 1024) })
  expect(() => readExcel(bomb)).toThrow('larger than 16 MB')
})
