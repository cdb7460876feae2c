import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import {
  type AsyncBuffer,
  type Compressors,
  parquetMetadataAsync,
  parquetReadObjects,
  snappyUncompress,
} from 'hyparquet'
import { importUnreadable } from './import-contract.ts'
import type { ImportFile, Source, SourceBlock, SourceRow } from './import-readers.ts'

/** Rows read at once. */
const SLICE_ROWS = 20_000
/** A group of rows is read as a whole; what is larger does not fit into memory beside everything else. */
const GROUP_ROWS_MAX = 2_000_000
const GROUP_BYTES_MAX = 256 * 1024 * 1024
/** A page claims its own size: what no writer makes is refused before memory is taken for it. */
const PAGE_BYTES_MAX = 64 * 1024 * 1024

const bounded = (unpack: (bytes: Uint8Array, length: number) => Uint8Array) => (bytes: Uint8Array, length: number) => {
  if (length > PAGE_BYTES_MAX) throw new RangeError('A page is too large.')
  return unpack(bytes, length)
}
const COMPRESSORS: Compressors = {
  SNAPPY: bounded((bytes, length) => {
    const output = new Uint8Array(length)
    snappyUncompress(bytes, output)
    return output
  }),
  GZIP: bounded((bytes, length) => gunzipSync(bytes, { maxOutputLength: length })),
  BROTLI: bounded((bytes, length) => brotliDecompressSync(bytes, { maxOutputLength: length })),
  ZSTD: bounded((bytes, length) => zstdDecompressSync(bytes, { maxOutputLength: length })),
}

/** Opens a Parquet file with plain columns: numbers, texts, truth and times. @throws importUnreadable */
export async function openParquet(from: ImportFile): Promise<Source> {
  const file: AsyncBuffer = {
    byteLength: from.byteCount,
    slice: async (start, end = from.byteCount) => {
      const first = start < 0 ? from.byteCount + start : start
      const bytes = await from.read(Math.max(0, first), Math.min(end, from.byteCount))
      return new Uint8Array(bytes).buffer
    },
  }
  const metadata = await readable(() => parquetMetadataAsync(file))
  for (const group of metadata.row_groups) {
    if (group.num_rows > GROUP_ROWS_MAX || group.total_byte_size > GROUP_BYTES_MAX) {
      throw importUnreadable('A group of rows is too large. Write the file with groups of at most 2 million rows.')
    }
  }
  const columns = metadata.schema.slice(1).flatMap(({ name, num_children }) => (num_children ? [] : name))
  async function* rows(wanted: readonly string[]): AsyncGenerator<SourceBlock> {
    const known = wanted.filter((name) => columns.includes(name))
    const rowCount = Number(metadata.num_rows)
    let groupStart = 0
    for (const { num_rows } of metadata.row_groups) {
      const groupEnd = groupStart + Number(num_rows)
      for (let rowStart = groupStart; rowStart < groupEnd; rowStart += SLICE_ROWS) {
        const rowEnd = Math.min(groupEnd, rowStart + SLICE_ROWS)
        const read = await readable(() =>
          parquetReadObjects({ ...{ file, metadata, columns: known, rowStart, rowEnd }, compressors: COMPRESSORS }),
        )
        const block = read.map(
          (object, index): SourceRow => ({
            row: rowStart + index + 1,
            cells: wanted.map((name) => plain(object[name])),
          }),
        )
        yield { rows: block, atByte: Math.floor((from.byteCount * rowEnd) / rowCount) }
      }
      groupStart = groupEnd
    }
  }
  return { columns, rows }
}

/** Whole numbers of 64 bits as plain ones where nothing is lost; empty cells as none. */
function plain(value: unknown): unknown {
  if (value === null) return undefined
  if (typeof value !== 'bigint') return value
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

/** What the library throws on a file that is none is said about the file. Reading the bytes themselves may fail otherwise. */
async function readable<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Error && 'code' in error && !String(error.code).startsWith('ERR_')) throw error
    throw importUnreadable('The file is no Parquet file that can be read here.', {}, { cause: error })
  }
}
