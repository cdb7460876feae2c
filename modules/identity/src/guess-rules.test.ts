import { MINUTE_MS } from '@millrace/base'
import { expect, test } from 'vitest'
import { GUESS_LIMITS, networkOf, pauseAfter, plainAddress } from './guess-rules.ts'

// proves: T-A1 (in part: five in a quarter of an hour, then ever fewer)
test.each([
  [0, 0],
  [4, 0],
  [5, 15],
  [6, 30],
  [7, 60],
  [50, 60],
])('after %i wrong passwords of one account the next one waits %i minutes', (count, minutes) => {
  expect(pauseAfter(count, GUESS_LIMITS.account)).toBe(minutes * MINUTE_MS)
})

test.each([
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2:ffff::1', '2001:db8:1:2'],
  ['2001:0db8:0001:0002::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::ffff:192.0.2.1', undefined],
  ['192.0.2.1', undefined],
])('the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

test('an IPv4 address that came over IPv6 is counted as the one it is', () => {
  expect(plainAddress('::ffff:192.0.2.1')).toBe(plainAddress('192.0.2.1'))
  expect(plainAddress('2001:DB8::1')).toBe('2001:db8::1')
})
