const LINE_CHARS_MAX = 16_384
const WORDS_CHARS_MAX = 300
/** At most one line a minute goes from a child's log to the terminal. */
const SAY_EVERY_MS = 60_000
/** pino's number for errors. */
const ERROR_LEVEL = 50

/**
 * Reads along in a child's output: tells the terminal of errors, seldom, and remembers the last words, which explain an
 * unexpected end.
 */
export class LogDigest {
  #rest = ''
  #lastWords = ''
  #saidAtMs = Number.NEGATIVE_INFINITY
  #unsaidCount = 0
  readonly #say: (sentence: string, unsaidCount: number) => void
  readonly #nowMs: () => number

  constructor(say: (sentence: string, unsaidCount: number) => void, nowMs: () => number = () => performance.now()) {
    this.#say = say
    this.#nowMs = nowMs
  }

  /** The last complaint, or an empty string. */
  get lastWords(): string {
    return this.#lastWords
  }

  read(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = (lines.pop() ?? '').slice(-LINE_CHARS_MAX)
    for (const line of lines) {
      if (line.startsWith('{')) this.#readEntry(line)
      else this.#readText(line)
    }
  }

  #readText(line: string): void {
    // Plain text is what Node prints of an error that nobody caught: its sentence, not the stack below it.
    const message = /^(?:Uncaught )?(?:\[?\w*(?:Error|Problem)(?: \[\w+\])?): (.+)/.exec(line)
    if (message?.[1]) this.#lastWords = message[1].slice(0, WORDS_CHARS_MAX)
  }

  #readEntry(line: string): void {
    let entry: { level?: unknown; msg?: unknown; err?: { message?: unknown } }
    try {
      entry = JSON.parse(line)
    } catch {
      return // a brace that opened something else
    }
    if (typeof entry.level !== 'number' || entry.level < ERROR_LEVEL) return
    const words = [entry.msg, entry.err?.message].filter((part) => typeof part === 'string' && part !== '')
    this.#lastWords = [...new Set(words)].join(': ').slice(0, WORDS_CHARS_MAX)
    if (this.#nowMs() - this.#saidAtMs < SAY_EVERY_MS) {
      this.#unsaidCount++
      return
    }
    this.#say(this.#lastWords, this.#unsaidCount)
    this.#saidAtMs = this.#nowMs()
    this.#unsaidCount = 0
  }
}
