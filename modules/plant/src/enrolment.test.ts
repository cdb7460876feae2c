import { MINUTE_MS } from '@millrace/base'
import { expect, test } from 'vitest'
import { createEnrolmentGuard } from './enrolment.ts'
import { newEnrolmentCode, parseEnrolmentCode } from './enrolment-code.ts'

const ENTERPRISE = '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11'

test('a code names its enterprise and is known again by its hash', () => {
  const { code, hash } = newEnrolmentCode(ENTERPRISE)
  expect(parseEnrolmentCode(` ${code}\n`)).toEqual({ enterpriseId: ENTERPRISE, hash })
  expect(newEnrolmentCode(ENTERPRISE).code).not.toBe(code)
})

test.each(['', 'mre_', 'mrs_AAAA', 'mre_AAAA', `mre_${'A'.repeat(46)}`, `mre_${'!'.repeat(48)}`])(
  'none of ours: %s',
  (text) => {
    expect(parseEnrolmentCode(text)).toBeUndefined()
  },
)

test('ten failures pause an address for the rest of five minutes, and nobody else', () => {
  const guard = createEnrolmentGuard()
  for (let failure = 0; failure < 10; failure += 1) {
    expect(guard.isPaused('10.0.0.1', failure)).toBe(false)
    guard.failed('10.0.0.1', failure)
  }
  expect(guard.isPaused('10.0.0.1', 5 * MINUTE_MS - 1)).toBe(true)
  expect(guard.isPaused('10.0.0.2', 5 * MINUTE_MS - 1)).toBe(false)
  expect(guard.isPaused('10.0.0.1', 5 * MINUTE_MS)).toBe(false)
})

test('many failures from many addresses pause everybody', () => {
  const guard = createEnrolmentGuard()
  for (let failure = 0; failure < 200; failure += 1) guard.failed(`10.0.0.${failure}`, 0)
  expect(guard.isPaused('10.9.9.9', 0)).toBe(true)
})
