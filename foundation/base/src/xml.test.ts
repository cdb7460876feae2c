import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { isProblem } from '@millrace/base'
import { expect, test } from 'vitest'
import { attributeOf, childrenOf, elementsOf, parseXml, textOf, XML_LIMITS, xmlInvalid } from './xml.ts'

// The corpus of hostile documents is kept beside the checkout, not in it.
const CORPUS = fileURLToPath(new URL('../../../../shared/security/corpora/xml/made-xml.jsonl', import.meta.url))
/** Where the corpus would have a careless reader call. */
const CANARY = '127.0.0.1:65500'
const SLOW_MS = 100

type Entry = { id: string; text?: string; b64?: string; expect: string }

const entries: Entry[] = existsSync(CORPUS)
  ? readFileSync(CORPUS, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): Entry => JSON.parse(line))
  : []
if (entries.length === 0) process.stderr.write(`The XML corpus is not at ${CORPUS}: its tests are skipped.\n`)

/** The bytes; a text with half a character has none, and is read as the text it is. */
function sourceOf({ text, b64 }: Entry, canary: string): Uint8Array | string {
  if (text === undefined) return Buffer.from(b64 ?? '', 'base64')
  const aimed = text.replaceAll(CANARY, canary)
  return aimed.isWellFormed() ? Buffer.from(aimed) : aimed
}

function refusalOf(source: Uint8Array | string): string | undefined {
  try {
    parseXml(source)
    return undefined
  } catch (error) {
    if (!isProblem(error, xmlInvalid)) throw error
    return String(error.data.reason)
  }
}

// proves: T-H3, T-D3 (in part: xml)
test.skipIf(entries.length === 0)('every document of the corpus is read or refused, and none is followed', async () => {
  const hits: string[] = []
  const canary = createServer((request, response) => {
    hits.push(request.url ?? '')
    response.end()
  })
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve))
  const address = `127.0.0.1:${(canary.address() as AddressInfo).port}`
  try {
    const before = process.memoryUsage().rss
    const wrong: string[] = []
    for (const entry of entries) {
      const from = performance.now()
      const reason = refusalOf(sourceOf(entry, address))
      if (performance.now() - from > SLOW_MS) wrong.push(`${entry.id} took too long`)
      if (entry.expect === 'accept' && reason !== undefined) wrong.push(`${entry.id} was refused: ${reason}`)
      if (entry.expect === 'reject' && reason === undefined) wrong.push(`${entry.id} was read`)
    }
    // A request that was started would be on its way by now.
    await new Promise((resolve) => setImmediate(resolve))
    expect(wrong).toEqual([])
    expect(hits).toEqual([])
    expect((process.memoryUsage().rss - before) / 1024 / 1024).toBeLessThan(64)
  } finally {
    canary.closeAllConnections()
    await new Promise((resolve) => canary.close(resolve))
  }
})

const laughs = `<!DOCTYPE a [<!ENTITY a0 "ha"><!ENTITY a1 "&a0;&a0;&a0;">]><a>&a1;</a>`
const utf16 = (text: string) => Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(text, 'utf16le')])

// proves: T-H3
test.each([
  ['a document type', '<!DOCTYPE a><a/>', 'doctype'],
  ['a document type after comments', '<?xml version="1.0"?>\n<!-- x --><?pi y?> <!DOCTYPE a [ ]><a/>', 'doctype'],
  ['a document type in UTF-16', utf16('<!DOCTYPE a><a/>'), 'doctype'],
  ['a document type in small letters', '<!doctype a><a/>', 'doctype'],
  ['entities of its own', laughs, 'doctype'],
  ['an entity nobody declared', '<a>&b;</a>', 'malformed'],
  ['XML 1.1', '<?xml version="1.1"?><a/>', 'version'],
  ['two roots', '<a/><b/>', 'malformed'],
  ['nothing', '', 'malformed'],
  ['a prefix nobody declared', '<x:a/>', 'malformed'],
  ['the same attribute under two prefixes', '<a xmlns:x="u" xmlns:y="u" x:b="1" y:b="2"/>', 'malformed'],
  ['an encoding it does not have', Buffer.from('<?xml version="1.0" encoding="UTF-16"?><a/>'), 'encoding'],
  ['bytes that are no UTF-8', Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e]), 'encoding'],
  ['an element too deep', '<a>'.repeat(101) + '</a>'.repeat(101), 'depth'],
  ['an attribute too many', `<a ${Array.from({ length: 257 }, (_, n) => `a${n}=""`).join(' ')}/>`, 'attributes'],
  ['more elements than a tree should have', `<a>${'<b/>'.repeat(XML_LIMITS.elements)}</a>`, 'elements'],
  ['more bytes than are read', new Uint8Array(XML_LIMITS.bytes + 1), 'too-long'],
])('%s is refused', (_, source, reason) => expect(refusalOf(source)).toBe(reason))

test('what is within the bounds is read', () => {
  expect(refusalOf('<a>'.repeat(100) + '</a>'.repeat(100))).toBeUndefined()
  expect(refusalOf(utf16('<?xml version="1.0" encoding="UTF-16"?><a>Ω</a>'))).toBeUndefined()
  expect(refusalOf(`<a ${Array.from({ length: 256 }, (_, n) => `a${n}=""`).join(' ')}/>`)).toBeUndefined()
})

test('names are told apart by their namespace, and text around a comment is one text', () => {
  const root = parseXml(
    '<a xmlns="urn:one" xmlns:two="urn:two" b="1" two:b="2"><two:c>x<!-- y -->z &amp; <![CDATA[<w>]]></two:c><c/></a>',
  )
  expect(root).toMatchObject({ local: 'a', namespace: 'urn:one' })
  expect(attributeOf(root, 'b')).toBe('1')
  const [inner] = childrenOf(root, 'c', 'urn:two')
  expect(inner && textOf(inner)).toBe('xz & <w>')
  expect(childrenOf(root, 'c', 'urn:one')).toHaveLength(1)
  expect([...elementsOf(root)].map(({ local }) => local)).toEqual(['a', 'c', 'c'])
})

test('where comments are refused, one within a name is', () => {
  expect(() => parseXml('<a>admin<!-- -->@x</a>', { comments: 'refused' })).toThrow('Comments are not accepted')
})
