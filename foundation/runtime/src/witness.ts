import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isUuid } from '@millrace/base'

/** Files outside the database, one for each enterprise, to which lines are only ever added. */
export interface Witness {
  /** Adds lines, on disk when it resolves. */
  append(enterpriseId: string, lines: readonly string[]): Promise<void>
  /** The last line; undefined for an enterprise without, and for a last line of more than 64 KiB. */
  last(enterpriseId: string): Promise<string | undefined>
  /** Every line so far. What a crash cut short is left out. */
  read(enterpriseId: string): Promise<string[]>
}

const TAIL_BYTES = 64 * 1024

/** Opens the witness in a folder, made when it is first needed. Its files can be read by their owner only. */
export function openWitness(folder: string): Witness {
  const fileOf = (enterpriseId: string) => {
    if (!isUuid(enterpriseId)) throw new TypeError('An enterprise id must be a UUID.')
    return join(folder, `${enterpriseId}.jsonl`)
  }
  return {
    async append(enterpriseId, lines) {
      if (lines.length === 0) return
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const tail = await readTail(fileOf(enterpriseId))
      const handle = await open(fileOf(enterpriseId), 'a', 0o600)
      try {
        // A line that a crash cut short is ended first, so that it spoils no other.
        const isTorn = tail !== '' && !tail.endsWith('\n')
        await handle.write(`${isTorn ? '\n' : ''}${lines.join('\n')}\n`)
        await handle.sync()
      } finally {
        await handle.close()
      }
    },
    async last(enterpriseId) {
      return wholeLines(await readTail(fileOf(enterpriseId))).at(-1)
    },
    async read(enterpriseId) {
      return wholeLines(await readFile(fileOf(enterpriseId), 'utf8').catch(absent))
    },
  }
}

/** Lines that are whole: JSON that was cut short is none. */
function wholeLines(text: string): string[] {
  const lines = text.split('\n')
  return lines.slice(0, -1).filter((line) => line.startsWith('{') && line.endsWith('}'))
}

async function readTail(file: string): Promise<string> {
  const handle = await open(file, 'r').catch(absent)
  if (handle === '') return ''
  try {
    const { size } = await handle.stat()
    const from = Math.max(0, size - TAIL_BYTES)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(size, TAIL_BYTES)), 0, undefined, from)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}

function absent(error: NodeJS.ErrnoException): '' {
  if (error.code === 'ENOENT') return ''
  throw error
}
