import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom } from 'pg-copy-streams'
import type { IngestClient } from './ingest-store.ts'

/** One field of a row in COPY's text format; null is SQL null. */
export type CopyField = string | number | null

/** How much is collected before it is handed to the socket. */
const PIECE_CHARACTERS = 64 * 1024

/**
 * Adds rows with COPY FROM, the fastest way in.
 *
 * @param into table and columns, as written in SQL.
 */
export async function copyRows(
  client: IngestClient,
  into: string,
  rows: Iterable<readonly CopyField[]>,
): Promise<void> {
  const stream = client.query(copyFrom(`copy ${into} from stdin`))
  await pipeline(Readable.from(pieces(rows)), stream)
}

function* pieces(rows: Iterable<readonly CopyField[]>): Generator<Buffer> {
  let text = ''
  for (const row of rows) {
    text += `${row.map(escaped).join('\t')}\n`
    if (text.length >= PIECE_CHARACTERS) {
      yield Buffer.from(text)
      text = ''
    }
  }
  if (text.length > 0) yield Buffer.from(text)
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function escaped(field: CopyField): string {
  if (field === null) return '\\N'
  return typeof field === 'number' ? String(field) : field.replace(/[\\\t\n\r]/g, (letter) => ESCAPES[letter] ?? letter)
}

/** An array literal of numbers; NaN, our mark of a bad value, becomes null. */
export function numberArray(numbers: ArrayLike<number>): string {
  let text = '{'
  for (let index = 0; index < numbers.length; index += 1) {
    const number = numbers[index] as number // within the length
    text += index === 0 ? '' : ','
    text += Number.isNaN(number) ? 'NULL' : number
  }
  return `${text}}`
}

/** An array literal of texts. */
export function textArray(texts: ArrayLike<string | null>): string {
  const quoted = Array.from(texts, (text) => (text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`))
  return `{${quoted.join(',')}}`
}
