import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readingsOf } from './message-rules.ts'

test.each([
  ['21.5', 'a', [{ address: 'a', value: 21.5 }]],
  ['null', 'a', [{ address: 'a', value: null }]],
  ['"21.5"', 'a/b', [{ address: 'a/b', value: '21.5' }]],
  ['[1,2]', 'a', [{ address: 'a', value: [1, 2] }]],
  [
    '{"value":1,"timestamp":5,"quality":"uncertain"}',
    'a',
    [{ address: 'a', value: 1, timestamp: 5, quality: 'uncertain' }],
  ],
  ['{"value":1}', '', [{ address: 'value', value: 1 }]],
  [
    '{"x":1,"y":{"value":2,"timestamp":7},"timestamp":5}',
    'a',
    [
      { address: 'a/x', value: 1, timestamp: 5 },
      { address: 'a/y', value: 2, timestamp: 7 },
    ],
  ],
  [
    '{"a/x":1,"b":true}',
    '',
    [
      { address: 'a/x', value: 1 },
      { address: 'b', value: true },
    ],
  ],
  ['[{"address":"a","value":1,"timestamp":5}]', '', [{ address: 'a', value: 1, timestamp: 5 }]],
  ['{"__proto__":1}', '', [{ address: '__proto__', value: 1 }]],
])('%s at the address "%s" is read', (text, address, readings) => {
  expect(readingsOf(text, address)).toEqual(readings)
})

test.each([
  ['hot', 'a', 'is no JSON'],
  ['', 'a', 'is no JSON'],
  ['5', '', 'is no object and no list, as messages at the root are'],
  ['{}', 'a', 'holds no value'],
  ['{"value":1,"unit":"K"}', 'a', 'has a field unit, which beside value means nothing'],
  ['{"":1}', '', 'has a field , which makes no address'],
  ['{"x":{"y":{"value":1}}}', 'a', 'has a field x, an object without value'],
  ['[1]', '', 'is a list with something that is no object with an address'],
  ['[{"address":"a","value":1,"more":2}]', '', 'has a field more, which means nothing'],
  [
    JSON.stringify(Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [at, at]))),
    '',
    'holds more than 1000 values',
  ],
])('%s at the address "%s" is refused, and why is said', (text, address, detail) => {
  expect(readingsOf(text, address)).toEqual({ detail })
})

// proves: T-D3 (in part: messages of devices)
test('whatever a device sends is read or refused, and never breaks anything', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.json({ maxDepth: 20 }), fc.string(), fc.constant('['.repeat(100_000))),
      fc.string(),
      (text, address) => {
        const read = readingsOf(text, address)
        expect('detail' in read || read.length > 0).toBe(true)
      },
    ),
  )
})
