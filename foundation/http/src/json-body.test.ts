import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test } from '@millrace/testing'
import { expect } from 'vitest'
import { parseJsonBody } from './json-body.ts'
import { bodyMalformed } from './problem-reply.ts'

const CORPUS = fileURLToPath(new URL('../../../../shared/security/corpora/json/jsontestsuite.jsonl', import.meta.url))

const parse = (text: string) => parseJsonBody(Buffer.from(text))

function refusal(body: Buffer): unknown {
  try {
    return { accepted: parseJsonBody(body) }
  } catch (error) {
    return error
  }
}

// proves: T-H1
test.each([
  ['a name twice', '{"a":1,"a":2}'],
  ['a name twice, the second time escaped', '{"a":1,"\\u0061":2}'],
  ['a name twice, deep inside', '[{"x":{"y":[{"b":0,"c":"\\"b\\":","b":1}]}}]'],
  ['__proto__', '{"__proto__":{"polluted":1}}'],
  ['__proto__, escaped', '{"\\u005f_proto__":{"polluted":1}}'],
  ['constructor', '{"a":{"constructor":{"prototype":{}}}}'],
  ['U+0000 in a text', '{"a":"x\\u0000"}'],
  ['U+0000 in a name', '{"\\u0000":1}'],
  ['half a character', '{"a":"\\ud83d"}'],
  ['a number beyond a double', '{"a":1e400}'],
  ['more than 32 levels', `${'['.repeat(33)}${']'.repeat(33)}`],
  ['a byte order mark', '\ufeff{}'],
  ['nothing', ''],
  ['a trailing comma', '[1,]'],
  ['a comment', '{}//'],
])('%s is refused', (_, text) => {
  expect(refusal(Buffer.from(text))).toBeProblem(bodyMalformed)
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
})

// proves: T-H1
test.each([
  ['cut in a character', [0x22, 0xe2, 0x82, 0x22]],
  ['longer than needed', [0x22, 0xc0, 0xaf, 0x22]],
  ['Latin-1', [0x22, 0xe4, 0x22]],
  ['UTF-16', [0x22, 0x00, 0x61, 0x00, 0x22, 0x00]],
])('bytes that are not UTF-8 are refused, not repaired: %s', (_, bytes) => {
  expect(refusal(Buffer.from(bytes))).toBeProblem(bodyMalformed)
})

test('what one reader only can understand is taken as it is', () => {
  for (const value of [
    { a: 'x:y', 'b"': '\\', c: ['":"', '\\"', 'a\\'], d: { a: 1 }, e: [{ a: 1 }, { a: 2 }] },
    { text: '👩‍🏭 "a":1, "a":2', '': 0, toString: 'x', hasOwnProperty: 1 },
    [null, true, -0.5, 'x', [], {}],
    'text',
    null,
  ]) {
    expect(parse(JSON.stringify(value))).toEqual(value)
    expect(parse(JSON.stringify(value, undefined, '\t'))).toEqual(value)
  }
  expect(parse(`${'['.repeat(32)}${']'.repeat(32)}`)).toBeInstanceOf(Array)
})

// proves: T-H1
test('the public suite: what must be refused is, and what must be taken is unless it is ambiguous', () => {
  if (!existsSync(CORPUS)) {
    process.stderr.write('No json/jsontestsuite.jsonl beside the checkout: only our own entries were tried.\n')
    return
  }
  // Valid by the grammar, and refused here with a reason: names twice, U+0000, half characters.
  const ours =
    /duplicated_key|null_escape|escaped_null|noncharacter|surrogate|nonCharacterInUTF-8|unescaped_char_delete|utf16/i
  const lines = readFileSync(CORPUS, 'utf8').trim().split('\n')
  let taken = 0
  for (const line of lines) {
    const { id, text, b64, expect: wanted } = JSON.parse(line) as Record<string, string>
    const body = text === undefined ? Buffer.from(b64 ?? '', 'base64') : Buffer.from(text)
    const result = refusal(body)
    if (wanted === 'reject') expect(result, id).toBeProblem(bodyMalformed)
    if (wanted === 'accept' && !ours.test(String(id))) expect(result, id).toHaveProperty('accepted')
    if (typeof result === 'object' && result !== null && 'accepted' in result) taken += 1
    else expect(result, id).toBeProblem(bodyMalformed)
  }
  expect(lines.length).toBeGreaterThan(200)
  expect(taken).toBeGreaterThan(50)
})
