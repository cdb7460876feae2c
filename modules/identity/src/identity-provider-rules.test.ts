import { expect, test } from 'vitest'
import type { ProviderChoices } from './identity-provider-contract.ts'
import {
  assertsSecondFactor,
  levelOf,
  mailOf,
  placeWithin,
  type Received,
  requiredFor,
  rolesOf,
} from './identity-provider-rules.ts'

const CHOICES: ProviderChoices = {
  ...{ domains: ['muster.example'], trustsMail: false, newcomers: null, groupsClaim: null, groupRoles: [] },
  provesSecondFactor: false,
}
const RECEIVED: Received = {
  ...{ subject: 's', email: 'a@muster.example', emailVerified: true, name: null, groups: [], secondFactor: false },
  ...{ told: [], passed: [] },
}

test.each([
  [['pwd'], [], false],
  [['pwd', 'otp'], [], true],
  [['mfa'], [], true],
  [['hwk'], [], false],
  [['hwk', 'pin'], [], true],
  [['pwd', 'pin'], [], false],
  [['pwd', 'pwd'], [], false],
  [['pwd', 'something-new'], [], false],
  [[], ['https://refeds.org/profile/mfa'], true],
  [[], ['urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'], false],
  [[], [], false],
] as const)('methods %j and classes %j assert a second factor: %s', (methods, classes, expected) =>
  expect(assertsSecondFactor(methods, classes)).toBe(expected),
)

// proves: T-A4 (in part: who has a second factor here is asked for it unless the provider showed one)
test.each([
  [false, false, true, 1],
  [false, false, false, 2],
  [true, false, true, 2],
  [false, true, true, 2],
] as const)('asserted %s, trusted %s, own factor %s: level %i', (secondFactor, provesSecondFactor, own, level) =>
  expect(levelOf({ ...RECEIVED, secondFactor }, { ...CHOICES, provesSecondFactor }, own)).toBe(level),
)

test.each([
  [undefined, '/'],
  ['/overview?site=1#now', '/overview?site=1#now'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/a\\..\\evil', '/'],
  ['/\tevil', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['overview', '/'],
  ['/a/../../b', '/b'],
])('after signing in %j leads to %s', (next, expected) =>
  expect(placeWithin('https://millrace.muster.example', next)).toBe(expected),
)

test('an address is taken whole, in any case, and its domain exactly', () => {
  const mail = (email: string, change: Partial<Received> = {}) => mailOf({ ...RECEIVED, email, ...change }, CHOICES)
  expect(mail('A@MUSTER.example')).toEqual({ email: 'A@MUSTER.example' })
  expect(mail('a@evil.example@muster.example')).toHaveProperty('fault')
  expect(mail('a@muster.example.evil.example')).toHaveProperty('fault')
  expect(mail('a@sub.muster.example')).toHaveProperty('fault')
  expect(mail('a@muster.example\n')).toHaveProperty('fault')
  expect(mail('')).toHaveProperty('fault')
  const open = { ...CHOICES, domains: [] }
  expect(mailOf({ ...RECEIVED, email: 'x@break-glass.invalid' }, open)).toHaveProperty('fault')
  // Trust without a domain is no trust.
  const trusting = { ...CHOICES, domains: [], trustsMail: true }
  expect(mailOf({ ...RECEIVED, emailVerified: null }, trusting)).toHaveProperty('fault')
})

test('groups give each role once', () => {
  const rules = [
    { value: 'a', role: 'planner', placeId: null },
    { value: 'b', role: 'planner', placeId: null },
    { value: 'b', role: 'planner', placeId: 'x' },
    { value: 'c', role: 'it-admin', placeId: null },
  ]
  expect(rolesOf(['a', 'b', 'd'], rules)).toEqual([
    { role: 'planner', placeId: null },
    { role: 'planner', placeId: 'x' },
  ])
  expect(rolesOf([], rules)).toEqual([])
})

test('only a required provider takes the other ways, and only from its own domains', () => {
  const providers = [
    { name: 'one', state: 'required' as const, domains: ['muster.example'] },
    { name: 'two', state: 'offered' as const, domains: ['muster.example', 'other.example'] },
  ]
  expect(requiredFor('A@Muster.example', providers).map(({ name }) => name)).toEqual(['one'])
  expect(requiredFor('a@other.example', providers)).toEqual([])
})
