/** Longer than any text a sample may hold. What is longer is no cell but a quote that somebody forgot to close. */
const CELL_LENGTH_MAX = 1024 * 1024

/** Cells of one line, or why the line is none. */
export type CsvRow = { readonly cells: string[]; readonly fault?: undefined } | { readonly fault: string }

const STATE = { start: 0, plain: 1, quoted: 2, closed: 3 } as const

/**
 * Reads CSV (RFC 4180) piece by piece, strictly: a quote stands only around a whole cell, and doubled within one. Empty lines
 * are passed over; a byte order mark at the beginning is, too.
 */
export class CsvReader {
  private readonly delimiter: string
  private state: number = STATE.start
  private cell = ''
  private cells: string[] = []
  private fault: string | undefined
  private isFirst = true
  private sawReturn = false

  constructor(delimiter: ',' | ';' | '\t' = ',') {
    this.delimiter = delimiter
  }

  /** @returns the rows that ended in this piece. */
  push(piece: string): CsvRow[] {
    const rows: CsvRow[] = []
    const text = this.isFirst && piece.startsWith('\uFEFF') ? piece.slice(1) : piece
    if (piece !== '') this.isFirst = false
    for (let at = 0; at < text.length; at += 1) {
      const letter = text[at] as string // within the length
      const afterReturn = this.sawReturn
      this.sawReturn = letter === '\r' && this.state !== STATE.quoted
      if (letter === '\n' && afterReturn) continue
      if (this.state === STATE.quoted) this.quoted(letter)
      else if (letter === '\n' || letter === '\r') this.endRow(rows)
      else if (letter === this.delimiter) this.endCell()
      else at = this.plain(text, at)
      if (this.cell.length > CELL_LENGTH_MAX) {
        this.fault ??= 'A cell is too long. A quote may be missing.'
        this.cell = ''
        this.state = STATE.plain
      }
    }
    return rows
  }

  /** @returns the last row, when nothing ends it. */
  end(): CsvRow[] {
    const rows: CsvRow[] = []
    if (this.state === STATE.quoted) this.fault ??= 'A quote is not closed.'
    this.endRow(rows)
    return rows
  }

  private quoted(letter: string): void {
    if (letter === '"') this.state = STATE.closed
    else this.cell += letter
  }

  /** Takes a letter outside quotes, and those after it up to the next that means something. @returns the place of the last. */
  private plain(text: string, at: number): number {
    if (text[at] === '"') {
      if (this.state === STATE.start) this.state = STATE.quoted
      else if (this.state === STATE.closed) {
        this.cell += '"'
        this.state = STATE.quoted
      } else this.fault ??= 'A quote stands inside a cell that does not begin with one.'
      return at
    }
    if (this.state === STATE.closed) this.fault ??= 'Something stands behind a closed quote.'
    this.state = STATE.plain
    let end = at + 1
    while (end < text.length && !this.isMeaningful(text[end] as string)) end += 1
    this.cell += text.slice(at, end)
    return end - 1
  }

  private isMeaningful(letter: string): boolean {
    return letter === this.delimiter || letter === '"' || letter === '\n' || letter === '\r'
  }

  private endCell(): void {
    this.cells.push(this.cell)
    this.cell = ''
    this.state = STATE.start
  }

  private endRow(rows: CsvRow[]): void {
    const isEmpty = this.cells.length === 0 && this.cell === '' && this.state === STATE.start
    if (!isEmpty || this.fault !== undefined) {
      this.endCell()
      rows.push(this.fault === undefined ? { cells: this.cells } : { fault: this.fault })
    }
    this.cells = []
    this.cell = ''
    this.state = STATE.start
    this.fault = undefined
  }
}

/**
 * One cell of our own files. A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV
 * injection), and so does one that begins with an apostrophe, so that {@link unguarded} gives back what was there.
 */
export function csvText(text: string): string {
  const safe = /^['=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** A text of a cell without the apostrophe that {@link csvText} put in front. */
export function unguarded(text: string): string {
  return /^'['=+\-@\t\r]/.test(text) ? text.slice(1) : text
}
