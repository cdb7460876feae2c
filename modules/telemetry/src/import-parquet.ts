import { Worker } from 'node:worker_threads'
import { SECOND_MS } from '@millrace/base'
import { importUnreadable } from './import-contract.ts'
import type { ImportFile, Source, SourceBlock } from './import-readers.ts'

/** What the reading thread is to do. */
export interface ParquetOrder {
  readonly byteCount: number
  /** Null: only say which columns there are. */
  readonly wanted: readonly string[] | null
}

/** What the reading thread says or asks; what has an id waits for a {@link ParquetReply}. */
export type ParquetRequest =
  | { readonly type: 'read'; readonly id: number; readonly start: number; readonly end: number }
  | { readonly type: 'columns'; readonly columns: readonly string[] }
  | {
      readonly type: 'rows'
      readonly id: number
      readonly rowStart: number
      readonly cells: readonly (readonly unknown[])[]
      /** How much of the file has been read with these, 0…1. */
      readonly partRatio: number
    }
  | { readonly type: 'end' }
  | { readonly type: 'too-large' }
  | { readonly type: 'fault'; readonly detail: string }

export interface ParquetReply {
  readonly id: number
  readonly bytes: Uint8Array
}

const THREAD = new URL('./import-parquet-worker.ts', import.meta.url)
/** A thread that says nothing for so long is stuck in a damaged file. */
const SILENT_MS = 30 * SECOND_MS
const HEAP_MB_MAX = 768
const NOTHING = new Uint8Array()

/** Opens a Parquet file with plain columns: numbers, texts, truth and times. @throws importUnreadable */
export async function openParquet(file: ImportFile): Promise<Source> {
  for await (const said of asked(file, null)) {
    if (said.type === 'columns') return { columns: said.columns, rows: (wanted) => rowsOf(file, wanted) }
  }
  throw importUnreadable('The file has no columns.')
}

async function* rowsOf(file: ImportFile, wanted: readonly string[]): AsyncGenerator<SourceBlock> {
  for await (const said of asked(file, wanted)) {
    if (said.type !== 'rows') continue
    const rows = said.cells.map((cells, index) => ({ row: said.rowStart + index + 1, cells }))
    yield { rows, atByte: Math.floor(file.byteCount * Math.min(1, said.partRatio)) }
  }
}

/** What a reading thread says about a file, until it ends. The thread is gone when nobody listens any more. */
async function* asked(file: ImportFile, wanted: readonly string[] | null): AsyncGenerator<ParquetRequest> {
  const { byteCount } = file
  const worker = new Worker(THREAD, {
    workerData: { byteCount, wanted } satisfies ParquetOrder,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
  })
  const said: (ParquetRequest | Error)[] = []
  let wake: (() => void) | undefined
  const hear = (one: ParquetRequest | Error) => {
    said.push(one)
    wake?.()
  }
  const answer = ({ id, start, end }: ParquetRequest & { type: 'read' }) =>
    file.read(start, Math.max(start, end)).then(
      (bytes) => worker.postMessage({ id, bytes } satisfies ParquetReply),
      (error: unknown) => hear(error instanceof Error ? error : new Error(String(error))),
    )
  worker.on('message', (request: ParquetRequest) => {
    if (request.type === 'read') void answer(request)
    else hear(request)
  })
  worker.on('error', (error) => hear({ type: 'fault', detail: String(error) }))
  worker.on('exit', () => hear({ type: 'fault', detail: 'The thread ended.' }))
  try {
    for (;;) {
      if (said.length === 0) await heardWithin(SILENT_MS, (resolve) => (wake = resolve))
      const one = said.shift() ?? ({ type: 'fault', detail: 'The thread said nothing.' } as const)
      if (one instanceof Error) throw one
      if (one.type === 'end') return
      if (one.type === 'too-large') {
        throw importUnreadable('A group of rows is too large. Write the file with groups of at most 2 million rows.')
      }
      if (one.type === 'fault') {
        throw importUnreadable('The file is no Parquet file that can be read here.', {}, { cause: one.detail })
      }
      yield one
      if (one.type === 'rows') worker.postMessage({ id: one.id, bytes: NOTHING } satisfies ParquetReply)
    }
  } finally {
    await worker.terminate()
  }
}

async function heardWithin(ms: number, listen: (resolve: () => void) => void): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    listen(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
