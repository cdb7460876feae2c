import { xmlInvalid } from './xml-problem.ts'

const UTF_8_BOM = [0xef, 0xbb, 0xbf]
const UTF_16_LE_BOM = [0xff, 0xfe]
const UTF_16_BE_BOM = [0xfe, 0xff]
/** As long as the beginning of a document may be before its root element. */
const PROLOG = /^(?:\s+|<\?[\s\S]*?\?>|<!--[\s\S]*?-->)*/
const DECLARED_ENCODING = /^<\?xml\s[^>]*?\sencoding\s*=\s*["']([^"']*)["']/

/** The text of a document that has no document type declaration. @throws xmlInvalid */
export function xmlText(source: Uint8Array | string, maxBytes: number): string {
  const length = typeof source === 'string' ? source.length : source.byteLength
  if (length > maxBytes) throw xmlInvalid(`The document is longer than ${maxBytes} bytes.`, { reason: 'too-long' })
  const text = typeof source === 'string' ? wellFormed(source) : decoded(source)
  // Asked of the text, not of the bytes: in UTF-16 the same word is other bytes (THREATS T-H3).
  const prolog = PROLOG.exec(text)?.[0].length ?? 0
  if (/^<!DOCTYPE/i.test(text.slice(prolog, prolog + 9))) {
    throw xmlInvalid('A document type declaration (DOCTYPE) is not accepted.', { reason: 'doctype' })
  }
  return text
}

function wellFormed(text: string): string {
  if (!text.isWellFormed()) throw xmlInvalid('The text holds half a character.', { reason: 'encoding' })
  return text.replace(/^\uFEFF/, '')
}

/** XML 1.0, appendix F: the byte order mark says what the bytes are; what the document says of itself must agree. */
function decoded(bytes: Uint8Array): string {
  const utf16 = startsWith(bytes, UTF_16_LE_BOM)
    ? 'utf-16le'
    : startsWith(bytes, UTF_16_BE_BOM)
      ? 'utf-16be'
      : undefined
  const mark = utf16 ? 2 : startsWith(bytes, UTF_8_BOM) ? 3 : 0
  let text: string
  try {
    text = new TextDecoder(utf16 ?? 'utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(mark))
  } catch (error) {
    throw xmlInvalid('The bytes are neither UTF-8 nor UTF-16.', { reason: 'encoding' }, { cause: error })
  }
  const declared = DECLARED_ENCODING.exec(text)?.[1]?.toLowerCase()
  const agreeing = utf16 ? ['utf-16', utf16] : ['utf-8', 'us-ascii']
  if (declared !== undefined && !agreeing.includes(declared)) {
    throw xmlInvalid(`The document says it is ${declared}, which it is not or which is not read.`, {
      reason: 'encoding',
    })
  }
  return text
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte)
}
