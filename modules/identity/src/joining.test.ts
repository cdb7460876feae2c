import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { inContext, systemActor } from '@millrace/runtime'
import { test } from '@millrace/testing'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { type Administrator, openAdministrator } from './testing/administrator.ts'
import { type Browser, type Company, ORIGIN, openCompany, PASSWORD } from './testing/company.ts'
import { addTotp, confirmed } from './testing/factors.ts'
import { SoftwareAuthenticator } from './testing/software-authenticator.ts'

const NEW_PASSWORD = 'four very quiet words'
const ADMIN = [{ role: 'it-admin', placeId: null }]

interface Invited {
  readonly person: { id: string; name: string; invitation: { state: string } | null }
  readonly link: string
  readonly expiresAt: string
  readonly mailed: boolean
}

let count = 0
/** Whom nobody here knows yet. */
function newcomer(name = 'Nora Neu', grants: object[] = []) {
  count += 1
  return { name, email: `newcomer-${count}@ours.example`, title: 'Operator', grants }
}

async function invite(admin: Administrator, person: object = newcomer()): Promise<Invited> {
  const { status, body, code } = await admin.confirm<Invited>('POST', '/invitations', person)
  if (status !== 201) throw new Error(`Inviting was answered ${code}.`)
  return body
}

async function again(admin: Administrator, { person }: Pick<Invited, 'person'>): Promise<Invited> {
  return (await admin.confirm<Invited>('POST', `/people/${person.id}/invitation`)).body
}

const tokenOf = (link: string) => new URL(link).searchParams.get('token') ?? ''
const join = (browser: Browser, link: string, newPassword = NEW_PASSWORD) =>
  browser.call('POST', '/joining/password', { token: tokenOf(link), newPassword })
const look = (browser: Browser, link: string) => browser.call('POST', '/joining/look', { token: tokenOf(link) })

/** Every one of these links has been over for long. */
async function expireLinks(company: Company): Promise<void> {
  await inContext(company.runtime, systemActor(company.enterpriseId, 'test'), (ctx) =>
    sql`update identity.entry_link set expires_at = now() - interval '1 minute' where used_at is null`.execute(ctx.db),
  )
}

test('who is invited joins by the link with a password, is signed in, and may what the grants give', async ({
  runtime,
}) => {
  const company = await openCompany(runtime)
  const admin = await openAdministrator(company, 'Anna')
  const invited = await invite(admin, newcomer('Nora Neu', [{ role: 'auditor', placeId: null }]))
  expect(invited.link).toMatch(new RegExp(`^${ORIGIN}/join\\?token=mri_${company.enterpriseId}_[\\w-]{43}$`))
  expect(invited).toMatchObject({ mailed: false, person: { name: 'Nora Neu', invitation: { state: 'open' } } })
  const lifeMs = Date.parse(invited.expiresAt) - Date.now()
  expect(Math.abs(lifeMs - 7 * 86_400_000)).toBeLessThan(60_000)

  const browser = company.browser()
  const { body: facts } = await look(browser, invited.link)
  expect(Object.keys(facts).sort()).toEqual(['email', 'enterpriseName', 'expiresAt', 'name', 'personId'])
  expect(facts).toMatchObject({ enterpriseName: 'Muster AG', name: 'Nora Neu' })
  expect((await join(browser, invited.link, 'password12345')).code).toBe('identity/password-weak')
  const joined = await join(browser, invited.link)
  expect(joined).toMatchObject({ status: 201, body: { level: 2, person: { name: 'Nora Neu' } } })
  expect((await browser.call('GET', '/people')).status).toBe(200)
  expect((await browser.call('POST', '/people', newcomer())).code).toBe('runtime/forbidden')
  expect((await admin.call('GET', `/people/${invited.person.id}`)).body.invitation).toMatchObject({
    ...{ state: 'used', madeBy: 'Anna' },
  })

  const email = facts.email
  expect((await company.browser().call('POST', '/sessions', { email, password: NEW_PASSWORD })).status).toBe(201)
  const { rows } = await inContext(company.runtime, systemActor(company.enterpriseId, 'test'), (ctx) =>
    sql<{ action: string; actor: string }>`select action, actor from audit.event
      where object = ${`person ${invited.person.id}`} and action like 'identity.invitation.%' order by id`.execute(
      ctx.db,
    ),
  )
  expect(rows).toEqual([
    { action: 'identity.invitation.create', actor: 'Anna' },
    { action: 'identity.invitation.use', actor: 'Nora Neu' },
  ])
  await company.app.close()
}, 60_000)

test('an invitation lets in once, also when two come at the same moment', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const admin = await openAdministrator(company, 'Bea')
  const { link } = await invite(admin)
  const answers = await Promise.all([1, 2, 3].map(() => join(company.browser(), link)))
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
  expect((await join(company.browser(), link)).code).toBe('identity/invitation-used')
  await company.app.close()
}, 60_000)

test('unknown, used, withdrawn and expired invitations are refused in words of their own', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const admin = await openAdministrator(company, 'Carla')
  const refused = async (link: string, code: string) => {
    expect((await look(company.browser(), link)).code).toBe(code)
    expect((await join(company.browser(), link)).code).toBe(code)
  }
  const used = await invite(admin)
  await join(company.browser(), used.link)
  await refused(used.link, 'identity/invitation-used')

  const withdrawn = await invite(admin)
  const path = `/people/${withdrawn.person.id}/invitation`
  expect((await admin.call('DELETE', path)).body.invitation.state).toBe('withdrawn')
  expect((await admin.call('DELETE', path)).code).toBe('identity/invitation-not-open')
  await refused(withdrawn.link, 'identity/invitation-withdrawn')

  const resent = await invite(admin)
  const newer = await again(admin, resent)
  expect(newer.person.invitation?.state).toBe('open')
  await refused(resent.link, 'identity/invitation-withdrawn')
  expect((await look(company.browser(), newer.link)).status).toBe(200)

  await expireLinks(company)
  await refused(newer.link, 'identity/invitation-expired')
  expect((await admin.call('GET', `/people/${newer.person.id}`)).body.invitation.state).toBe('expired')
  const { items } = (await admin.call('GET', '/people?text=newcomer')).body
  const states = items.map((one: Invited['person']) => one.invitation?.state)
  expect(new Set(states)).toEqual(new Set(['used', 'withdrawn', 'expired']))

  // Another token of ours is no invitation, nor is a cut one.
  for (const token of [tokenOf(newer.link).replace('mri', 'mrr'), tokenOf(newer.link).slice(0, -1), 'x']) {
    await refused(`${ORIGIN}/join?token=${token}`, 'identity/invitation-unknown')
  }
  await company.app.close()
}, 60_000)

test('who may not be invited is refused, and nothing is added', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const admin = await openAdministrator(company, 'Dora')
  const refusal = async (id: string) => (await admin.confirm('POST', `/people/${id}/invitation`)).code
  expect(await refusal((await company.addPerson('Hasone')).id)).toBe('identity/invitation-needless')
  expect(await refusal('0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b99')).toBe('identity/person-missing')

  const left = await invite(admin)
  await admin.call('POST', `/people/${left.person.id}/end`, {})
  expect(await refusal(left.person.id)).toBe('identity/invitation-impossible')
  expect((await join(company.browser(), left.link)).code).toBe('identity/invitation-impossible')

  const provisioned = await invite(admin)
  await admin.confirm('POST', `/people/${provisioned.person.id}/hand-over`)
  expect(await refusal(provisioned.person.id)).toBe('identity/person-provisioned')
  expect((await join(company.browser(), provisioned.link)).code).toBe('identity/person-provisioned')

  const { body: glass } = await admin.confirm<{ code: string }>('POST', '/break-glass', { name: 'Red box' })
  expect(glass.code).toBeDefined()
  const { items } = (await admin.call('GET', '/people?text=Red box')).body
  expect(await refusal(items[0].id)).toBe('identity/invitation-impossible')

  const known = newcomer()
  await invite(admin, known)
  const twice = await admin.confirm('POST', '/invitations', { ...known, name: 'Twin' })
  expect(twice.code).toBe('identity/email-taken')
  const stranger = newcomer('Nobody', [{ role: 'no-such-role', placeId: null }])
  expect((await admin.confirm('POST', '/invitations', stranger)).code).toBe('identity/role-unknown')
  expect((await admin.call('GET', '/people?text=Nobody')).body.items).toEqual([])
  expect((await admin.call('POST', '/invitations', newcomer())).code).toBe('identity/step-up-needed')
  const anybody = await company.signIn(await company.addPerson('Anybody'))
  expect((await anybody.call('POST', '/invitations', newcomer())).code).toBe('runtime/forbidden')
  await company.app.close()
}, 60_000)

test('where single sign-on is enforced nobody is invited, and an open invitation says where to sign in', async ({
  runtime,
}) => {
  const company = await openCompany(runtime)
  const admin = await openAdministrator(company, 'Elsa')
  const invited = await invite(admin, { ...newcomer(), email: 'sso@required.example' })
  await inContext(company.runtime, systemActor(company.enterpriseId, 'test'), (ctx) =>
    sql`insert into identity.provider (id, name, state, origin, domains, settings, revision, created_at)
      values (gen_random_uuid(), 'Entra', 'required', ${ORIGIN}, array['required.example'], '{}', 1, now())`.execute(
      ctx.db,
    ),
  )
  const other = await admin.confirm<{ detail: string }>('POST', '/invitations', {
    ...newcomer(),
    email: 'sso2@required.example',
  })
  expect(other).toMatchObject({ status: 403, code: 'identity/provider-required' })
  expect(other.body.detail).toContain('Entra')
  const resent = await admin.confirm('POST', `/people/${invited.person.id}/invitation`)
  expect(resent.code).toBe('identity/provider-required')
  expect((await look(company.browser(), invited.link)).code).toBe('identity/provider-required')
  expect((await join(company.browser(), invited.link)).code).toBe('identity/provider-required')
  await company.app.close()
})

test('who is invited may join with a passkey instead, and gets recovery codes', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const admin = await openAdministrator(company, 'Fina')
  const { link, person } = await invite(admin, newcomer('Petra Pass'))
  const token = tokenOf(link)
  const browser = company.browser()
  const { body: offer } = await browser.call('POST', '/joining/passkey-offers', { token })
  expect(offer.user.displayName).toBe('Petra Pass')
  const authenticator = new SoftwareAuthenticator(ORIGIN)
  const elsewhere = new SoftwareAuthenticator(ORIGIN).make(offer, { origin: 'https://evil.example' })
  const keep = (passkey: object) => browser.call('POST', '/joining/passkeys', { token, name: 'Laptop', passkey })
  expect((await keep(elsewhere)).code).toBe('identity/passkey-invalid')
  // The challenge was used up by that; the invitation was not.
  expect((await keep(authenticator.make(offer))).code).toBe('identity/challenge-unknown')
  const { body: second } = await browser.call('POST', '/joining/passkey-offers', { token })
  const joined = await keep(authenticator.make(second))
  expect(joined).toMatchObject({ status: 201, body: { session: { level: 2, person: { id: person.id } } } })
  expect(joined.body.recoveryCodes).toHaveLength(10)
  expect((await browser.call('GET', '/session')).body.level).toBe(2)
  expect((await look(browser, link)).code).toBe('identity/invitation-used')

  const later = company.browser()
  const { body: request } = await later.call('POST', '/passkey-requests')
  const shown = await later.call('POST', '/passkey-sessions', { passkey: authenticator.show(request) })
  expect(shown).toMatchObject({ status: 201, body: { level: 2 } })
  expect((await admin.confirm('POST', `/people/${person.id}/invitation`)).code).toBe('identity/invitation-needless')
  await company.app.close()
})

test('a person who has an authenticator app still owes its code after joining with a password', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const admin = await openAdministrator(company, 'Gila')
  const person = await company.addPerson('Tina')
  await addTotp(await company.signIn(person))
  await inContext(company.runtime, systemActor(company.enterpriseId, 'test'), (ctx) =>
    sql`update identity.person set password_hash = null where id = ${person.id}`.execute(ctx.db),
  )
  const { link } = await again(admin, { person: { id: person.id, name: 'Tina', invitation: null } })
  expect((await join(company.browser(), link)).body).toMatchObject({ level: 1 })
  await company.app.close()
}, 60_000)

test('another address makes what was sent to the old one void', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const admin = await openAdministrator(company, 'Hanna')
  const { link, person } = await invite(admin)
  await admin.call('PATCH', `/people/${person.id}`, { email: 'moved@ours.example' })
  expect((await join(company.browser(), link)).code).toBe('identity/invitation-withdrawn')
  await company.app.close()
})

// proves: T-A3 (links)
test('the database holds no link that could be used', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const admin = await openAdministrator(company, 'Ida')
  const token = tokenOf((await invite(admin)).link)
  const { rows } = await inContext(company.runtime, systemActor(company.enterpriseId, 'test'), (ctx) =>
    sql<{ text: string }>`select l::text as text from identity.entry_link l union all select e::text from audit.event e
      union all select o::text from runtime.outbox o`.execute(ctx.db),
  )
  expect(rows.length).toBeGreaterThan(2)
  expect(rows.filter(({ text }) => text.includes(token) || text.includes(token.slice(-43)))).toEqual([])
  await company.app.close()
})

// proves: T-A1 (links)
test('whoever guesses at invitations waits, as for passwords', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const admin = await openAdministrator(company, 'Jana')
  const { link } = await invite(admin)
  const token = tokenOf(link)
  const guessed = (index: number, remoteAddress: string) =>
    company.app.inject({
      ...{ method: 'POST', url: '/api/v1/identity/joining/look', remoteAddress },
      payload: { token: index < 0 ? token : `${token.slice(0, -6)}${String(index).padStart(6, '0')}` },
    })
  const codes: string[] = []
  for (let index = 0; index < 40; index += 1) codes.push((await guessed(index, '203.0.113.9')).json().code)
  expect(codes.filter((code) => code === 'identity/invitation-unknown')).toHaveLength(30)
  expect(codes.filter((code) => code === 'identity/sign-in-paused')).toHaveLength(10)
  expect((await guessed(-1, '203.0.113.9')).statusCode).toBe(429)
  expect((await guessed(-1, '203.0.113.10')).statusCode).toBe(200)
  await company.app.close()
})

const CORPUS = fileURLToPath(new URL('../../../../shared/security/corpora/strings/blns.jsonl', import.meta.url))
const OWN_NAMES = [
  'Ṱ̺̺̕o͞ ̷i̲̬͇n̖̗v͟o̬k̨e',
  "'; drop table identity.person; --",
  '<script>alert(1)</script>',
  '田中さん',
  '⁦test⁧',
  '{{7*7}}',
]

/** Names from the corpus beside the checkout; a few of our own where it is not. */
function names(): string[] {
  if (!existsSync(CORPUS)) {
    process.stderr.write(`No corpus at ${CORPUS}: testing with ${OWN_NAMES.length} names of our own.\n`)
    return OWN_NAMES
  }
  const entries = readFileSync(CORPUS, 'utf8').split('\n').filter(Boolean)
  return entries.map((line) => {
    const { text, b64 } = JSON.parse(line) as { text?: string; b64?: string }
    return text ?? Buffer.from(b64 ?? '', 'base64').toString('utf8')
  })
}

test('whatever somebody is called, the name comes out of an invitation as it went in', async ({ runtime }) => {
  const company = await openCompany(runtime, { demo: true })
  const admin = await company.signIn(await company.addPerson('Kim', ADMIN))
  let stored = 0
  for (const name of names()) {
    const called = newcomer(name)
    const asked = await admin.call('POST', '/invitations', called)
    // Refused by the form of a name: empty, longer than 200, half characters. Never broken.
    expect(asked.status, JSON.stringify(name)).toBeLessThan(500)
    if (asked.code !== 'identity/step-up-needed') continue
    const { link, person } = (await confirmed<Invited>(admin, ['POST', '/invitations', called], { press: true })).body
    stored += 1
    expect(person.name).toBe(name)
    expect((await company.browser().call('POST', '/joining/look', { token: tokenOf(link) })).body.name).toBe(name)
    const { items } = (await admin.call('GET', `/people?text=${called.email}`)).body
    expect(items.find((one: { id: string }) => one.id === person.id).name).toBe(name)
  }
  expect(stored).toBeGreaterThan(4)
  await company.app.close()
}, 240_000)

test('the demo’s people have no password either, and an invitation gives one', async ({ runtime }) => {
  const company = await openCompany(runtime, { demo: true })
  const admin = await company.signIn(await company.addPerson('Lea', ADMIN))
  const other = await company.addPerson('Mona')
  const made = await confirmed<Invited>(admin, ['POST', `/people/${other.id}/invitation`], { press: true })
  expect((await join(company.browser(), made.body.link, `${PASSWORD} again`)).status).toBe(201)
  await company.app.close()
})
