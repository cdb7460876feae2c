// Crockford's base 32: no letter looks like a digit, and what is misread is read right.
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const MISREAD: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' }
const GROUP = 4

/** Bytes as letters to be read from paper, in groups of four: `7W4X-0QZ3-…`. The count must be a multiple of five. */
export function legibleText(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const letters = bits.match(/.{5}/g)?.map((five) => LETTERS[Number.parseInt(five, 2)] ?? '') ?? []
  return (letters.join('').match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? []).join('-')
}

/** What {@link legibleText} wrote, however it was typed; undefined for what it never writes. */
export function legibleBytes(text: string): Buffer | undefined {
  const letters = text
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll(/[OIL]/g, (letter) => MISREAD[letter] ?? '')
  const values = [...letters].map((letter) => LETTERS.indexOf(letter))
  if (values.includes(-1) || values.length % 8 !== 0 || values.length === 0) return undefined
  const bits = values.map((value) => value.toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)))
}
