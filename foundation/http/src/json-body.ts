import { isUtf8 } from 'node:buffer'
import { bodyMalformed } from './problem-reply.ts'

/** Deeper than anything of ours; a stack of brackets costs whoever looks at it later. */
const DEPTH_MAX = 32
/** Names with which a careless merge reaches the prototype of every object. */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * The one JSON parser of the server (THREATS T-H1): RFC 8259 in UTF-8 without a byte order mark, and nothing of it that
 * two readers may understand differently. Refused are a name twice in one object, names that reach into prototypes, more
 * than {@link DEPTH_MAX} levels, numbers beyond a double, and texts that no database keeps as they are (U+0000, half
 * characters).
 *
 * @throws bodyMalformed
 */
export function parseJsonBody(body: Buffer): unknown {
  if (!isUtf8(body)) throw bodyMalformed('The body is not UTF-8.')
  const text = body.toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw bodyMalformed('The body is not JSON.', {}, { cause: error })
  }
  // A name that comes twice leaves fewer names in the value than in the text.
  if (checkedNames(value, 1) !== namesIn(text)) throw bodyMalformed('The body holds a name twice in one object.')
  return value
}

/** How many names the objects of a value hold, all in all. @throws bodyMalformed for what no route may see. */
function checkedNames(value: unknown, depth: number): number {
  if (typeof value === 'string') {
    if (value.includes('\0')) throw bodyMalformed('A text holds a character that cannot be stored (U+0000).')
    if (!value.isWellFormed()) throw bodyMalformed('A text holds half a character.')
    return 0
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw bodyMalformed('A number is too large.')
  if (typeof value !== 'object' || value === null) return 0
  if (depth > DEPTH_MAX) throw bodyMalformed(`The body is nested deeper than ${DEPTH_MAX} levels.`)
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) count += checkedNames(item, depth + 1)
    return count
  }
  for (const [name, item] of Object.entries(value)) {
    if (FORBIDDEN_NAMES.has(name)) throw bodyMalformed(`${name} is not allowed as a name.`)
    count += 1 + checkedNames(name, depth) + checkedNames(item, depth + 1)
  }
  return count
}

const QUOTE = '"'
const BACKSLASH = 0x5c
const COLON = 0x3a

/** How many names stand in a text that is JSON: strings with a colon behind them. */
function namesIn(text: string): number {
  let count = 0
  for (let at = text.indexOf(QUOTE); at >= 0; at = text.indexOf(QUOTE, at)) {
    at = behindString(text, at + 1)
    while (isSpace(text.charCodeAt(at))) at += 1
    if (text.charCodeAt(at) === COLON) count += 1
  }
  return count
}

/** The place behind the closing quote of the string whose inside begins at `from`. */
function behindString(text: string, from: number): number {
  for (let end = text.indexOf(QUOTE, from); end >= 0; end = text.indexOf(QUOTE, end + 1)) {
    let backslashes = 0
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1
    if (backslashes % 2 === 0) return end + 1
  }
  return text.length
}

/** RFC 8259 §2: space, tab, line feed, carriage return. */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d
}
