import type { AllowedWrite } from '@millrace/plant/contract'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAllowList } from './allow-list.ts'
import type { CommandOrder } from './command-token.ts'
import type { FreshReading } from './driver.ts'
import { entryFor, interlockRefusalOf, isReadBack, refusalOf, stepRefusalOf } from './guard.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 9)
const CONNECTION = '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11' as AllowedWrite['connectionId']

const FEED: AllowedWrite = {
  connectionId: CONNECTION,
  address: 'ns=1;s=Mill2.feed',
  kind: 'number',
  min: 50,
  max: 110,
  maxStep: 30,
  maxPerMinute: 2,
}

const order = (more: Partial<CommandOrder> = {}): CommandOrder => ({
  commandId: 'c',
  connectionId: CONNECTION,
  address: FEED.address,
  value: 85,
  nonce: 'n',
  expiresAtMs: NOW_MS + 30_000,
  ...more,
})

const reading = (value: FreshReading['value'], more: Partial<FreshReading> = {}): FreshReading => ({
  address: FEED.address,
  timestampMs: NOW_MS,
  value,
  quality: 'good',
  asOfMs: NOW_MS,
  ...more,
})

test.each<[string, Partial<CommandOrder>, readonly number[], string | undefined]>([
  ['within everything', {}, [], undefined],
  ['at the lower bound', { value: 50 }, [], undefined],
  ['below the lower bound', { value: 49.999 }, [], 'out-of-bounds'],
  ['above the upper bound', { value: 110.001 }, [], 'out-of-bounds'],
  ['not a number', { value: Number.NaN }, [], 'out-of-bounds'],
  ['a text', { value: '85' }, [], 'wrong-kind'],
  ['a switch', { value: true }, [], 'wrong-kind'],
  ['in the last moment', { expiresAtMs: NOW_MS + 1 }, [], undefined],
  ['expired', { expiresAtMs: NOW_MS }, [], 'expired'],
  ['valid for an hour', { expiresAtMs: NOW_MS + 3_600_000 }, [], 'too-far-ahead'],
  ['the third in a minute', {}, [NOW_MS - 50_000, NOW_MS - 1_000], 'too-often'],
  ['the third in a little more', {}, [NOW_MS - 60_001, NOW_MS - 1_000], undefined],
])('%s', (_, more, writtenAtMs, reason) => {
  expect(refusalOf(order(more), FEED, writtenAtMs, NOW_MS)?.reason).toBe(reason)
})

test('what is not listed is refused, also when only the connection differs', () => {
  expect(entryFor([FEED], order({ connectionId: 'other' }))).toBeUndefined()
  expect(entryFor([FEED], order({ address: 'ns=1;s=Mill2.feed ' }))).toBeUndefined()
  expect(refusalOf(order(), undefined, [], NOW_MS)?.reason).toBe('not-listed')
})

test.each<[number, FreshReading, string | undefined]>([
  [85, reading(100), undefined],
  [70, reading(100), undefined],
  [69.9, reading(100), 'step-too-large'],
  [85, reading(null, { quality: 'bad' }), 'present-value-unknown'],
  [85, reading(100, { quality: 'uncertain' }), 'present-value-unknown'],
  [85, reading('100'), 'present-value-unknown'],
])('to %s from %o', (value, present, reason) => {
  expect(stepRefusalOf(order({ value }), 30, present)?.reason).toBe(reason)
})

// proves: T-C3
describe('an interlock', () => {
  test.each<[string, FreshReading, string | undefined]>([
    ['of the right value', reading(1), undefined],
    ['as a switch', reading(true), undefined],
    ['of another value', reading(0), 'interlock-closed'],
    ['that is bad', reading(null, { quality: 'bad' }), 'interlock-unknown'],
    ['that is uncertain', reading(1, { quality: 'uncertain' }), 'interlock-unknown'],
    ['2 s old', reading(1, { asOfMs: NOW_MS - 2_000 }), undefined],
    ['older', reading(1, { asOfMs: NOW_MS - 2_001 }), 'interlock-unknown'],
  ])('%s', (_, interlock, reason) => {
    expect(interlockRefusalOf(1, interlock, NOW_MS)?.reason).toBe(reason)
  })
})

test.each<[CommandOrder['value'], FreshReading['value'], boolean]>([
  [85, 85, true],
  [0.1, Math.fround(0.1), true],
  [85, 85.01, false],
  [85, null, false],
  [true, 1, true],
  ['P17', 'P17', true],
  ['P17', 'P18', false],
])('%s read back as %s: %s', (written, read, same) => {
  expect(isReadBack(written, reading(read, read === null ? { quality: 'bad' } : {}))).toBe(same)
})

// proves: T-C1
test('of ten thousand generated commands none passes outside the list', () => {
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 30, max: 130 }) },
    { weight: 2, arbitrary: fc.double({ min: 45, max: 115, noNaN: true }) },
    fc.double(),
    fc.boolean(),
    fc.string({ maxLength: 5 }),
    fc.constantFrom(49.99, 50, 110, 110.01, -0, Number.NaN, Number.POSITIVE_INFINITY),
  )
  const generated = fc.record({
    connectionId: fc.constantFrom<string>(CONNECTION, CONNECTION, CONNECTION, 'other'),
    address: fc.constantFrom(FEED.address, FEED.address, 'ns=1;s=Mill2.Feed', 'ns=1;s=Mill3.feed', '__proto__'),
    value,
    expiresInMs: fc.integer({ min: -10_000, max: 40_000 }),
    present: fc.oneof({ weight: 5, arbitrary: fc.double({ min: 20, max: 140, noNaN: true }) }, fc.constant(null)),
    before: fc.array(fc.integer({ min: 0, max: 120_000 }), { maxLength: 3 }),
  })
  let passed = 0
  fc.assert(
    fc.property(generated, ({ connectionId, address, value: wanted, expiresInMs, present, before }) => {
      const given = order({ connectionId, address, value: wanted, expiresAtMs: NOW_MS + expiresInMs })
      const entry = entryFor([FEED], given)
      const writtenAtMs = before.map((ago) => NOW_MS - ago)
      if (refusalOf(given, entry, writtenAtMs, NOW_MS)) return
      if (stepRefusalOf(given, 30, reading(present, present === null ? { quality: 'bad' } : {}))) return
      passed += 1
      // Said again in other words than the guard's own.
      const inside = typeof wanted === 'number' && wanted >= 50 && wanted <= 110
      const near = typeof wanted === 'number' && present !== null && Math.abs(wanted - present) <= 30.001
      const recent = before.filter((ago) => ago < 60_000).length
      expect(connectionId === CONNECTION && address === FEED.address && inside && near && recent < 2).toBe(true)
      expect(expiresInMs).toBeGreaterThan(0)
      expect(expiresInMs).toBeLessThanOrEqual(31_000)
    }),
    { numRuns: 10_000 },
  )
  // A guard that refuses everything would prove nothing.
  expect(passed).toBeGreaterThan(20)
})

test.each<[string, unknown]>([
  ['no list', {}],
  ['a misspelt bound', [{ ...FEED, maximum: 5 }]],
  ['a bound that is a text', [{ ...FEED, max: '110' }]],
  ['a bound that is null', [{ ...FEED, max: null }]],
  ['another kind', [{ ...FEED, kind: 'any' }]],
  ['no address', [{ ...FEED, address: '' }]],
  ['an interlock without value', [{ ...FEED, interlock: { address: 'x' } }]],
])('an allow-list with %s is refused as a whole', (_, json) => {
  expect(() => parseAllowList(json)).toThrow()
})

test('an allow-list comes back as it was written', () => {
  const list = [FEED, { ...FEED, kind: 'text', interlock: { address: 'remote', equals: 1 }, readBackAddress: 'shown' }]
  expect(parseAllowList(JSON.parse(JSON.stringify(list)))).toEqual(list)
})
