import { createApp, type RequestFacts } from '@millrace/http'
import { inContext, type Runtime, systemActor } from '@millrace/runtime'
import { test, withModules } from '@millrace/testing'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { emailTaken, enterpriseExists, signInPaused, signInRefused } from './contract.ts'
import { foundEnterprise } from './enterprises.ts'
import { identity } from './index.ts'
import { createPerson } from './people.ts'
import { signIn as signInFrom } from './sessions.ts'

const FACTS: RequestFacts = { cookie: () => undefined, bearer: undefined, address: '127.0.0.1', userAgent: 'test' }
const signIn = (runtime: Runtime, email: string, password: string) =>
  signInFrom(withModules(runtime, [identity]), email, password, FACTS)

const PASSWORD = 'correct horse battery'
const founding = {
  enterpriseName: 'Muster AG',
  person: { name: 'Mia Muster', email: 'mia@muster.example', password: PASSWORD },
}

test('a company is founded once, signs in, and its session ends', async ({ runtime }) => {
  const app = await createApp({ runtime: withModules(runtime, [identity]), modules: [identity], version: 'test' })
  const url = '/api/v1/identity'

  const before = await app.inject({ url: `${url}/welcome` })
  expect(before.json()).toEqual({ setUp: false, mayFound: true, mail: false, demoPeople: [] })
  const founded = await app.inject({ method: 'POST', url: `${url}/enterprises`, payload: founding })
  expect(founded.statusCode).toBe(201)
  await expect(foundEnterprise(withModules(runtime, [identity]), founding, FACTS)).rejects.toBeProblem(enterpriseExists)

  const signedIn = await app.inject({
    method: 'POST',
    url: `${url}/sessions`,
    payload: { email: 'MIA@muster.example', password: PASSWORD },
  })
  expect(signedIn.statusCode).toBe(201)
  const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? ''
  expect(String(signedIn.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Lax/)

  const session = await app.inject({ url: `${url}/session`, headers: { cookie } })
  expect(session.json()).toMatchObject({
    person: { name: 'Mia Muster' },
    enterprise: { name: 'Muster AG', demo: false },
  })
  // proves: T-A6
  const foreign = await app.inject({
    method: 'DELETE',
    url: `${url}/session`,
    headers: { cookie, origin: 'https://evil.example' },
  })
  expect(foreign.json()).toMatchObject({ status: 403, code: 'http/foreign-origin' })
  expect((await app.inject({ method: 'DELETE', url: `${url}/session`, headers: { cookie } })).statusCode).toBe(204)
  expect((await app.inject({ url: `${url}/session`, headers: { cookie } })).json()).toMatchObject({
    code: 'http/sign-in-needed',
  })
  await app.close()
})

// proves: T-A3 (in part: no usable token in the database)
test('the database holds no session token, only its hash', async ({ runtime }) => {
  const { token, session } = await signIn(runtime, founding.person.email, PASSWORD)
  const rows = await inContext(runtime, systemActor(session.enterprise.id, 'test'), (ctx) =>
    sql<{ row: string }>`select session::text as row from identity.session as session`.execute(ctx.db),
  )
  expect(rows.rows.length).toBeGreaterThan(0)
  const secret = token.split('_').slice(2).join('_')
  for (const { row } of rows.rows) expect(row).not.toContain(secret)
})

test('an address signs in one person only', async ({ runtime }) => {
  const { session } = await signIn(runtime, founding.person.email, PASSWORD)
  const twin = { name: 'Twin', email: 'Mia@Muster.example', title: '', grants: [], passwordHash: null }
  const attempt = inContext(runtime, systemActor(session.enterprise.id, 'test'), (ctx) => createPerson(ctx, twin))
  await expect(attempt).rejects.toBeProblem(emailTaken)
})

// proves: T-A1
test('after five wrong passwords the right one has to wait too', async ({ runtime }) => {
  for (let guess = 0; guess < 5; guess += 1) {
    await expect(signIn(runtime, founding.person.email, `wrong ${guess}`)).rejects.toBeProblem(signInRefused)
  }
  await expect(signIn(runtime, founding.person.email, PASSWORD)).rejects.toBeProblem(signInPaused)
})

test('an unknown address is refused like a wrong password', async ({ runtime }) => {
  await expect(signIn(runtime, 'nobody@muster.example', PASSWORD)).rejects.toBeProblem(signInRefused)
})

test('bodies that are not what they should be are refused by name', async ({ runtime }) => {
  const app = await createApp({ runtime: withModules(runtime, [identity]), modules: [identity], version: 'test' })
  const cases = [
    ['text/plain', 'hello', 415, 'http/content-type-unknown'],
    ['application/json', '{"email":', 422, 'http/body-malformed'],
    ['application/json', '{"email":5,"password":"x"}', 422, 'http/request-invalid'],
    ['application/json', '{"email":"a@b","password":"x","admin":true}', 422, 'http/request-invalid'],
  ] as const
  for (const [type, payload, status, code] of cases) {
    const request = {
      method: 'POST',
      url: '/api/v1/identity/sessions',
      headers: { 'content-type': type },
      payload,
    } as const
    const answer = await app.inject(request)
    expect(answer.json(), payload).toMatchObject({ status, code })
    expect(answer.headers['content-type']).toMatch('application/problem+json')
  }
  await app.close()
})
