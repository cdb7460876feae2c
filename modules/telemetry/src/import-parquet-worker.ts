import { parentPort, workerData } from 'node:worker_threads'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import {
  type AsyncBuffer,
  type Compressors,
  parquetMetadataAsync,
  parquetReadObjects,
  type SchemaElement,
  snappyUncompress,
} from 'hyparquet'
import type { ParquetOrder, ParquetReply, ParquetRequest } from './import-parquet.ts'

// Reads a Parquet file in a thread of its own: a damaged or hostile one may keep the library busy for ever, or make it ask for
// more memory than there is. Then this thread ends, and nothing else.

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

const { byteCount, wanted } = workerData as ParquetOrder
const port = parentPort
if (!port) throw new Error('This is read in a thread of its own.')
/** What waits for the next message: bytes, or that more rows are wanted. One at a time of each. */
const waiting = new Map<number, (bytes: Uint8Array) => void>()
let lastId = 0
port.on('message', ({ id, bytes }: ParquetReply) => {
  waiting.get(id)?.(bytes)
  waiting.delete(id)
})

function ask(request: (id: number) => ParquetRequest): Promise<Uint8Array> {
  lastId += 1
  const id = lastId
  return new Promise((resolve) => {
    waiting.set(id, resolve)
    port?.postMessage(request(id))
  })
}

const file: AsyncBuffer = {
  byteLength: byteCount,
  slice: async (from, to = byteCount) => {
    const start = Math.max(0, from < 0 ? byteCount + from : from)
    const bytes = await ask((id) => ({ type: 'read', id, start, end: Math.min(to, byteCount) }))
    return new Uint8Array(bytes).buffer
  },
}

async function read(): Promise<void> {
  const metadata = await parquetMetadataAsync(file)
  if (metadata.row_groups.some((group) => group.num_rows > GROUP_ROWS_MAX || group.total_byte_size > GROUP_BYTES_MAX)) {
    port?.postMessage({ type: 'too-large' } satisfies ParquetRequest)
    return
  }
  const columns = plainColumns(metadata.schema)
  if (!wanted) {
    port?.postMessage({ type: 'columns', columns } satisfies ParquetRequest)
    return
  }
  const known = wanted.filter((name) => columns.includes(name))
  let groupStart = 0
  for (const { num_rows } of metadata.row_groups) {
    const groupEnd = groupStart + Number(num_rows)
    for (let rowStart = groupStart; rowStart < groupEnd; rowStart += SLICE_ROWS) {
      const rowEnd = Math.min(groupEnd, rowStart + SLICE_ROWS)
      const rows = await parquetReadObjects({
        ...{ file, metadata, columns: known, rowStart, rowEnd, compressors: COMPRESSORS },
      })
      const cells = rows.map((row) => wanted.map((name) => plain(row[name])))
      const partRatio = rowEnd / Number(metadata.num_rows)
      // Goes on when these were taken.
      await ask((id) => ({ type: 'rows', id, rowStart, cells, partRatio }))
    }
    groupStart = groupEnd
  }
  port?.postMessage({ type: 'end' } satisfies ParquetRequest)
}

/** The columns that hold one value a row. Those within lists and groups, which the schema names after them, are left out. */
function plainColumns(schema: readonly SchemaElement[]): string[] {
  const columns: string[] = []
  // Elements that still belong into a list or group.
  let inner = 0
  for (const { name, num_children } of schema.slice(1)) {
    const children = num_children ?? 0
    if (inner > 0) inner += children - 1
    else if (children > 0) inner = children
    else columns.push(name)
  }
  return columns
}

/** Whole numbers of 64 bits as plain ones where nothing is lost; empty cells as none. */
function plain(value: unknown): unknown {
  if (value === null) return undefined
  if (typeof value !== 'bigint') return value
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

await read().catch((error: unknown) => {
  port.postMessage({ type: 'fault', detail: String(error).slice(0, 300) } satisfies ParquetRequest)
})
