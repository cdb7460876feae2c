import { inContext, systemActor } from '@millrace/runtime'
import { test } from '@millrace/testing'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { legibleBytes, legibleText } from './legible.ts'
import { type Company, openCompany, PASSWORD } from './testing/company.ts'
import { addPasskey, addTotp, confirmed } from './testing/factors.ts'
import { SoftwareAuthenticator } from './testing/software-authenticator.ts'

/** Somebody with an authenticator app. */
async function withTotp(company: Company, name: string) {
  const person = await company.addPerson(name)
  return { person, ...(await addTotp(await company.signIn(person))) }
}

// proves: T-A4 (in part: the session gets another token)
test('a password alone half signs in whoever has a second factor, and the factor changes the token', async ({
  runtime,
}) => {
  const company = await openCompany(runtime)
  const { person, code, firstCode } = await withTotp(company, 'Tim')
  const browser = await company.signIn(person)
  const first = browser.cookie
  const half = await browser.call('GET', '/session')
  expect(half.body).toMatchObject({ level: 1, permissions: [] })
  expect((await browser.call('GET', '/passkeys')).code).toBe('http/second-factor-needed')

  expect((await browser.call('POST', '/session/totp', { code: '000000' })).code).toBe('identity/code-wrong')
  // The step that set the app up was taken already; RFC 6238 §5.2.
  expect((await browser.call('POST', '/session/totp', { code: firstCode })).code).toBe('identity/code-used')
  const raised = await browser.call('POST', '/session/totp', { code: code() })
  expect(raised).toMatchObject({ status: 200, body: { level: 2, id: half.body.id } })
  expect(browser.cookie).not.toBe(first)
  expect((await browser.call('GET', '/passkeys')).status).toBe(200)
  expect((await browser.call('POST', '/session/totp', { code: code(1) })).code).toBe('identity/factor-not-owed')

  const thief = company.browser()
  thief.cookie = first
  expect((await thief.call('GET', '/session')).code).toBe('http/sign-in-needed')
  await company.app.close()
})

test('a code of the authenticator app opens one session, also for two at the same moment', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const { person, code } = await withTotp(company, 'Ron')
  const [one, two] = [await company.signIn(person), await company.signIn(person)]
  const answers = await Promise.all(
    [one, two].map((browser) => browser.call('POST', '/session/totp', { code: code() })),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 403])
  expect(answers.find(({ status }) => status === 403)?.code).toBe('identity/code-used')
  await company.app.close()
})

test('a recovery code opens once, and new ones void the old', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const { person, recoveryCodes, code } = await withTotp(company, 'Rita')
  expect(recoveryCodes).toHaveLength(10)
  expect(new Set(recoveryCodes).size).toBe(10)
  const [first = '', second = ''] = recoveryCodes
  const show = async (text: string) =>
    (await company.signIn(person)).call('POST', '/session/recovery-code', { code: text })
  // As people write: small letters, no dashes, O for 0.
  expect((await show(first.toLowerCase().replaceAll('-', '').replaceAll('0', 'o'))).status).toBe(200)
  expect((await show(first)).code).toBe('identity/recovery-code-used')
  expect((await show('0000-0000-0000-0000')).code).toBe('identity/recovery-code-wrong')

  const browser = await company.signIn(person)
  await browser.call('POST', '/session/recovery-code', { code: second })
  expect((await browser.call('GET', '/factors')).body.recoveryCodesLeft).toBe(8)
  const renewed = await confirmed<{ recoveryCodes: string[] }>(browser, ['POST', '/recovery-codes'], {
    password: PASSWORD,
    code: code(),
  })
  expect(renewed.body.recoveryCodes).toHaveLength(10)
  expect((await show(recoveryCodes[2] ?? '')).code).toBe('identity/recovery-code-wrong')
  expect((await show(renewed.body.recoveryCodes[0] ?? '')).status).toBe(200)
  await company.app.close()
})

// proves: T-A1 (in part: factors pause like passwords do)
test('after five wrong codes the right one has to wait', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const { person, code } = await withTotp(company, 'Vera')
  const browser = await company.signIn(person)
  for (let guess = 0; guess < 5; guess += 1) {
    const wrong = await browser.call('POST', '/session/totp', { code: '000000' })
    expect(wrong.code).toBe('identity/code-wrong')
  }
  expect((await browser.call('POST', '/session/totp', { code: code() })).code).toBe('identity/sign-in-paused')
  await company.app.close()
})

test('a passkey signs in by itself, whole and without a name', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const person = await company.addPerson('Pia')
  const { authenticator } = await addPasskey(await company.signIn(person))
  const browser = company.browser()
  const ask = async () => (await browser.call('POST', '/passkey-requests')).body
  const show = (passkey: object) => browser.call('POST', '/passkey-sessions', { passkey })

  const request = await ask()
  expect(request).toMatchObject({ rpId: 'localhost', userVerification: 'required', allowCredentials: [] })
  const shown = authenticator.show(request)
  expect(await show(shown)).toMatchObject({ status: 201, body: { level: 2, person: { name: 'Pia' } } })
  expect((await show(shown)).code).toBe('identity/challenge-unknown')
  expect((await show(authenticator.show({ challenge: 'A'.repeat(43) }))).code).toBe('identity/challenge-unknown')

  const refused = async (manner: object) => (await show(authenticator.show(await ask(), manner))).code
  expect(await refused({ origin: 'http://evil.example' })).toBe('identity/passkey-refused')
  expect(await refused({ rpId: 'evil.example' })).toBe('identity/passkey-refused')
  expect(await refused({ unverified: true })).toBe('identity/passkey-refused')
  expect(await refused({ counter: 1 })).toBe('identity/passkey-copied')
  const stranger = new SoftwareAuthenticator('http://localhost')
  stranger.userHandle = authenticator.userHandle
  expect((await show(stranger.show(await ask()))).code).toBe('identity/passkey-refused')
  stranger.userHandle = Buffer.from('nobody').toString('base64url')
  expect((await show(stranger.show(await ask()))).code).toBe('identity/passkey-refused')

  const late = await ask()
  await sql`update identity.sign_in_challenge set expires_at = now() - interval '1 second'`.execute(
    company.runtime.app.kysely,
  )
  expect((await show(authenticator.show(late))).code).toBe('identity/challenge-expired')
  await company.app.close()
})

test('a passkey is a second factor too, and its person can rename and remove it', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const person = await company.addPerson('Paul')
  const { authenticator } = await addPasskey(await company.signIn(person))
  const browser = await company.signIn(person)
  const { body: request } = await browser.call('POST', '/session/passkey-requests')
  expect(request.allowCredentials).toHaveLength(1)
  const passkey = authenticator.show(request)
  expect((await browser.call('POST', '/session/passkey', { passkey })).body).toMatchObject({ level: 2 })

  const { body: list } = await browser.call('GET', '/passkeys')
  expect(list.items).toMatchObject([{ name: 'Laptop', rpId: 'localhost' }])
  expect(list.items[0].lastUsedAt).not.toBeNull()
  const path = `/passkeys/${list.items[0].id}`
  expect((await browser.call('PATCH', path, { name: 'Old laptop' })).status).toBe(204)
  const stranger = await company.signIn(await company.addPerson('Petra'))
  expect((await stranger.call('PATCH', path, { name: 'Mine' })).code).toBe('identity/passkey-missing')
  const removed = await confirmed(browser, ['DELETE', path], ({ passkey: asked }) => ({
    passkey: authenticator.show(asked ?? { challenge: '' }),
  }))
  expect(removed.status).toBe(204)
  expect((await browser.call('GET', '/factors')).body).toMatchObject({ passkeyCount: 0 })
  // The same device may come again, but the same passkey is not kept twice.
  const again = await addPasskey(browser)
  const { body: offer } = await confirmed<never>(browser, ['POST', '/passkey-offers'], ({ passkey: asked }: never) => ({
    passkey: again.authenticator.show(asked),
  }))
  const twin = await browser.call('POST', '/passkeys', { name: 'Twin', passkey: again.authenticator.make(offer) })
  expect(twin.code).toBe('identity/passkey-known')
  await company.app.close()
})

test('an administrator resets the factors of somebody who lost them, with a confirmation', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const { person } = await withTotp(company, 'Lost')
  const chief = await company.signIn(await company.addPerson('Chief', [{ role: 'it-admin', placeId: null }]))
  const { authenticator } = await addPasskey(chief)
  const path = `/people/${person.id}/factors`
  expect((await chief.call('GET', path)).body).toMatchObject({ totp: true, recoveryCodesLeft: 10 })
  const act = ['POST', `${path}/reset`, { reason: 'Telephone fell into the chips.' }] as const
  expect((await chief.call(...act)).code).toBe('identity/step-up-needed')
  const reset = await confirmed(chief, act, ({ passkey }) => ({
    passkey: authenticator.show(passkey ?? { challenge: '' }),
  }))
  expect(reset).toMatchObject({ status: 200, body: { totp: false, passkeyCount: 0, recoveryCodesLeft: 0 } })
  expect((await (await company.signIn(person)).call('GET', '/session')).body).toMatchObject({ level: 2 })

  const anybody = await company.signIn(await company.addPerson('Any'))
  expect((await anybody.call('GET', path)).code).toBe('runtime/forbidden')
  await company.app.close()
})

test('secrets of authenticator apps and recovery codes lie sealed or hashed, bound to their person', async ({
  runtime,
}) => {
  const company = await openCompany(runtime)
  const { person, recoveryCodes } = await withTotp(company, 'Seal')
  const other = await withTotp(company, 'Other')
  const within = systemActor(company.enterpriseId, 'test')
  const { rows } = await inContext(company.runtime, within, (ctx) =>
    sql<{ row: string }>`select totp::text as row from identity.totp union all
      select code::text from identity.recovery_code as code`.execute(ctx.db),
  )
  const bytes = recoveryCodes.map((code) => legibleBytes(code)?.toString('hex') ?? '?')
  for (const { row } of rows) {
    for (const secret of [...recoveryCodes, ...bytes]) expect(row.toLowerCase()).not.toContain(secret.toLowerCase())
  }
  // Moved to another person, a secret opens nothing.
  await inContext(company.runtime, within, (ctx) =>
    sql`update identity.totp set secret_sealed = (select secret_sealed from identity.totp where person_id = ${other.person.id})
      where person_id = ${person.id}`.execute(ctx.db),
  )
  const browser = await company.signIn(person)
  expect((await browser.call('POST', '/session/totp', { code: other.code() })).status).toBe(500)
  await company.app.close()
})

test.each([[10], [20]])('%i bytes are read from paper as they were written', (count) => {
  const bytes = Buffer.from(Array.from({ length: count }, (_, index) => (index * 37) % 256))
  expect(legibleText(bytes)).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-?)+$/)
  expect(legibleBytes(legibleText(bytes))).toEqual(bytes)
  expect(legibleBytes(legibleText(bytes).replaceAll('-', ' ').toLowerCase())).toEqual(bytes)
})

test.each(['', 'UUUU-UUUU', '7W4X-0QZ', 'ünïc-ödeX'])('%j was never written here', (text) => {
  expect(legibleBytes(text)).toBeUndefined()
})
