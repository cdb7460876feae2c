import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'

/** One piece of a log; one older piece is kept beside it. */
const BYTES_MAX = 5 * 1024 * 1024

/**
 * A log of bounded size: `server.log`, and `server.log.1` with what came before. Written synchronously, because the
 * last lines before an end are the ones that are read.
 */
export class LogFile {
  readonly path: string
  #fd: number
  #bytes: number
  #onFailure: ((error: unknown) => void) | undefined

  /** @param onFailure is told once when lines can no longer be written, for instance on a full disk */
  constructor(path: string, onFailure: (error: unknown) => void) {
    this.path = path
    this.#onFailure = onFailure
    this.#fd = openSync(path, 'a', 0o600)
    this.#bytes = fstatSync(this.#fd).size
  }

  write(chunk: Uint8Array): void {
    try {
      if (this.#bytes + chunk.length > BYTES_MAX && this.#bytes > 0) this.#turn()
      this.#bytes += writeSync(this.#fd, chunk)
    } catch (error) {
      this.#onFailure?.(error)
      this.#onFailure = undefined
    }
  }

  close(): void {
    closeSync(this.#fd)
  }

  #turn(): void {
    renameSync(this.path, `${this.path}.1`)
    closeSync(this.#fd)
    this.#fd = openSync(this.path, 'a', 0o600)
    this.#bytes = 0
  }
}
