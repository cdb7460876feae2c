/**
 * The one text of a JSON value, so that what was hashed or signed can be hashed again anywhere: RFC 8785 (JCS). Properties
 * sorted by UTF-16 code units, numbers as ECMAScript writes them, no space. Properties that are undefined are left out.
 *
 * @throws RangeError for what JSON cannot say: a number that is not finite, a lone surrogate, a function or a bigint.
 */
export function canonical(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return canonicalText(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`${value} has no place in JSON.`)
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one)).join(',')}]`
  if (typeof value !== 'object') throw new RangeError(`A ${typeof value} has no place in JSON.`)
  const properties = Object.entries(value)
    .filter(([, property]) => property !== undefined)
    // By code units (RFC 8785 §3.2.3), which is how ECMAScript compares; never by locale.
    .sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${properties.map(([name, property]) => `${canonicalText(name)}:${canonical(property)}`).join(',')}}`
}

function canonicalText(text: string): string {
  if (!text.isWellFormed()) throw new RangeError('A text with half a character has no place in JSON.')
  return JSON.stringify(text)
}
