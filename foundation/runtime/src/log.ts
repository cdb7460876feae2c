import { type DestinationStream, pino } from 'pino'

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

/** Says what happened, in a sentence, with flat fields beside it. Errors go in as the last argument. */
export interface Log {
  info(sentence: string, fields?: LogFields): void
  warn(sentence: string, fields?: LogFields, error?: unknown): void
  error(sentence: string, fields?: LogFields, error?: unknown): void
}

const SECRET_NAME = /pass(word)?|secret|token|authorization|cookie|code|key/i
// Bearer tokens, JWTs, our session tokens and enrolment codes, URLs with a password in them.
const SECRET_VALUE =
  /(eyJ[\w-]{10,}\.[\w-]{4,}(\.[\w-]*)?|mr[a-z]_[\w-]{20,}[\w.-]*|Bearer\s+\S+|(?<=:\/\/[^:/@\s]{1,64}:)[^@\s/]{1,200}(?=@))/g

/** Takes out whatever looks like a secret. Applied to every text that is logged (THREATS T-E6). */
export function scrub(text: string): string {
  return text.replace(SECRET_VALUE, '[removed]')
}

function scrubFields(fields: LogFields | undefined): Record<string, unknown> {
  const clean: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields ?? {})) {
    if (SECRET_NAME.test(name)) clean[name] = '[removed]'
    else clean[name] = typeof value === 'string' ? scrub(value) : value
  }
  return clean
}

const CAUSES = 5

function describe(error: unknown): Record<string, unknown> {
  if (error === undefined) return {}
  const texts: string[] = []
  let current: unknown = error
  for (let depth = 0; depth < CAUSES && current !== undefined && current !== null; depth += 1) {
    texts.push(scrub(current instanceof Error ? (current.stack ?? current.message) : String(current)))
    current = current instanceof Error ? current.cause : undefined
  }
  return { error: texts.join('\nbecause of ') }
}

/** JSON lines to standard output, or to the given stream. */
export function createLog(destination?: DestinationStream): Log {
  const logger = destination ? pino({ base: null }, destination) : pino({ base: null })
  return {
    info: (sentence, fields) => logger.info(scrubFields(fields), scrub(sentence)),
    warn: (sentence, fields, error) => logger.warn({ ...scrubFields(fields), ...describe(error) }, scrub(sentence)),
    error: (sentence, fields, error) => logger.error({ ...scrubFields(fields), ...describe(error) }, scrub(sentence)),
  }
}
