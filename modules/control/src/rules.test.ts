import { isProblem } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant'
import { expect, test } from 'vitest'
import type { CommandState, SetPoint, SetPointId } from './contract.ts'
import { type CommandFacts, expirySentence, mayMove, readBackDoubt, readBackNumber, refusalOf } from './rules.ts'

const FEED: SetPoint = {
  id: 'sp' as SetPointId,
  siteId: 's' as EquipmentId,
  workUnitId: 'm' as EquipmentId,
  name: 'feed-override',
  title: 'Feed override',
  unit: '%',
  min: 50,
  max: 110,
  maxStep: 20,
  maxPerMinute: 3,
  series: 7,
}
const READY: CommandFacts = { presentValue: 100, machineState: 'running', isGatewayOnline: true, recentCount: 0 }

test.each<[number, Partial<CommandFacts>, string | undefined]>([
  [90, {}, undefined],
  [80, {}, undefined],
  [110, {}, undefined],
  [110.001, {}, 'control/value-out-of-bounds'],
  [49, {}, 'control/value-out-of-bounds'],
  [Number.NaN, {}, 'control/value-out-of-bounds'],
  [Number.POSITIVE_INFINITY, {}, 'control/value-out-of-bounds'],
  [79.9, {}, 'control/step-too-large'],
  [79.9, { presentValue: 85 }, undefined],
  [90, { presentValue: undefined }, 'control/present-value-unknown'],
  [90, { machineState: 'off' }, 'control/machine-interlocked'],
  [90, { machineState: null }, 'control/machine-interlocked'],
  [90, { machineState: undefined }, undefined],
  [90, { machineState: 'stopped' }, undefined],
  [90, { isGatewayOnline: false }, 'control/gateway-offline'],
  [90, { recentCount: 2 }, undefined],
  [90, { recentCount: 3 }, 'control/too-many-commands'],
  // What can never be right is said before what may be right later.
  [10, { machineState: 'off', isGatewayOnline: false, recentCount: 9 }, 'control/value-out-of-bounds'],
])('writing %d with %j: %s', (value, facts, code) => {
  const refusal = refusalOf(FEED, value, { ...READY, ...facts })
  expect(isProblem(refusal) ? refusal.type.code : undefined).toBe(code)
})

test('a step of exactly the limit passes although decimals do not add up', () => {
  expect(refusalOf({ ...FEED, maxStep: 0.1, min: 0 }, 0.3, { ...READY, presentValue: 0.2 })).toBeUndefined()
  expect(refusalOf({ ...FEED, maxStep: null }, 50, { ...READY, presentValue: undefined })).toBeUndefined()
})

test.each<[CommandState, CommandState, boolean]>([
  ['requested', 'sent', true],
  ['sent', 'received', true],
  ['received', 'written', true],
  ['written', 'read-back', true],
  ['requested', 'written', true],
  ['sent', 'sent', false],
  ['received', 'sent', false],
  ['written', 'received', false],
  ['written', 'expired', false],
  ['read-back', 'failed', false],
  ['refused', 'received', false],
  ['failed', 'read-back', false],
  ['expired', 'received', false],
  ['expired', 'read-back', true],
])('from %s to %s: %s', (from, to, allowed) => {
  expect(mayMove(from, to)).toBe(allowed)
})

test('what ran out says how far it came', () => {
  expect(new Set((['requested', 'sent', 'received'] as const).map(expirySentence)).size).toBe(3)
})

test('what is read back may be rounded, not different', () => {
  expect(readBackDoubt(FEED, 85, 85.05)).toBeUndefined()
  expect(readBackDoubt(FEED, 85, 85.1)).toBe('The machine shows 85.1 instead of 85.')
  expect(readBackDoubt(FEED, 85, undefined)).toMatch(/could not be read/)
  expect([readBackNumber(true), readBackNumber(85), readBackNumber('85'), readBackNumber(undefined)]).toEqual([
    ...[1, 85, undefined, undefined],
  ])
})
