import { type App, createApp } from '@millrace/http'
import { BUILT_IN_ROLES } from '@millrace/identity/contract'
import { inContext, type Runtime, systemActor } from '@millrace/runtime'
import { test, withModules } from '@millrace/testing'
import { sql } from 'kysely'
import { beforeAll, expect } from 'vitest'
import { modules } from './modules.ts'
import { requestOf, routesOf, STREAMS } from './testing/authorization-matrix.ts'
import { bounds } from './testing/bounds.ts'
import { addPerson, makeTwoCompanies, type TwoCompanies } from './testing/two-companies.ts'

const API = '/api/v1/identity'
const FREE_ATTEMPTS = 5

/** Whoever calls has confirmed: what follows a step-up is asked here, not the step-up itself. */
const confirmed = modules.map(({ start: _, ...module }) => ({ ...module, stepUp: async () => undefined }))

interface Answer {
  readonly status: number
  readonly code: string
  readonly cookie: string
  // biome-ignore lint/suspicious/noExplicitAny: whatever the API answers, as a test looks at it
  readonly body: any
}

let known: { app: App; companies: TwoCompanies; runtime: Runtime } | undefined

async function house(runtime: Runtime) {
  if (known) return known
  const whole = withModules(runtime, modules)
  const companies = await makeTwoCompanies(whole)
  const app = await createApp({ runtime: whole, modules: confirmed, version: 'test' })
  known = { app, companies, runtime: whole }
  return known
}

async function ask(
  app: App,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  cookie = '',
  payload?: object,
): Promise<Answer> {
  const answer = await app.inject({ method, url: API + path, headers: { cookie }, ...(payload && { payload }) })
  const body = answer.body === '' ? undefined : answer.json()
  const set = answer.headers['set-cookie']
  return { status: answer.statusCode, code: body?.code ?? '', cookie: String(set ?? '').split(';')[0] ?? '', body }
}

/** Signs somebody new in, at a computer of one's own. */
async function signIn(runtime: Runtime, role: string, placeId: string | null, name?: string) {
  const { app, companies, runtime: whole } = await house(runtime)
  const personId = await addPerson(whole, companies.ours, [{ role, placeId }], name)
  const { cookie } = await ask(app, 'POST', '/demo-sessions', '', { personId })
  return { personId, cookie }
}

let admin = ''
beforeAll(() => {
  known = undefined
  admin = ''
})

async function adminCookie(runtime: Runtime): Promise<string> {
  admin ||= (await signIn(runtime, 'it-admin', null)).cookie
  return admin
}

let stations = 0

/** A station, with the cookie of its browser. */
async function station(runtime: Runtime, placeId?: string) {
  const { app, companies } = await house(runtime)
  stations += 1
  const made = await ask(app, 'POST', '/stations', await adminCookie(runtime), {
    name: `Terminal ${stations}`,
    placeId: placeId ?? companies.own.siteId,
  })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  const enrolled = await ask(app, 'POST', '/station/enrol', '', { code: made.body.code })
  expect(enrolled.status).toBe(200)
  return { id: String(made.body.station.id), code: String(made.body.code), cookie: enrolled.cookie }
}

async function badgeOf(runtime: Runtime, personId: string): Promise<string> {
  const { app } = await house(runtime)
  const { status, body } = await ask(app, 'POST', `/people/${personId}/badge`, await adminCookie(runtime))
  expect(status).toBe(201)
  return body.badge
}

/** An operator of the own plant with a badge, and a PIN when asked for. */
async function operator(runtime: Runtime, at: { cookie: string }, pin?: string, name?: string) {
  const { app, companies } = await house(runtime)
  const { personId } = await signIn(runtime, 'operator', String(companies.own.siteId), name)
  const badge = await badgeOf(runtime, personId)
  if (pin !== undefined) {
    const { cookie } = await ask(app, 'POST', '/station/sessions', at.cookie, { badge })
    expect((await ask(app, 'PUT', '/pin', cookie, { pin })).status).toBe(204)
  }
  return { personId, badge }
}

test('a link makes one browser the station, once', async ({ runtime }) => {
  const { app, companies } = await house(runtime)
  const { id, code, cookie } = await station(runtime)

  expect((await ask(app, 'GET', '/station', cookie)).body.station).toMatchObject({
    id,
    placeName: 'Sursee',
    idleMinutes: 15,
  })
  expect((await ask(app, 'GET', '/station')).body).toEqual({ station: null })
  expect(await ask(app, 'POST', '/station/enrol', '', { code })).toMatchObject({
    status: 403,
    code: 'identity/station-code-used',
  })

  const first = await ask(app, 'POST', `/stations/${id}/code`, await adminCookie(runtime))
  const second = await ask(app, 'POST', `/stations/${id}/code`, await adminCookie(runtime))
  expect(await ask(app, 'POST', '/station/enrol', '', { code: first.body.code })).toMatchObject({
    code: 'identity/station-code-unknown',
  })
  await inContext(runtime, systemActor(companies.ours, 'test'), (ctx) =>
    sql`update identity.station_code set expires_at = now() - interval '1 second' where station_id = ${id} and used_at is null`.execute(
      ctx.db,
    ),
  )
  expect(await ask(app, 'POST', '/station/enrol', '', { code: second.body.code })).toMatchObject({
    code: 'identity/station-code-expired',
  })
  expect(
    await ask(app, 'POST', '/station/enrol', '', { code: `mrc_${companies.ours}_${'x'.repeat(43)}` }),
  ).toMatchObject({
    code: 'identity/station-code-unknown',
  })
  expect(await ask(app, 'POST', '/station/enrol', '', { code: 'something else' })).toMatchObject({
    code: 'identity/station-code-unknown',
  })

  const third = await ask(app, 'POST', `/stations/${id}/code`, await adminCookie(runtime))
  const moved = await ask(app, 'POST', '/station/enrol', '', { code: third.body.code })
  expect((await ask(app, 'GET', '/station', moved.cookie)).body.station).toMatchObject({ id })
  expect((await ask(app, 'GET', '/station', cookie)).body).toEqual({ station: null })
})

test('two browsers that open the same link at the same moment make one station', async ({ runtime }) => {
  const { app, companies } = await house(runtime)
  const made = await ask(app, 'POST', '/stations', await adminCookie(runtime), {
    name: 'Race',
    placeId: companies.own.siteId,
  })
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => ask(app, 'POST', '/station/enrol', '', { code: made.body.code })),
  )
  expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
  expect(answers.filter((answer) => answer.code === 'identity/station-code-used')).toHaveLength(7)
})

// proves: T-A3 (in part: at stations, no usable token, badge or PIN in the database)
test('an operator signs in with a badge in one request, and nothing that opens anything lies in the database', async ({
  runtime,
}) => {
  const { app, companies } = await house(runtime)
  const here = await station(runtime)
  const { badge, personId } = await operator(runtime, here, '7314')
  const opened = await ask(app, 'POST', '/station/sessions', here.cookie, { badge: ` ${badge.toLowerCase()} ` })
  expect(opened.status).toBe(201)
  expect(opened.body).toMatchObject({ station: true, level: 2, person: { id: personId } })
  expect(opened.body.permissions).toContain('insight:finding:decide')

  const rows = await inContext(runtime, systemActor(companies.ours, 'test'), (ctx) =>
    sql<{ text: string }>`select row_to_json(one)::text as text from identity.station one
      union all select row_to_json(one)::text from identity.station_code one
      union all select row_to_json(one)::text from identity.badge one
      union all select row_to_json(one)::text from identity.pin one
      union all select row_to_json(one)::text from identity.session one
      union all select row_to_json(one)::text from audit.event one`.execute(ctx.db),
  )
  const text = rows.rows.map((row) => row.text).join('\n')
  const secrets = [badge, here.cookie.split('_').slice(3).join('_'), here.code.split('_').slice(2).join('_')]
  expect(secrets.every((secret) => secret.length >= 32)).toBe(true)
  for (const secret of secrets) expect(text.includes(secret)).toBe(false)
  expect(text).toContain('scrypt$')
})

test('a badge or a PIN opens nothing without a station', async ({ runtime }) => {
  const { app } = await house(runtime)
  const here = await station(runtime)
  const { badge, personId } = await operator(runtime, here, '7314')
  const own = (await ask(app, 'POST', '/station/sessions', here.cookie, { badge })).cookie
  for (const cookie of [
    '',
    own,
    'millrace_station=mrt_nothing',
    here.cookie.replace(/.$/, (end) => (end === 'A' ? 'B' : 'A')),
  ]) {
    for (const shown of [{ badge }, { personId, pin: '7314' }]) {
      const answer = await ask(app, 'POST', '/station/sessions', cookie, shown)
      expect(answer).toMatchObject({ status: 403, code: 'identity/not-a-station' })
    }
    expect(await ask(app, 'GET', '/station/people', cookie)).toMatchObject({ code: 'identity/not-a-station' })
  }
})

test('a PIN is one of four to eight digits that nobody tries first, and the old one is asked for', async ({
  runtime,
}) => {
  const { app } = await house(runtime)
  const here = await station(runtime)
  const { badge, personId } = await operator(runtime, here, undefined, 'Petra Pin')
  const { cookie } = await ask(app, 'POST', '/station/sessions', here.cookie, { badge })
  for (const pin of ['0000', '1234', '9876', '7890', '1212', '123123', '2580']) {
    expect(await ask(app, 'PUT', '/pin', cookie, { pin }), pin).toMatchObject({ code: 'identity/pin-trivial' })
  }
  for (const pin of ['731', '731473147', '73l4']) {
    expect(await ask(app, 'PUT', '/pin', cookie, { pin }), pin).toMatchObject({ code: 'http/request-invalid' })
  }
  expect((await ask(app, 'GET', '/station/people?text=petra', here.cookie)).body.items).toEqual([])
  expect((await ask(app, 'PUT', '/pin', cookie, { pin: '7314' })).status).toBe(204)
  expect((await ask(app, 'GET', '/station/people?text=petra', here.cookie)).body.items).toEqual([
    { id: personId, name: 'Petra Pin', title: '' },
  ])
  expect(await ask(app, 'PUT', '/pin', cookie, { pin: '6183' })).toMatchObject({ code: 'identity/pin-refused' })
  expect((await ask(app, 'PUT', '/pin', cookie, { pin: '6183', current: '7314' })).status).toBe(204)
  expect(await ask(app, 'POST', '/station/sessions', here.cookie, { personId, pin: '7314' })).toMatchObject({
    code: 'identity/pin-refused',
  })
  const signedIn = await ask(app, 'POST', '/station/sessions', here.cookie, { personId, pin: '6183' })
  expect(signedIn.body).toMatchObject({ station: true, person: { name: 'Petra Pin' } })

  expect((await ask(app, 'DELETE', `/people/${personId}/pin`, await adminCookie(runtime))).status).toBe(204)
  expect(await ask(app, 'GET', '/session', signedIn.cookie)).toMatchObject({ status: 401 })
  expect(await ask(app, 'POST', '/station/sessions', here.cookie, { personId, pin: '6183' })).toMatchObject({
    code: 'identity/pin-refused',
  })
})

// proves: T-A1 (in part: PINs at stations)
test('of fifty guesses at the same moment five are looked at, and then the right PIN has to wait too', async ({
  runtime,
}) => {
  const { app } = await house(runtime)
  const here = await station(runtime)
  const { personId, badge } = await operator(runtime, here, '7314')
  const guesses = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      ask(app, 'POST', '/station/sessions', here.cookie, { personId, pin: String(5000 + index) }),
    ),
  )
  expect(guesses.filter((guess) => guess.code === 'identity/pin-refused')).toHaveLength(FREE_ATTEMPTS)
  expect(guesses.filter((guess) => guess.code === 'identity/sign-in-paused')).toHaveLength(50 - FREE_ATTEMPTS)
  expect(await ask(app, 'POST', '/station/sessions', here.cookie, { personId, pin: '7314' })).toMatchObject({
    status: 429,
    code: 'identity/sign-in-paused',
  })

  // The person waits at every station; somebody else's station goes on.
  const there = await station(runtime)
  const elsewhere = await ask(app, 'POST', '/station/sessions', there.cookie, { personId, pin: '7314' })
  expect(elsewhere).toMatchObject({ code: 'identity/sign-in-paused' })
  expect((await ask(app, 'POST', '/station/sessions', there.cookie, { badge })).status).toBe(201)
})

// proves: T-A1 (in part: PINs at stations)
test('a station from which many names are tried pauses for everybody', async ({ runtime }) => {
  const { app } = await house(runtime)
  const here = await station(runtime)
  const people = []
  for (let index = 0; index <= FREE_ATTEMPTS; index += 1) people.push(await operator(runtime, here, '7314'))
  const codes = []
  for (const { personId } of people) {
    codes.push((await ask(app, 'POST', '/station/sessions', here.cookie, { personId, pin: '5050' })).code)
  }
  expect(codes).toEqual([...Array(FREE_ATTEMPTS).fill('identity/pin-refused'), 'identity/sign-in-paused'])
})

// proves: T-B1 (in part: at stations)
test('a badge of another company is unknown, and one of somebody with nothing to do here is told so', async ({
  runtime,
}) => {
  const { app, companies, runtime: whole } = await house(runtime)
  const here = await station(runtime)
  const stranger = await signIn(runtime, 'operator', String(companies.other.siteId))
  expect(
    await ask(app, 'POST', '/station/sessions', here.cookie, { badge: await badgeOf(runtime, stranger.personId) }),
  ).toMatchObject({ status: 403, code: 'identity/not-at-this-station' })
  // A role without anything that is done at stations.
  const buyer = await signIn(runtime, 'customer', null)
  expect(
    await ask(app, 'POST', '/station/sessions', here.cookie, { badge: await badgeOf(runtime, buyer.personId) }),
  ).toMatchObject({ code: 'identity/not-at-this-station' })

  const foreign = await addPerson(whole, companies.theirs, [{ role: 'operator', placeId: null }])
  const badge = 'BCDFGHJKLNPRSTVXBCDFGHJKLNPRSTVX'
  await inContext(whole, systemActor(companies.theirs, 'test'), (ctx) =>
    sql`insert into identity.badge (id, person_id, secret_sha256, issued_at)
      values (gen_random_uuid(), ${foreign}, sha256(${`badge:${badge}`}::bytea), now())`.execute(ctx.db),
  )
  expect(await ask(app, 'POST', '/station/sessions', here.cookie, { badge })).toMatchObject({
    status: 401,
    code: 'identity/badge-unknown',
  })
  expect(await ask(app, 'POST', '/station/sessions', here.cookie, { personId: foreign, pin: '7314' })).toMatchObject({
    code: 'identity/pin-refused',
  })
  expect(await ask(app, 'POST', '/station/sessions', here.cookie, { badge: '0004711815' })).toMatchObject({
    code: 'identity/badge-unknown',
  })
})

test('a station of one machine is for who works there, at its area, or at a part of it', async ({ runtime }) => {
  const { app, companies } = await house(runtime)
  const { workUnitId, areaId, siteId } = companies.own
  const here = await station(runtime, String(workUnitId))
  for (const placeId of [workUnitId, areaId, siteId]) {
    const { personId } = await signIn(runtime, 'operator', String(placeId))
    const opened = await ask(app, 'POST', '/station/sessions', here.cookie, { badge: await badgeOf(runtime, personId) })
    expect(opened.status).toBe(201)
  }
  const atArea = await station(runtime, String(areaId))
  const { personId } = await signIn(runtime, 'operator', String(workUnitId))
  const opened = await ask(app, 'POST', '/station/sessions', atArea.cookie, { badge: await badgeOf(runtime, personId) })
  expect(opened.status).toBe(201)
})

test('a blocked badge, a replaced one and one of somebody who left open nothing', async ({ runtime }) => {
  const { app } = await house(runtime)
  const here = await station(runtime)
  const { personId, badge } = await operator(runtime, here)
  const replaced = await badgeOf(runtime, personId)
  expect(await ask(app, 'POST', '/station/sessions', here.cookie, { badge })).toMatchObject({
    status: 401,
    code: 'identity/badge-blocked',
  })
  const { cookie, status } = await ask(app, 'POST', '/station/sessions', here.cookie, { badge: replaced })
  expect(status).toBe(201)
  const block = () =>
    adminCookie(runtime).then((by) => ask(app, 'POST', `/people/${personId}/badge/block`, by, { reason: 'Lost.' }))
  expect((await block()).status).toBe(204)
  expect(await ask(app, 'GET', '/session', cookie)).toMatchObject({ status: 401 })
  expect(await ask(app, 'POST', '/station/sessions', here.cookie, { badge: replaced })).toMatchObject({
    code: 'identity/badge-blocked',
  })
  expect(await block()).toMatchObject({ status: 404, code: 'identity/badge-missing' })

  const last = await badgeOf(runtime, personId)
  await ask(app, 'POST', `/people/${personId}/end`, await adminCookie(runtime), {})
  expect(await ask(app, 'POST', '/station/sessions', here.cookie, { badge: last })).toMatchObject({
    status: 401,
    code: 'identity/sign-in-refused',
  })
  expect(await ask(app, 'POST', `/people/${personId}/badge`, await adminCookie(runtime))).toMatchObject({
    code: 'identity/person-ended',
  })
})

test('when the next operator signs in the one before is signed out, however close they come', async ({ runtime }) => {
  const { app, companies, runtime: whole } = await house(runtime)
  const here = await station(runtime)
  const lena = await operator(runtime, here)
  const mateo = await operator(runtime, here)
  const first = await ask(app, 'POST', '/station/sessions', here.cookie, { badge: lena.badge })
  expect((await ask(app, 'GET', '/session', first.cookie)).status).toBe(200)
  const both = await Promise.all(
    [lena, mateo, lena, mateo].map(({ badge }) => ask(app, 'POST', '/station/sessions', here.cookie, { badge })),
  )
  expect(both.map((answer) => answer.status)).toEqual([201, 201, 201, 201])
  const alive = await Promise.all([first, ...both].map(({ cookie }) => ask(app, 'GET', '/session', cookie)))
  expect(alive.filter((answer) => answer.status === 200)).toHaveLength(1)
  expect(alive[0]?.status).toBe(401)
  const open = await inContext(whole, systemActor(companies.ours, 'test'), (ctx) =>
    sql`select from identity.session where station_id = ${here.id}`.execute(ctx.db),
  )
  expect(open.rows).toHaveLength(1)
})

test('a station that is revoked signs out who is there, and lets nobody in again', async ({ runtime }) => {
  const { app } = await house(runtime)
  const here = await station(runtime)
  const { badge } = await operator(runtime, here)
  const { cookie } = await ask(app, 'POST', '/station/sessions', here.cookie, { badge })
  const revoked = await ask(app, 'POST', `/stations/${here.id}/revoke`, await adminCookie(runtime))
  expect(revoked.body).toMatchObject({ state: 'revoked' })
  expect(await ask(app, 'GET', '/session', cookie)).toMatchObject({ status: 401 })
  expect(await ask(app, 'POST', '/station/sessions', here.cookie, { badge })).toMatchObject({
    code: 'identity/not-a-station',
  })
  expect((await ask(app, 'GET', '/station', here.cookie)).body).toEqual({ station: null })
  expect(await ask(app, 'POST', `/stations/${here.id}/code`, await adminCookie(runtime))).toMatchObject({
    status: 409,
    code: 'identity/station-ended',
  })
})

test('a session at a station ends when nobody was there for as long as the station says', async ({ runtime }) => {
  const { app, companies, runtime: whole } = await house(runtime)
  const here = await station(runtime)
  await ask(app, 'PATCH', `/stations/${here.id}`, await adminCookie(runtime), { idleMinutes: 5 })
  const { badge } = await operator(runtime, here)
  const { cookie, body } = await ask(app, 'POST', '/station/sessions', here.cookie, { badge })
  const idle = (minutes: number) =>
    inContext(whole, systemActor(companies.ours, 'test'), (ctx) =>
      sql`update identity.session set last_used_at = now() - ${minutes} * interval '1 minute' where id = ${body.id}`.execute(
        ctx.db,
      ),
    )
  await idle(4)
  expect((await ask(app, 'GET', '/session', cookie)).status).toBe(200)
  await idle(6)
  // Who was recognised a moment ago is not looked at again for a second; another address is.
  const later = await app.inject({ url: `${API}/session`, headers: { cookie }, remoteAddress: '192.0.2.7' })
  expect(later.statusCode).toBe(401)
})

test('who looks after one plant makes stations and badges there, and none of somebody with more', async ({
  runtime,
}) => {
  const { app, companies } = await house(runtime)
  const manager = await signIn(runtime, 'plant-manager', String(companies.own.siteId))
  const make = (placeId: unknown) => ask(app, 'POST', '/stations', manager.cookie, { name: 'Mine', placeId })
  expect((await make(companies.own.areaId)).status).toBe(201)
  expect(await make(companies.own.areaId)).toMatchObject({ status: 409, code: 'identity/station-name-taken' })
  expect(await make(companies.other.siteId)).toMatchObject({ status: 403 })
  expect(await make(companies.foreign.siteId)).toMatchObject({ code: 'identity/place-unknown' })
  const mine = await signIn(runtime, 'operator', String(companies.own.workUnitId))
  expect((await ask(app, 'POST', `/people/${mine.personId}/badge`, manager.cookie)).status).toBe(201)
  const boss = await signIn(runtime, 'executive', null)
  expect(await ask(app, 'POST', `/people/${boss.personId}/badge`, manager.cookie)).toMatchObject({ status: 403 })
  const holders = await ask(app, 'GET', '/badges?limit=200', manager.cookie)
  expect(holders.body.items).toContainEqual(expect.objectContaining({ personId: mine.personId, hasPin: false }))
  expect(JSON.stringify(holders.body)).not.toContain(String(companies.other.personId))
})

// proves: T-B1 (in part: every route with a session at a station)
test('a session at a station reaches no route that is not for stations, whatever the role', async ({ runtime }) => {
  const { app, companies, runtime: whole } = await house(runtime)
  const here = await station(runtime)
  const routes = (await routesOf(whole, confirmed, bounds)).filter((route) => !STREAMS.has(route.operationId))
  const forStations = new Set(whole.permissions.filter((one) => one.station).map((one) => one.name as string))
  const open = new Set(['public', 'visitor'])
  const atStations = new Set(['getSession', 'signOut', 'getControlSeat', 'getOwnPin', 'setOwnPin'])
  const wrong: string[] = []
  let refused = 0
  let allowed = 0
  for (const role of BUILT_IN_ROLES) {
    const { personId } = await signIn(runtime, role, null)
    const badge = await badgeOf(runtime, personId)
    const signedIn = await ask(app, 'POST', '/station/sessions', here.cookie, { badge })
    if (signedIn.status !== 201) {
      expect(signedIn.code).toBe('identity/not-at-this-station')
      continue
    }
    expect(signedIn.body.permissions.filter((name: string) => !forStations.has(name))).toEqual([])
    // What ends the session comes last.
    for (const route of routes.filter((one) => one.operationId !== 'signOut')) {
      if (open.has(route.permission)) continue
      const answer = await app.inject({ ...requestOf(route, companies.own), headers: { cookie: signedIn.cookie } })
      const signedInOnly = route.permission === 'signed-in' || route.permission === 'half-signed-in'
      const mayPass = signedInOnly ? atStations.has(route.operationId) : forStations.has(route.permission)
      if (mayPass) allowed += 1
      else refused += 1
      if (!mayPass && answer.statusCode !== 403) {
        wrong.push(`${role} ${route.method} ${route.url} answered ${answer.statusCode} ${answer.body.slice(0, 200)}`)
      }
    }
    expect((await ask(app, 'DELETE', '/session', signedIn.cookie)).status).toBe(204)
  }
  expect(wrong).toEqual([])
  expect(refused).toBeGreaterThan(300)
  expect(allowed).toBeGreaterThan(50)
}, 400_000)
