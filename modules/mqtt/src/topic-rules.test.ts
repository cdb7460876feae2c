import { expect, test } from 'vitest'
import { addressIn, isOwnFilter, rootOf } from './topic-rules.ts'

const ROOT = rootOf('d1')

test.each([
  ['millrace/v1/d1/temperature', 'temperature'],
  ['millrace/v1/d1/spindle/1/temperature', 'spindle/1/temperature'],
  ['millrace/v1/d1', ''],
  ['millrace/v1/d1/', undefined],
  ['millrace/v1/d12/temperature', undefined],
  ['millrace/v1/d2/temperature', undefined],
  ['/millrace/v1/d1/temperature', undefined],
  ['Millrace/v1/d1/temperature', undefined],
  ['$share/g/millrace/v1/d1/temperature', undefined],
  [`millrace/v1/d1/${'x'.repeat(501)}`, undefined],
])('%s names the address %s', (topic, address) => {
  expect(addressIn(topic, ROOT)).toBe(address)
})

test.each([
  ['millrace/v1/d1', true],
  ['millrace/v1/d1/#', true],
  ['millrace/v1/d1/+/x', true],
  ['millrace/v1/+', false],
  ['millrace/v1/+/#', false],
  ['millrace/#', false],
  ['#', false],
  ['$share/g/millrace/v1/d1/#', false],
])('a device may listen to %s: %s', (filter, isOwn) => {
  expect(isOwnFilter(filter, ROOT)).toBe(isOwn)
})
