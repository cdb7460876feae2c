import type { Context } from '@millrace/runtime'
import { IMPORT_PART_BYTES_MAX, importUnreadable } from './import-contract.ts'
import type { ImportFile } from './import-readers.ts'
import { type ImportRow, readParts } from './import-store.ts'

/** The file of an import, read from the pieces in which it came. @param read runs a query in some transaction. */
export function fileIn(
  read: <T>(act: (ctx: Context) => Promise<T>) => Promise<T>,
  { id, byteCount }: Pick<ImportRow, 'id' | 'byteCount'>,
): ImportFile {
  return {
    byteCount,
    async read(start, end) {
      const bytes = await read((ctx) => readParts(ctx.db, id, start, end, IMPORT_PART_BYTES_MAX))
      if (bytes.length !== end - start) throw importUnreadable('A part of the file is gone.')
      return bytes
    },
  }
}
