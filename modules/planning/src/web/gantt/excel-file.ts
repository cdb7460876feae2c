import { isProblem, problemType } from '@millrace/base'
import { parseXml, type XmlElement } from '@millrace/base/xml'
import { unzipSync } from 'fflate'
import writeExcelFile, { type SheetData } from 'write-excel-file/universal'
import type { Sheet, SheetCell } from './plan-sheet.ts'

export const excelInvalid = problemType('planning/excel-invalid', 'invalid', 'This Excel file cannot be read')

/** A plan of {@link BAR_LIMIT} rows takes a quarter of it. */
const FILE_BYTES_MAX = 20 * 1024 * 1024
/** A part of the file, unpacked; more is no sheet but an attempt to fill the memory. */
const PART_BYTES_MAX = 16 * 1024 * 1024
const DAYS_1904 = 1462

/** A sheet as an Excel file, with the names of the columns standing still while the rows scroll. */
export function writeExcel(name: string, { columns, rows }: Sheet): Promise<Blob> {
  const data: SheetData = [
    columns.map((column) => ({ value: column.name, fontWeight: 'bold', backgroundColor: '#E3E7E5' })),
    ...rows.map((cells) => cells.map(excelCell)),
  ]
  const options = { sheet: sheetName(name), columns: columns.map(({ width }) => ({ width })), stickyRowsCount: 1 }
  return writeExcelFile(data, options).toBlob()
}

function excelCell(cell: SheetCell): SheetData[number][number] {
  if (cell === null || typeof cell === 'number') return cell
  if (typeof cell === 'string') return { value: cell, type: String }
  return { value: new Date(cell.wallMs), type: Date, format: 'yyyy-mm-dd hh:mm' }
}

/** Excel refuses longer names and these signs. */
function sheetName(name: string): string {
  return (
    name
      .replaceAll(/[\\/?*[\]:]/g, ' ')
      .slice(0, 31)
      .trim() || 'Plan'
  )
}

/**
 * The cells of the first sheet, row by row; missing ones are null, dates are Excel's numbers of days. Packed by
 * fflate and read by the one reader for XML of others, so that entities, depth and size are bounded (THREATS T-H3).
 *
 * @throws excelInvalid for what is no Excel file or too large
 */
export function readExcel(bytes: Uint8Array): SheetCell[][] {
  if (bytes.length > FILE_BYTES_MAX) throw excelInvalid('The file is larger than 20 MB.')
  try {
    const parts = unpack(bytes)
    const workbook = parse(parts, 'xl/workbook.xml')
    const path = firstSheetPath(workbook, parse(parts, 'xl/_rels/workbook.xml.rels'))
    const texts = parts['xl/sharedStrings.xml'] ? sharedTexts(parse(parts, 'xl/sharedStrings.xml')) : []
    const is1904 = attribute(child(workbook, 'workbookPr'), 'date1904')
    const shiftDays = is1904 === '1' || is1904 === 'true' ? DAYS_1904 : 0
    return cellsOf(parse(parts, path), texts, shiftDays)
  } catch (error) {
    if (isProblem(error, excelInvalid)) throw error
    throw excelInvalid('It is not an Excel file (.xlsx), or it is damaged.', {}, { cause: error })
  }
}

function unpack(bytes: Uint8Array): Record<string, Uint8Array> {
  const isWanted = /^xl\/(workbook\.xml|_rels\/workbook\.xml\.rels|sharedStrings\.xml|worksheets\/[^/]+\.xml)$/
  return unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      if (!isWanted.test(name)) return false
      if (originalSize > PART_BYTES_MAX) throw excelInvalid('A sheet of the file is larger than 16 MB.')
      return true
    },
  })
}

function parse(parts: Record<string, Uint8Array>, path: string): XmlElement {
  const part = parts[path]
  if (!part) throw excelInvalid(`The file has no ${path}.`)
  return parseXml(part)
}

function firstSheetPath(workbook: XmlElement, relations: XmlElement): string {
  const sheet = children(child(workbook, 'sheets'), 'sheet')[0]
  const id = sheet?.attributes.find(({ local, namespace }) => local === 'id' && namespace !== '')?.value
  const relation = children(relations, 'Relationship').find((one) => attribute(one, 'Id') === id)
  const target = attribute(relation, 'Target')
  if (target === undefined) throw excelInvalid('The file has no sheet.')
  return target.startsWith('/') ? target.slice(1) : `xl/${target}`
}

/** Texts that cells name by their number. Rich text is its runs put together; how it is pronounced is left out. */
function sharedTexts(root: XmlElement): string[] {
  return children(root, 'si').map(richText)
}

function richText(element: XmlElement | undefined): string {
  const runs = children(element, 'r')
  if (runs.length === 0) return textOf(child(element, 't'))
  return runs.map((run) => textOf(child(run, 't'))).join('')
}

function cellsOf(sheet: XmlElement, texts: readonly string[], shiftDays: number): SheetCell[][] {
  const rows: SheetCell[][] = []
  for (const row of children(child(sheet, 'sheetData'), 'row')) {
    const number = Number(attribute(row, 'r') ?? rows.length + 1)
    // Empty rows are left out of the file, but they count.
    while (rows.length < number - 1 && rows.length < ROW_NUMBER_MAX) rows.push([])
    const cells: SheetCell[] = []
    for (const cell of children(row, 'c')) {
      const column = columnOf(attribute(cell, 'r')) ?? cells.length
      while (cells.length < column) cells.push(null)
      cells[column] = cellValue(cell, texts, shiftDays)
    }
    rows.push(cells)
  }
  return rows
}

/** Rows and columns that Excel has. */
const ROW_NUMBER_MAX = 1_048_576
const COLUMN_MAX = 16_384

/** `C7` is 2; undefined without a reference. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0]
  if (letters === undefined) return undefined
  let number = 0
  for (const letter of letters) number = number * 26 + letter.charCodeAt(0) - 64
  return Math.min(number, COLUMN_MAX) - 1
}

function cellValue(cell: XmlElement, texts: readonly string[], shiftDays: number): SheetCell {
  const value = textOf(child(cell, 'v'))
  switch (attribute(cell, 't')) {
    case 's':
      return texts[Number(value)] ?? null
    case 'inlineStr':
      return richText(child(cell, 'is'))
    case 'str':
    case 'd':
      return value
    case 'b':
      return value === '1' ? 'yes' : 'no'
    case 'e':
      return null
    default:
      return value === '' || !Number.isFinite(Number(value)) ? null : Number(value) + shiftDays
  }
}

function children(element: XmlElement | undefined, local: string): XmlElement[] {
  return (element?.children ?? []).filter((one): one is XmlElement => typeof one !== 'string' && one.local === local)
}

function child(element: XmlElement | undefined, local: string): XmlElement | undefined {
  return children(element, local)[0]
}

function attribute(element: XmlElement | undefined, local: string): string | undefined {
  return element?.attributes.find((one) => one.local === local)?.value
}

function textOf(element: XmlElement | undefined): string {
  return element?.children.filter((one) => typeof one === 'string').join('') ?? ''
}
