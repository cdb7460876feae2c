import { type FileHandle, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing, replaceFile } from './files.ts'

/** A command that was seen: never again by its nonce. `place` is where it was written to, undefined when it was refused. */
type Taken = { nonce: string; commandId: string; place: string | undefined; atMs: number; expiresAtMs: number }

const FILE = 'commands-taken.jsonl'
const MINUTE_MS = 60_000

/** The file is written anew when it holds so many entries that nobody needs any more. */
const STALE_MAX = 500

/**
 * Which commands were taken, on disk before the machine is touched: a restart or a replayed message never writes twice (T-C4).
 * Entries are kept until the command has expired and the minute of its rate limit is over.
 */
export class NonceStore {
  private readonly path: string
  private taken: Taken[] = []
  private lines = 0
  private file: FileHandle | undefined
  /** The latest moment ever seen: a clock set back must not make an old command young. */
  private latestMs = 0

  private constructor(dir: string) {
    this.path = join(dir, FILE)
  }

  static async open(dir: string): Promise<NonceStore> {
    const store = new NonceStore(dir)
    try {
      for (const line of (await readFile(store.path, 'utf8')).split('\n')) {
        const entry = parseTaken(line)
        if (entry) store.taken.push(entry)
        if (entry) store.latestMs = Math.max(store.latestMs, entry.atMs)
      }
    } catch (error) {
      if (!isMissing(error)) throw error
    }
    await store.rewrite()
    return store
  }

  /** The present moment, never earlier than one that was seen before. */
  clock(nowMs: number): number {
    this.latestMs = Math.max(this.latestMs, nowMs)
    return this.latestMs
  }

  /** The command that used this nonce, if one did. */
  commandWith(nonce: string): string | undefined {
    return this.taken.find((entry) => entry.nonce === nonce)?.commandId
  }

  /** When this place was written within the last minute. */
  writesAt(place: string): number[] {
    return this.taken.filter((entry) => entry.place === place).map(({ atMs }) => atMs)
  }

  /** Remembers a command durably. */
  async take(entry: Taken): Promise<void> {
    this.taken.push(entry)
    this.lines += 1
    this.file ??= await open(this.path, 'a', 0o600)
    await this.file.appendFile(`${JSON.stringify(entry)}\n`)
    await this.file.datasync()
    this.taken = this.taken.filter((known) => known.expiresAtMs + MINUTE_MS > this.latestMs)
    if (this.lines - this.taken.length > STALE_MAX) await this.rewrite()
  }

  async close(): Promise<void> {
    await this.file?.close()
    this.file = undefined
  }

  private async rewrite(): Promise<void> {
    await this.close()
    await replaceFile(this.path, this.taken.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
    this.lines = this.taken.length
  }
}

/** A line that a power cut left half-written is none. */
function parseTaken(line: string): Taken | undefined {
  try {
    const json: unknown = JSON.parse(line)
    if (typeof json !== 'object' || json === null || !('nonce' in json) || !('atMs' in json)) return undefined
    const { nonce, commandId, place, atMs, expiresAtMs } = json as Partial<Taken>
    if (typeof nonce !== 'string' || typeof commandId !== 'string') return undefined
    if (place !== undefined && typeof place !== 'string') return undefined
    if (typeof atMs !== 'number' || typeof expiresAtMs !== 'number') return undefined
    return { nonce, commandId, place, atMs, expiresAtMs }
  } catch {
    return undefined
  }
}
