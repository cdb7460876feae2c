import { inContext, systemActor } from '@millrace/runtime'
import { test } from '@millrace/testing'
import { sql } from 'kysely'
import { Secret, TOTP } from 'otpauth'
import { expect } from 'vitest'
import type { Factors } from './factor-contract.ts'
import type { StepUpNeeded } from './step-up-contract.ts'
import { methodsOf } from './step-up-rules.ts'
import { type Browser, type Company, ORIGIN, openCompany, PASSWORD } from './testing/company.ts'
import { SoftwareAuthenticator } from './testing/software-authenticator.ts'

const HERE = '00000000-0000-7000-8000-000000000001'
const THERE = '00000000-0000-7000-8000-000000000002'
const moveTo = (siteId: string) => ['PUT', '/control-seat', { siteId }] as const

/** A risky act without a confirmation: what it takes to confirm it. */
async function ask(browser: Browser, ...act: Parameters<Browser['call']>): Promise<StepUpNeeded> {
  const { status, code, body } = await browser.call(...act)
  expect({ status, code }).toEqual({ status: 403, code: 'identity/step-up-needed' })
  return body
}

async function confirm(browser: Browser, stepUpId: string, shown: object) {
  return browser.call('POST', `/step-ups/${stepUpId}/confirm`, shown)
}

/** Somebody with a passkey, signed in with it. */
async function withPasskey(company: Company, name: string) {
  const person = await company.addPerson(name)
  const browser = await company.signIn(person)
  const needed = await ask(browser, 'POST', '/passkey-offers')
  expect(needed.methods).toEqual(['password'])
  const { body: proof } = await confirm(browser, needed.stepUpId, { password: PASSWORD })
  const { body: offer } = await browser.call('POST', '/passkey-offers', undefined, proof.proof)
  const authenticator = new SoftwareAuthenticator(ORIGIN)
  const kept = await browser.call('POST', '/passkeys', { name: 'Laptop', passkey: authenticator.make(offer) })
  expect(kept.status).toBe(201)
  return { person, browser, authenticator }
}

/** An act confirmed with a passkey, not done yet. */
async function confirmed(browser: Browser, authenticator: SoftwareAuthenticator, siteId: string): Promise<string> {
  const needed = await ask(browser, ...moveTo(siteId))
  const passkey = authenticator.show(needed.passkey ?? { challenge: '' })
  const { status, body } = await confirm(browser, needed.stepUpId, { passkey })
  expect(status).toBe(201)
  return body.proof
}

// proves: T-A5
test('a confirmation is for one act at one plant, once', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const { browser, authenticator } = await withPasskey(company, 'Mia')
  const proof = await confirmed(browser, authenticator, HERE)

  // Another plant, another act, another session, and none of ours.
  expect((await browser.call(...moveTo(THERE), proof)).code).toBe('identity/step-up-mismatch')
  expect((await browser.call('DELETE', '/totp', undefined, proof)).code).toBe('identity/step-up-mismatch')
  expect((await browser.call(...moveTo(HERE), 'x'.repeat(43))).code).toBe('identity/step-up-mismatch')
  const other = await withPasskey(company, 'Max')
  expect((await other.browser.call(...moveTo(HERE), proof)).code).toBe('identity/step-up-mismatch')

  // Past the door, the act itself is refused for a reason of its own: there is no such site.
  expect((await browser.call(...moveTo(HERE), proof)).code).toBe('runtime/forbidden')
  expect((await browser.call(...moveTo(HERE), proof)).code).toBe('identity/step-up-replayed')
  await company.app.close()
})

// proves: T-A5
test('of two uses of one confirmation at the same moment one wins', async ({ runtime }) => {
  const company = await openCompany(runtime, { demo: true })
  const browser = await company.signIn(await company.addPerson('Dana'))
  const needed = await ask(browser, 'POST', '/recovery-codes')
  const { body } = await confirm(browser, needed.stepUpId, { press: true })
  const twice = await Promise.all(
    Array.from({ length: 6 }, () => browser.call('POST', '/recovery-codes', undefined, body.proof)),
  )
  expect(twice.map(({ status }) => status).sort()).toEqual([201, 403, 403, 403, 403, 403])
  expect(new Set(twice.flatMap(({ code }) => code ?? []))).toEqual(new Set(['identity/step-up-replayed']))
  await company.app.close()
})

// proves: T-A5
test('after five minutes neither the question nor the confirmation counts', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const { browser, authenticator } = await withPasskey(company, 'Ida')
  const age = () =>
    inContext(company.runtime, systemActor(company.enterpriseId, 'test'), (ctx) =>
      sql`update identity.step_up set expires_at = expires_at - interval '5 minutes'`.execute(ctx.db),
    )
  const needed = await ask(browser, ...moveTo(HERE))
  expect(Date.parse(needed.expiresAt) - Date.now()).toBeLessThanOrEqual(5 * 60_000)
  await age()
  const late = await confirm(browser, needed.stepUpId, { passkey: authenticator.show(needed.passkey as never) })
  expect(late.code).toBe('identity/step-up-expired')

  const proof = await confirmed(browser, authenticator, HERE)
  await age()
  expect((await browser.call(...moveTo(HERE), proof)).code).toBe('identity/step-up-expired')
  await company.app.close()
})

// proves: T-A5
test('a passkey confirms the act it was asked about and no other', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const { browser, authenticator, person } = await withPasskey(company, 'Eva')
  const here = await ask(browser, ...moveTo(HERE))
  const there = await ask(browser, ...moveTo(THERE))
  const passkeyOf = (needed: StepUpNeeded, manner = {}) => ({
    passkey: authenticator.show(needed.passkey ?? { challenge: '' }, manner),
  })
  const signed = passkeyOf(here)
  const refusals = [
    [there, signed, 'identity/step-up-mismatch'],
    [there, { passkey: authenticator.show({ challenge: 'A'.repeat(43) }) }, 'identity/challenge-unknown'],
    [there, passkeyOf(there, { unverified: true }), 'identity/passkey-refused'],
    [there, passkeyOf(there, { origin: 'https://evil.example' }), 'identity/passkey-refused'],
    [there, passkeyOf(there, { rpId: 'evil.example' }), 'identity/passkey-refused'],
    // Whoever has a passkey confirms with nothing weaker.
    [there, { password: PASSWORD }, 'identity/step-up-refused'],
    [there, { press: true }, 'identity/step-up-refused'],
    [there, {}, 'identity/step-up-refused'],
  ] as const
  for (const [needed, shown, code] of refusals) {
    expect((await confirm(browser, needed.stepUpId, shown)).code).toBe(code)
  }
  expect((await confirm(browser, here.stepUpId, signed)).status).toBe(201)
  expect((await confirm(browser, here.stepUpId, signed)).code).toBe('identity/step-up-replayed')
  expect((await confirm(browser, there.stepUpId, passkeyOf(there, { counter: 1 }))).code).toBe(
    'identity/passkey-copied',
  )

  // Another person cannot confirm for Eva, nor with her passkey.
  const other = await withPasskey(company, 'Eve')
  expect((await confirm(other.browser, there.stepUpId, passkeyOf(there))).code).toBe('identity/step-up-missing')

  const trail = await inContext(company.runtime, systemActor(company.enterpriseId, 'test'), (ctx) =>
    sql<{ code: string }>`select detail->>'code' as code from audit.event where action = 'identity.step-up.refuse'
      and object = ${`person ${person.id}`}`.execute(ctx.db),
  )
  const codes = trail.rows.map(({ code }) => code)
  expect(codes).toEqual(expect.arrayContaining(refusals.map(([, , code]) => code)))
  await company.app.close()
})

test('whoever has nothing to confirm with is told so', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const browser = await company.signIn(await company.addPerson('Una'))
  expect((await browser.call(...moveTo(HERE))).code).toBe('identity/step-up-impossible')
  await company.app.close()
})

test('password and authenticator app confirm together, and a wrong one pauses after five', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const browser = await company.signIn(await company.addPerson('Tom'))
  const offered = await ask(browser, 'POST', '/totp')
  const { body: given } = await confirm(browser, offered.stepUpId, { password: PASSWORD })
  const { body: offer } = await browser.call('POST', '/totp', undefined, given.proof)
  const totp = new TOTP({ secret: Secret.fromBase32(offer.secret) })
  const codeAt = (steps: number) => totp.generate({ timestamp: Date.now() + steps * 30_000 })
  const first = codeAt(-1)
  expect((await browser.call('POST', '/totp/confirm', { code: first })).status).toBe(200)

  const needed = await ask(browser, ...moveTo(HERE))
  expect(needed.methods).toEqual(['password-totp'])
  const shows = (shown: object) => confirm(browser, needed.stepUpId, shown)
  expect((await shows({ code: codeAt(0) })).code).toBe('identity/step-up-refused')
  expect((await shows({ password: PASSWORD })).code).toBe('identity/step-up-refused')
  // What set the app up was shown already (RFC 6238 §5.2).
  expect((await shows({ password: PASSWORD, code: first })).code).toBe('identity/code-used')
  expect((await shows({ password: PASSWORD, code: codeAt(0) })).status).toBe(201)

  const again = await ask(browser, ...moveTo(THERE))
  const outcomes: (string | undefined)[] = []
  for (let guess = 0; guess < 6; guess += 1) {
    outcomes.push((await confirm(browser, again.stepUpId, { password: `wrong ${guess}`, code: codeAt(1) })).code)
  }
  expect(outcomes).toEqual([...Array(5).fill('identity/step-up-refused'), 'identity/sign-in-paused'])
  await company.app.close()
})

const NONE: Factors = { password: false, totp: false, passkeyCount: 0, recoveryCodesLeft: 0 }
const ALL: Factors = { password: true, totp: true, passkeyCount: 2, recoveryCodesLeft: 9 }

test.each([
  ['a passkey beats everything', ALL, 'password', 'setGrants', false, ['passkey']],
  ['also in the demo', ALL, 'demo', 'setGrants', true, ['passkey']],
  ['then password and app together', { ...ALL, passkeyCount: 0 }, 'password', 'setGrants', false, ['password-totp']],
  ['an app alone is nothing', { ...NONE, totp: true }, 'oidc', 'setGrants', false, []],
  ['nor to add a passkey', { ...NONE, totp: true }, 'oidc', 'offerPasskey', false, []],
  ['a password alone is nothing', { ...NONE, password: true }, 'password', 'setGrants', false, []],
  ['but for the first factor', { ...NONE, password: true }, 'password', 'offerPasskey', false, ['password']],
  ['without a password, right after signing in', NONE, 'oidc', 'offerTotp', false, ['press']],
  ['a demo person presses', NONE, 'demo', 'setGrants', true, ['press']],
  ['nobody presses elsewhere', NONE, 'demo', 'setGrants', false, []],
  ['nor in the demo after another sign-in', NONE, 'invitation', 'setGrants', true, []],
] as const)('%s', (_, factors, sessionMethod, operationId, demo, methods) => {
  expect(methodsOf({ factors, sessionMethod, operationId, demo, sessionAgeMs: 60_000 })).toEqual(methods)
})

test('long after signing in nobody gets a first factor by pressing', () => {
  const standing = { factors: NONE, sessionMethod: 'oidc', operationId: 'offerPasskey', demo: false }
  expect(methodsOf({ ...standing, sessionAgeMs: 11 * 60_000 })).toEqual([])
})
