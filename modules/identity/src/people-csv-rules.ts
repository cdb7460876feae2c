import { PEOPLE_COLUMNS, type PeopleColumn } from './people-csv-contract.ts'
import { csvCell } from './trail-csv-rules.ts'

/** What a spreadsheet would take for a formula, perhaps guarded already. */
const GUARDED = /^'+[=+\-@\t\r]/

/** The first line of a file of people (RFC 4180), with the mark by which spreadsheets know that the text is UTF-8. */
export function peopleHeader(): string {
  return `\uFEFF${PEOPLE_COLUMNS.join(',')}\r\n`
}

/**
 * One line of a file of people. What looks like a formula gets an apostrophe in front; {@link unguarded} takes off exactly
 * that one, so that a text which begins with one itself comes back as it was.
 */
export function peopleLine(cells: Readonly<Record<PeopleColumn, string>>): string {
  const line = PEOPLE_COLUMNS.map((column) => {
    const text = cells[column]
    return csvCell(GUARDED.test(text) ? `'${text}` : text)
  })
  return `${line.join(',')}\r\n`
}

/** A cell without the apostrophe that kept a spreadsheet from computing it. */
export function unguarded(text: string): string {
  return GUARDED.test(text) ? text.slice(1) : text
}

/** A text on one line, without space around it: how names and titles are compared and kept. */
export function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

/** What two spellings of a name have in common. */
export function nameKey(text: string): string {
  return onOneLine(text.normalize('NFKC')).toLowerCase()
}

/** What separates the cells: whichever of comma, semicolon and tab the header has most of. */
export function separatorOf(header: string): ',' | ';' | '\t' {
  const count = (sign: string) => header.split(sign).length
  const [most = ','] = ([',', ';', '\t'] as const).toSorted((one, other) => count(other) - count(one))
  return most
}
