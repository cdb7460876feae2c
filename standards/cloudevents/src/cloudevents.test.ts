import { isProblem } from '@millrace/base'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CloudEvent, checkEvent, decodeMessage, encodeBinary, encodeStructured, eventInvalid } from './index.ts'

// The example of CloudEvents 1.0.2 §5.
const EXAMPLE = {
  specversion: '1.0',
  type: 'com.github.pull_request.opened',
  source: 'https://github.com/cloudevents/spec/pull',
  subject: '123',
  id: 'A234-1234-1234',
  time: '2018-04-05T17:31:00Z',
  comexampleextension1: 'value',
  comexampleothervalue: 5,
  datacontenttype: 'text/xml',
  data: '<much wow="xml"/>',
} as const satisfies CloudEvent

function faultOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (isProblem(error, eventInvalid)) return String(error.data.attribute ?? error.message)
    throw error
  }
  return 'none'
}

test('the example of the standard is an event, and comes back from both forms', () => {
  expect(checkEvent(EXAMPLE)).toEqual(EXAMPLE)
  expect(decodeMessage(encodeStructured(EXAMPLE))).toEqual(EXAMPLE)
  // Headers have no types: what was a number comes back as its text.
  expect(decodeMessage(encodeBinary(EXAMPLE))).toEqual({ ...EXAMPLE, comexampleothervalue: '5' })
})

test('the structured form is one JSON document of its own content type', () => {
  const { headers, body } = encodeStructured(EXAMPLE)
  expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8')
  expect(JSON.parse(body)).toEqual(EXAMPLE)
})

test('the binary form has the attributes in headers, escaped as the standard says', () => {
  // HTTP binding §3.1.3.2: "Euro € 😀" is Euro%20%E2%82%AC%20%F0%9F%98%80
  const { headers, body } = encodeBinary({
    ...{ specversion: '1.0', id: '1', source: '/mill', type: 'a.b', subject: 'Euro € 😀', data: { a: [1] } },
    ...{ quoted: 'say "100%"' },
  })
  expect(headers).toEqual({
    'content-type': 'application/json',
    'ce-specversion': '1.0',
    'ce-id': '1',
    'ce-source': '/mill',
    'ce-type': 'a.b',
    'ce-subject': 'Euro%20%E2%82%AC%20%F0%9F%98%80',
    'ce-quoted': 'say%20%22100%25%22',
  })
  expect(body).toBe('{"a":[1]}')
})

const WRONG: readonly (readonly [string, Record<string, unknown>])[] = [
  ['id', { id: undefined }],
  ['id', { id: '' }],
  ['id', { id: 5 }],
  ['source', { source: 'has space' }],
  ['source', { source: undefined }],
  ['type', { type: '' }],
  ['specversion', { specversion: '0.3' }],
  ['specversion', { specversion: undefined }],
  ['time', { time: 'yesterday' }],
  ['time', { time: '2018-13-05T17:31:00Z' }],
  ['time', { time: '2018-04-05 17:31' }],
  ['dataschema', { dataschema: '/relative' }],
  ['datacontenttype', { datacontenttype: 'xml' }],
  ['subject', { subject: '' }],
  ['subject', { subject: 'bell \u0007' }],
  ['subject', { subject: 'half \ud83d' }],
  ['subject', { subject: '\uffff' }],
  ['subject', { subject: 'x'.repeat(5000) }],
  ['Capital', { Capital: 'x' }],
  ['with_underscore', { with_underscore: 'x' }],
  ['amuchtoolongnameofanattribute', { amuchtoolongnameofanattribute: 'x' }],
  ['half', { half: 1.5 }],
  ['big', { big: 2 ** 31 }],
  ['nothing', { nothing: null }],
  ['deep', { deep: { a: 1 } }],
  ['data', { data: 1, data_base64: 'AA==' }],
  ['data_base64', { data: undefined, data_base64: 'no base64' }],
]

test.each(WRONG)('an event with a wrong %s is refused, naming it', (attribute, change) => {
  const event = Object.fromEntries(Object.entries({ ...EXAMPLE, ...change }).filter(([, value]) => value !== undefined))
  expect(faultOf(() => checkEvent(event))).toBe(attribute)
})

test.each([null, [], 'text', 5])('%j is no event', (value) => {
  expect(faultOf(() => checkEvent(value))).toBe('An event is an object.')
})

test('events come back from both forms as they were', () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .filter((one) => faultOf(() => check(one)) === 'none')
  const check = (subject: string) => checkEvent({ ...EXAMPLE, subject })
  fc.assert(
    fc.property(text, text, fc.jsonValue(), (id, subject, value) => {
      // JSON has one zero.
      const data: unknown = JSON.parse(JSON.stringify(value))
      const event: CloudEvent = {
        ...{
          specversion: '1.0',
          id,
          subject,
          source: 'urn:x:y',
          type: 'a.b',
          datacontenttype: 'application/json',
          data,
        },
      }
      expect(decodeMessage(encodeStructured(event))).toEqual(event)
      expect(decodeMessage(encodeBinary(event))).toEqual(event)
    }),
  )
})

test('whatever comes in is read or refused, and nothing else', () => {
  const headers = fc.dictionary(
    fc.constantFrom('content-type', 'ce-id', 'ce-source', 'ce-type', 'ce-specversion', 'ce-subject', 'ce-data', 'x'),
    fc.oneof(fc.constantFrom('application/cloudevents+json', 'application/json', '1.0', '%', '%ff', '"a'), fc.string()),
  )
  fc.assert(
    fc.property(headers, fc.oneof(fc.json(), fc.string()), (given, body) => {
      faultOf(() => decodeMessage({ headers: given, body }))
    }),
    { numRuns: 500 },
  )
})

test('a batch, an unknown format and an overlong body are refused', () => {
  const at = (contentType: string, body = '[]') =>
    faultOf(() => decodeMessage({ headers: { 'content-type': contentType }, body }))
  expect(at('application/cloudevents-batch+json')).toBe('application/cloudevents-batch+json is not read here.')
  expect(at('application/cloudevents+avro')).toBe('application/cloudevents+avro is not read here.')
  expect(at('application/json')).toBe('There is no event in this message.')
  expect(at('application/cloudevents+json', '{')).toBe('The body is no JSON.')
  expect(at('application/cloudevents+json', ' '.repeat(2_000_000))).toBe('The body is too long for an event.')
})
