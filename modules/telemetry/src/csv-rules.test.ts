import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CsvReader, csvText, unguarded } from './csv-rules.ts'

const CELLS = fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 12 }), { minLength: 2, maxLength: 4 })

/** A file cut anywhere, read piece by piece. */
function read(text: string, cuts: readonly number[] = []): unknown[] {
  const reader = new CsvReader()
  const at = [...new Set([0, ...cuts.map((cut) => cut % (text.length + 1)), text.length])].sort((a, b) => a - b)
  const pieces = at.slice(1).map((end, index) => text.slice(at[index], end))
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()]
}

test('what is written is read again, wherever the pieces end, and no cell is a formula', () => {
  fc.assert(
    fc.property(fc.array(CELLS, { maxLength: 5 }), fc.array(fc.nat(), { maxLength: 5 }), (rows, cuts) => {
      const text = rows.map((cells) => `${cells.map(csvText).join(',')}\r\n`).join('')
      const back = read(text, cuts).map((row) => (row as { cells: string[] }).cells)
      expect(back.map((cells) => cells.map(unguarded))).toEqual(rows)
      for (const cells of back) for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\t\r]/)
    }),
  )
})

test('lines end in any way, empty ones are none, and a byte order mark is not a letter', () => {
  expect(read('\uFEFFa,b\n\n1,2\r\r\n3,"4\n5"')).toEqual([
    { cells: ['a', 'b'] },
    { cells: ['1', '2'] },
    { cells: ['3', '4\n5'] },
  ])
})

test('a quote where none belongs is a fault of its line, not of the next', () => {
  expect(read('a"b,c\n"d"e,f\n"g",h\n"open')).toEqual([
    { fault: 'A quote stands inside a cell that does not begin with one.' },
    { fault: 'Something stands behind a closed quote.' },
    { cells: ['g', 'h'] },
    { fault: 'A quote is not closed.' },
  ])
})
