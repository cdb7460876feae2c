import { isTimeZone } from '@millrace/base'
import type { Context } from '@millrace/runtime'
import type { Quality } from './contract.ts'
import {
  type ImportId,
  type ImportMapping,
  type ImportPreview,
  importState,
  mappingInvalid,
} from './import-contract.ts'
import { fileIn } from './import-file.ts'
import { guessCsv, guessMapping } from './import-guess-rules.ts'
import { openSource, type Source } from './import-readers.ts'
import { found, readerOf } from './imports.ts'
import { Faults } from './text-batch-rules.ts'

/** How far a preview looks: enough to see whether it fits, little enough to wait for. */
const ROWS_MAX = 20_000
const MS_MAX = 3000
const SHOWN_SAMPLES = 20
const NAMES_MAX = 500
const HEAD_BYTES = 64 * 1024
const QUALITIES: readonly Quality[] = ['bad', 'uncertain', 'good']

/**
 * The first rows of a file as they would be read, and what is wrong with them. Without a mapping only its columns and a guess.
 *
 * @param zone of wall clock times, for the guess.
 * @throws importState       the file is not complete, or gone
 * @throws importUnreadable  it is none of its format
 * @throws mappingInvalid, importMissing, forbidden
 */
export async function previewImport(
  ctx: Context,
  id: ImportId,
  asked: { mapping?: ImportMapping; zone: string },
): Promise<ImportPreview> {
  const row = await found(ctx, id)
  if (!isTimeZone(asked.zone)) throw mappingInvalid(`${asked.zone} is no time zone.`)
  if (!['ready', 'refused', 'failed'].includes(row.state))
    throw importState('There is no file to be looked at.', { state: row.state })
  const file = fileIn((act) => act(ctx), row)
  const head = (await file.read(0, Math.min(HEAD_BYTES, file.byteCount))).toString('utf8')
  const csv = asked.mapping?.csv ?? guessCsv(head)
  const source = await openSource(file, row.format, csv)
  const first = await firstRow(source)
  const guess = guessMapping(row.format, source.columns, first, csv, asked.zone)
  const mapping = asked.mapping ?? guess
  const reader = await readerOf(ctx, row, mapping)
  const nameAt = mapping.shape === 'long' && mapping.name !== undefined ? reader.wanted.indexOf(mapping.name) : -1

  const names = new Set<string>()
  const samples: ImportPreview['samples'] = []
  const faults = new Faults()
  let [rowCount, sampleCount, isWhole] = [0, 0, true]
  const endMs = performance.now() + MS_MAX
  reading: for await (const { rows } of source.rows(reader.wanted)) {
    for (const one of rows) {
      if (rowCount >= ROWS_MAX || performance.now() > endMs) {
        isWhole = false
        break reading
      }
      rowCount += 1
      if (one.fault !== undefined) {
        faults.add(one.row, '', one.fault)
        continue
      }
      if (nameAt >= 0 && names.size < NAMES_MAX) names.add(String(one.cells[nameAt] ?? ''))
      reader.take(
        one,
        ({ series }, timeMs, value, quality) => {
          sampleCount += 1
          if (samples.length >= SHOWN_SAMPLES) return
          samples.push({ row: one.row, series, timeMs, value, quality: QUALITIES[quality] ?? 'bad' })
        },
        (...fault) => faults.add(...fault),
      )
    }
  }
  return {
    columns: source.columns.map((name, at) => ({ name, example: exampleOf(first[at]) })),
    names: [...names].filter((name) => name !== ''),
    ...{ guess, samples, rowCount, isWhole, sampleCount, faultCount: faults.count, faults: faults.first },
  }
}

async function firstRow(source: Source): Promise<readonly unknown[]> {
  for await (const { rows } of source.rows(source.columns)) {
    const row = rows.find(({ fault }) => fault === undefined)
    if (row) return row.cells
  }
  return []
}

function exampleOf(cell: unknown): string {
  if (cell === undefined || cell === null) return ''
  return (
    cell instanceof Date ? cell.toISOString() : typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
  ).slice(0, 200)
}
