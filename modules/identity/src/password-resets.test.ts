import { createOutbox, inContext, systemActor } from '@millrace/runtime'
import { test } from '@millrace/testing'
import { until } from '@millrace/testing/house'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { breakGlassUsed } from './break-glass-contract.ts'
import { accountLocked, type PersonId } from './contract.ts'
import { identity } from './index.ts'
import { openAdministrator } from './testing/administrator.ts'
import { type Browser, openCompany, PASSWORD } from './testing/company.ts'
import { addTotp } from './testing/factors.ts'
import { tokenIn, withMail } from './testing/mail.ts'

const NEW_PASSWORD = 'four very quiet words'

const ask = (browser: Browser, email: string) => browser.call('POST', '/password-resets', { email })
const look = (browser: Browser, token: string) => browser.call('POST', '/password-resets/look', { token })
const reset = (browser: Browser, token: string, newPassword = NEW_PASSWORD) =>
  browser.call('POST', '/password-resets/use', { token, newPassword })
const signIn = (browser: Browser, email: string, password: string) =>
  browser.call('POST', '/sessions', { email, password })

test('a forgotten password is set anew by the link in a mail, and every session ends', async ({ runtime }) => {
  const post = await withMail(runtime)
  const company = await openCompany(post.runtime)
  expect((await company.browser().call('GET', '/welcome')).body.mail).toBe(true)
  const person = await company.addPerson('Wanda')
  const { code } = await addTotp(await company.signIn(person))
  const [here, there] = [company.browser(), company.browser()]
  for (const browser of [here, there]) await signIn(browser, person.email, PASSWORD)
  // Whoever has forgotten it has tried in vain before.
  const guesses = await Promise.all([1, 2, 3, 4, 5].map(() => signIn(company.browser(), person.email, 'not this one')))
  expect(guesses.every(({ status }) => status === 401)).toBe(true)
  expect((await signIn(company.browser(), person.email, PASSWORD)).code).toBe('identity/sign-in-paused')

  expect((await ask(company.browser(), ` ${person.email.toUpperCase()}`.trim())).status).toBe(202)
  const mail = await post.mailbox.mailTo(person.email)
  expect(mail.subject).toBe('Set a new password for Millrace')
  const token = tokenIn(mail.text)
  expect((await look(company.browser(), token)).body).toMatchObject({ name: 'Wanda', email: person.email })
  expect((await reset(company.browser(), token, 'password12345')).code).toBe('identity/password-weak')
  const done = await reset(company.browser(), token)
  expect(done).toMatchObject({ status: 200, body: { endedCount: 3 } })
  for (const browser of [here, there]) {
    expect((await browser.call('GET', '/session')).code).toBe('http/sign-in-needed')
  }
  expect((await post.mailbox.mailTo(person.email, 1)).subject).toBe('Your password for Millrace was set anew')
  expect((await reset(company.browser(), token)).code).toBe('identity/reset-used')

  // The second factor is owed as before.
  const after = company.browser()
  expect((await signIn(after, person.email, NEW_PASSWORD)).body).toMatchObject({ level: 1 })
  expect((await after.call('POST', '/session/totp', { code: code() })).body).toMatchObject({ level: 2 })
  await company.app.close()
  await post.close()
}, 60_000)

test('unknown, used, void and expired links are refused in words of their own', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const admin = await openAdministrator(company, 'Admina')
  const person = await company.addPerson('Vera')
  const make = async () => {
    const { body } = await admin.confirm<{ link: string }>('POST', `/people/${person.id}/reset-link`)
    return tokenIn(body.link)
  }
  const refused = async (token: string, code: string) => {
    expect((await look(company.browser(), token)).code).toBe(code)
    expect((await reset(company.browser(), token)).code).toBe(code)
  }
  const [older, newer] = [await make(), await make()]
  await refused(older, 'identity/reset-withdrawn')
  await reset(company.browser(), newer)
  await refused(newer, 'identity/reset-used')
  const late = await make()
  const own = await make()
  const browser = company.browser()
  await signIn(browser, person.email, NEW_PASSWORD)
  await browser.call('PUT', '/password', { password: NEW_PASSWORD, newPassword: 'five of them really quiet' })
  await refused(own, 'identity/reset-withdrawn')
  await refused(late, 'identity/reset-withdrawn')
  const expired = await make()
  await inContext(company.runtime, systemActor(company.enterpriseId, 'test'), (ctx) =>
    sql`update identity.entry_link set expires_at = now() - interval '1 second' where used_at is null`.execute(ctx.db),
  )
  await refused(expired, 'identity/reset-expired')
  await refused(expired.replace('mrr', 'mri'), 'identity/reset-unknown')
  const ended = await make()
  await admin.call('POST', `/people/${person.id}/end`, {})
  await refused(ended, 'identity/sign-in-refused')
  await company.app.close()
}, 60_000)

test('an administrator makes a link for somebody, confirmed and told once, and it opens for an hour', async ({
  runtime,
}) => {
  const company = await openCompany(runtime)
  const admin = await openAdministrator(company, 'Adele')
  const person = await company.addPerson('Ulla')
  const path = `/people/${person.id}/reset-link`
  expect((await admin.call('POST', path)).code).toBe('identity/step-up-needed')
  const made = await admin.confirm<{ link: string; expiresAt: string; mailed: boolean }>('POST', path)
  expect(made).toMatchObject({ status: 201, body: { mailed: false } })
  expect(Math.abs(Date.parse(made.body.expiresAt) - Date.now() - 3_600_000)).toBeLessThan(60_000)
  expect((await reset(company.browser(), tokenIn(made.body.link))).status).toBe(200)
  expect((await signIn(company.browser(), person.email, PASSWORD)).code).toBe('identity/sign-in-refused')
  expect((await signIn(company.browser(), person.email, NEW_PASSWORD)).status).toBe(201)

  const { body: invited } = await admin.confirm<{ person: { id: PersonId } }>('POST', '/invitations', {
    ...{ name: 'Not yet', email: 'notyet@ours.example', title: '', grants: [] },
  })
  const tooEarly = await admin.confirm('POST', `/people/${invited.person.id}/reset-link`)
  expect(tooEarly.code).toBe('identity/reset-needless')
  const anybody = await company.signIn(await company.addPerson('Anybody'))
  expect((await anybody.call('POST', path)).code).toBe('runtime/forbidden')
  await company.app.close()
}, 60_000)

test('without a mail server the page says whom to ask, whatever the address', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const person = await company.addPerson('Theo')
  expect((await company.browser().call('GET', '/welcome')).body.mail).toBe(false)
  const [known, unknown] = [await ask(company.browser(), person.email), await ask(company.browser(), 'no@ours.example')]
  expect(known.code).toBe('identity/mail-missing')
  expect({ ...known.body, instance: '' }).toEqual({ ...unknown.body, instance: '' })
  await company.app.close()
})

test('who comes by single sign-on is told so by mail, and who has no password gets none', async ({ runtime }) => {
  const post = await withMail(runtime)
  const company = await openCompany(post.runtime)
  await inContext(company.runtime, systemActor(company.enterpriseId, 'test'), async (ctx) => {
    await sql`insert into identity.person (id, name, email, title, created_at)
      values (gen_random_uuid(), 'None', 'none@quiet.example', '', now())`.execute(ctx.db)
    await sql`insert into identity.provider (id, name, state, origin, domains, settings, revision, created_at)
      values (gen_random_uuid(), 'Entra', 'required', 'http://localhost', array['asked.example'], '{}', 1, now())`.execute(
      ctx.db,
    )
  })
  const person = await company.addPerson('Sina')
  const admin = await openAdministrator(company, 'Anouk')
  await admin.call('PATCH', `/people/${person.id}`, { email: 'sina@asked.example' })
  const passwordless = await admin.confirm<{ person: { email: string } }>('POST', '/invitations', {
    ...{ name: 'Pia', email: 'pia@quiet.example', title: '', grants: [] },
  })
  await post.mailbox.mailTo(passwordless.body.person.email)
  for (const email of ['pia@quiet.example', 'nobody@quiet.example', 'sina@asked.example']) {
    expect((await ask(company.browser(), email)).status).toBe(202)
  }
  const told = await post.mailbox.mailTo('sina@asked.example')
  expect(told.text).toContain('you sign in with Entra')
  expect(tokenIn(told.text)).toBe('')
  expect(post.mailbox.mails.filter(({ to }) => to.some((one) => one.endsWith('@quiet.example')))).toHaveLength(1)
  await company.app.close()
  await post.close()
}, 60_000)

test('an invitation is mailed as well where mail is sent', async ({ runtime }) => {
  const post = await withMail(runtime)
  const company = await openCompany(post.runtime)
  const admin = await openAdministrator(company, 'Agnes')
  const made = await admin.confirm<{ link: string; mailed: boolean }>('POST', '/invitations', {
    ...{ name: 'Rosa', email: 'rosa@ours.example', title: '', grants: [] },
  })
  expect(made.body.mailed).toBe(true)
  const mail = await post.mailbox.mailTo('rosa@ours.example')
  expect(mail.subject).toBe('Join Muster AG on Millrace')
  expect(mail.text).toContain('Agnes invites you')
  expect(tokenIn(mail.text)).toBe(tokenIn(made.body.link))
  await company.app.close()
  await post.close()
}, 60_000)

// proves: T-A1 (links)
test('nobody’s mailbox is flooded: the sixth mail within a quarter of an hour is not written', async ({ runtime }) => {
  const post = await withMail(runtime)
  const company = await openCompany(post.runtime)
  const person = await company.addPerson('Quinta')
  const answersTo = async (email: string) => {
    const answers: number[] = []
    for (let index = 0; index < 7; index += 1) {
      const asked = { method: 'POST', url: '/api/v1/identity/password-resets', payload: { email } } as const
      answers.push((await company.app.inject({ ...asked, remoteAddress: `192.0.2.${index}` })).statusCode)
    }
    return answers
  }
  expect(await answersTo(person.email)).toEqual([202, 202, 202, 202, 202, 429, 429])
  // The same for an address that nobody has.
  expect(await answersTo('nobody@x.example')).toEqual([202, 202, 202, 202, 202, 429, 429])
  await post.mailbox.mailTo(person.email, 4)
  expect(post.mailbox.mails).toHaveLength(5)
  await company.app.close()
  await post.close()
})

test('whoever administers people is mailed when the break-glass account is used and when an account is locked', async ({
  runtime,
}) => {
  const post = await withMail(runtime)
  const company = await openCompany(post.runtime)
  const chief = await company.addPerson('Chief', [{ role: 'it-admin', placeId: null }])
  const locked = await company.addPerson('Locked', [{ role: 'it-admin', placeId: null }])
  await company.addPerson('Bystander', [{ role: 'planner', placeId: null }])
  const outbox = createOutbox(
    () => company.runtime,
    identity.listens ?? [],
    () => undefined,
  )
  await inContext(company.runtime, systemActor(company.enterpriseId, 'test'), async (ctx) => {
    await sql`delete from runtime.outbox`.execute(ctx.db)
    await ctx.emit(breakGlassUsed({ name: 'Red box', personId: locked.id, address: '203.0.113.5' }))
    await ctx.emit(accountLocked({ holderId: locked.id, name: 'Locked', reason: 'opened 501 things', told: [] }))
  })
  outbox.poke(company.enterpriseId)
  await post.mailbox.mailTo(chief.email, 1)
  const subjects = post.mailbox.mails.filter(({ to }) => to.includes(chief.email)).map(({ subject }) => subject)
  expect(subjects.toSorted()).toEqual([
    'Muster AG: an account was locked',
    'Muster AG: the break-glass account was used',
  ])
  const text = post.mailbox.mails.find(({ subject }) => subject.includes('break-glass'))?.text
  expect(text).toContain('Red box')
  expect(text).toContain('203.0.113.5')
  expect(text).toContain('http://localhost/identity/break-glass')
  const others = post.mailbox.mails.flatMap(({ to }) => to)
  expect(others.filter((one) => /bystander|locked@|invalid/.test(one))).toEqual([])
  await outbox.stop()
  await company.app.close()
  await post.close()
})

const PAIRS = 120

// proves: T-A2 (reset)
test('whether an address is known shows neither in the answer to a forgotten password nor in its time', async ({
  runtime,
}) => {
  const post = await withMail(runtime)
  const company = await openCompany(post.runtime)
  const known: string[] = []
  for (let person = 0; person < PAIRS; person += 1) known.push((await company.addPerson(`forgets${person}`)).email)
  const probe = async (email: string, from: string) => {
    const startedMs = performance.now()
    const answer = await company.app.inject({
      ...{ method: 'POST', url: '/api/v1/identity/password-resets', payload: { email }, remoteAddress: from },
    })
    return { tookMs: performance.now() - startedMs, status: answer.statusCode, body: answer.body }
  }
  const [differencesMs, tookMs]: [number[], number[]] = [[], []]
  for (const [at, email] of known.entries()) {
    const unknown = email.replace('forgets', 'nobody')
    const both = [probe(email, `10.1.${at}.1`), probe(unknown, `10.1.${at}.2`)]
    const [ofKnown, ofUnknown] = await Promise.all(at % 2 === 0 ? both : both.toReversed())
    const [first, second] = at % 2 === 0 ? [ofKnown, ofUnknown] : [ofUnknown, ofKnown]
    if (!first || !second) throw new Error('Two probes make a pair.')
    expect({ ...first, tookMs: 0 }).toEqual({ ...second, tookMs: 0, status: 202 })
    differencesMs.push(first.tookMs - second.tookMs)
    tookMs.push(first.tookMs)
  }
  // Looking a person up and making a link takes several times as long as the answer.
  expect(Math.abs(median(differencesMs))).toBeLessThan(median(tookMs) / 4)
  await until('the mails to those who are known', 60_000, async () => post.mailbox.mails.length === PAIRS)
  await company.app.close()
  await post.close()
}, 240_000)

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
