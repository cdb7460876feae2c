import { type DestinationStream, pino } from 'pino'

type Fields = Readonly<Record<string, string | number | boolean | null | undefined>>

/** Says what happened, in a sentence, with flat fields beside it. */
export interface Log {
  info(sentence: string, fields?: Fields): void
  warn(sentence: string, fields?: Fields): void
}

const TEXT_MAX_LENGTH = 500
// Tokens, and the password inside an address.
const SECRET = /(eyJ[\w-]{6,}\.[\w-]*(\.[\w-]*)?|Bearer\s+\S+|(?<=:\/\/[^:/@\s]{1,64}:)[^@\s/]{1,200}(?=@))/g

/** A text that is safe to log and to report: short, on one line, without what looks like a secret. */
function safeText(text: string): string {
  return text
    .replace(SECRET, '[removed]')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, TEXT_MAX_LENGTH)
}

/** What an error says, safe to log. */
export function messageOf(error: unknown): string {
  return safeText(error instanceof Error ? error.message || error.name : String(error))
}

/** JSON lines on standard output, or on the given stream. */
export function createLog(destination?: DestinationStream): Log {
  const logger = destination ? pino({ base: null }, destination) : pino({ base: null })
  const clean = (fields: Fields = {}) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? safeText(value) : value]),
    )
  return {
    info: (sentence, fields) => logger.info(clean(fields), sentence),
    warn: (sentence, fields) => logger.warn(clean(fields), sentence),
  }
}

const MINUTE_MS = 60_000

/**
 * Counts what happens too often to log each time, and logs each kind at most once a minute with its count.
 * A device that sends nothing but garbage fills neither the disk nor the log.
 */
export class Counted {
  private readonly kinds = new Map<string, { count: number; loggedAtMs: number }>()
  private readonly log: Log
  private readonly nowMs: () => number

  constructor(log: Log, nowMs: () => number = Date.now) {
    this.log = log
    this.nowMs = nowMs
  }

  /** @param kind one of a small, fixed set of sentences. @param example of this occurrence. */
  add(kind: string, example: string): void {
    const entry = this.kinds.get(kind) ?? { count: 0, loggedAtMs: Number.NEGATIVE_INFINITY }
    entry.count += 1
    if (this.nowMs() - entry.loggedAtMs >= MINUTE_MS) {
      entry.loggedAtMs = this.nowMs()
      this.log.warn(kind, { count: entry.count, example })
    }
    this.kinds.set(kind, entry)
  }
}
