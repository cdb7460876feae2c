import { Writable } from 'node:stream'
import { createApp, defineModule } from '@millrace/http'
import { createLog, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { createTestDatabase, testRuntime, withModules } from '@millrace/testing'
import pg from 'pg'
import { expect, test } from 'vitest'
import { modules } from './modules.ts'
import { addPerson, makeTwoCompanies } from './testing/two-companies.ts'

// What people, programs and machines show to prove who they are is planted wherever it is sent, and then looked for wherever
// something is written down or told.

const mark = (place: string) => `planted${place}7Qx2`
const UUID = '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b99'

/** A module that breaks as ours might: with what it was told in the message, and in the cause. */
const breaking = defineModule({
  name: 'breaking',
  permissions: [],
  routes: async (app) => {
    app.get('/down', { config: { permission: 'public' } }, () => {
      const cause = new Error(`connect postgres://millrace:${mark('Url')}@db.internal/millrace`)
      throw new Error(`The call with Bearer ${mark('Bearer')} failed.`, { cause })
    })
  },
})

interface Planted {
  readonly place: string
  readonly request: {
    method: 'GET' | 'POST' | 'PUT'
    url: string
    payload?: object | string
    headers?: Readonly<Record<string, string>>
  }
}

/** Every way by which a secret comes in. */
function plants(ours: string, siteId: string, gatewayId: string, cookie: string): Planted[] {
  const post = (url: string, payload: object, signedIn = true) => ({
    ...{ method: 'POST' as const, url, payload },
    ...(signedIn && { headers: { cookie } }),
  })
  const [identity, text] = ['/api/v1/identity', { cookie, 'content-type': 'application/json' }]
  return [
    {
      place: 'Password',
      request: post(`${identity}/sessions`, { email: 'x@ours.example', password: mark('Password') }, false),
    },
    {
      place: 'NewPassword',
      request: { ...post(`${identity}/password`, { password: 'x', newPassword: mark('NewPassword') }), method: 'PUT' },
    },
    { place: 'SetPassword', request: post(`${identity}/password`, { newPassword: mark('SetPassword') }) },
    {
      place: 'Session',
      request: {
        method: 'GET',
        url: `${identity}/people`,
        headers: { cookie: `millrace_session=mrs_${ours}_${mark('Session')}` },
      },
    },
    {
      place: 'Key',
      request: {
        method: 'GET',
        url: `${identity}/people`,
        headers: { authorization: `Bearer mrk_${ours}_${mark('Key')}` },
      },
    },
    {
      place: 'StepUp',
      request: { method: 'GET', url: `${identity}/people`, headers: { cookie, 'millrace-step-up': mark('StepUp') } },
    },
    { place: 'Pin', request: { ...post(`${identity}/pin`, { pin: mark('Pin') }), method: 'PUT' } },
    { place: 'Badge', request: post(`${identity}/station/sessions`, { badge: mark('Badge') }, false) },
    {
      place: 'BreakGlass',
      request: post(`${identity}/break-glass-sessions`, { name: 'glass', code: mark('BreakGlass') }, false),
    },
    { place: 'Totp', request: post(`${identity}/session/totp`, { code: mark('Totp') }) },
    { place: 'Recovery', request: post(`${identity}/session/recovery-code`, { code: mark('Recovery') }) },
    {
      place: 'Enrolment',
      request: post('/api/v1/plant/gateways/enrol', { code: `mre_${mark('Enrolment')}`, publicKey: {} }, false),
    },
    {
      place: 'Endpoint',
      request: post('/api/v1/plant/connections', {
        gatewayId,
        name: 'Mills 2',
        protocol: 'opc-ua',
        endpoint: `opc.tcp://reader:${mark('Endpoint')}@127.0.0.1:1`,
      }),
    },
    {
      place: 'Webhook',
      request: post('/api/v1/exchange/webhooks', {
        name: 'ERP',
        url: `https://erp:${mark('Webhook')}@hooks.example/in`,
        eventTypes: ['insight.finding-changed'],
        placeId: siteId,
      }),
    },
    {
      place: 'Scim',
      request: {
        method: 'GET',
        url: `${identity}/scim/v2/Users`,
        headers: { authorization: `Bearer mrp_${ours}_${mark('Scim')}` },
      },
    },
    { place: 'Unknown', request: post(`${identity}/people`, { name: 'A', password: mark('Unknown') }) },
    {
      place: 'Broken',
      request: { method: 'POST', url: `${identity}/people`, payload: `{"password": "${mark('Broken')}`, headers: text },
    },
    {
      place: 'Query',
      request: { method: 'GET', url: `${identity}/people?token=${mark('Query')}`, headers: { cookie } },
    },
    {
      place: 'Path',
      request: { method: 'GET', url: `${identity}/people/${UUID}?password=${mark('Path')}`, headers: { cookie } },
    },
    { place: 'Bearer', request: { method: 'GET', url: '/api/v1/breaking/down', headers: { cookie } } },
    { place: 'Url', request: { method: 'GET', url: '/api/v1/breaking/down' } },
  ]
}

const CANARY = 'planted where it may be read'

// proves: T-E6
test('secrets planted in twenty-one places are found in no log, no refusal, no event, no message and no export', async () => {
  const database = await createTestDatabase()
  let logged = ''
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      logged += chunk.toString()
      done()
    },
  })
  const all = [...modules.map(({ start: _, ...module }) => ({ ...module, stepUp: async () => undefined })), breaking]
  const bare: Runtime = { ...testRuntime(database.url), log: createLog(stream) }
  const runtime = withModules(bare, all)
  const app = await createApp({ runtime, modules: all, version: 'test' })
  const root = new pg.Client({ connectionString: database.url })
  await root.connect()
  try {
    const { ours, own } = await makeTwoCompanies(runtime)
    const grants = ['it-admin', 'plant-manager', 'engineer', 'auditor'].map((role) => ({ role, placeId: null }))
    const personId = await addPerson(runtime, ours, grants)
    const signedIn = await app.inject({ method: 'POST', url: '/api/v1/identity/demo-sessions', payload: { personId } })
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? ''
    await inContext(runtime, systemActor(ours, 'test'), async (ctx) => {
      ctx.audit({ action: 'test.thing.change', object: 'thing', reason: CANARY })
      ctx.log.warn('A canary sings.', {}, new Error(CANARY))
    })

    const told: Record<string, string> = {}
    const planted = plants(ours, String(own.siteId), String(own.gatewayId), cookie)
    for (const { place, request } of planted) {
      const answer = await app.inject(request)
      // There is nobody of that id, but there is such a route.
      if (place !== 'Path') expect(answer.statusCode, `${place}: ${answer.body}`).not.toBe(404)
      // What is answered to whoever sent it, and only when it is refused: a connection is shown as it was made.
      if (answer.statusCode >= 400) told[`the answer to ${place}`] = answer.body
    }
    for (const format of ['csv', 'jsonl']) {
      const answer = await app.inject({
        url: `/api/v1/identity/audit-events/export?format=${format}`,
        headers: { cookie },
      })
      expect(answer.statusCode).toBe(200)
      told[`the export as ${format}`] = answer.body
    }
    const text = async (table: string) => {
      const { rows } = await root.query(`select coalesce(string_agg(one::text, ' '), '') as text from ${table} one`)
      return rows[0].text as string
    }
    for (const table of ['audit.event', 'runtime.outbox', 'exchange.delivery']) told[table] = await text(table)
    told['the log'] = logged

    // The look finds what is there: a reason in the trail and in both exports, and an error's own words in the log.
    for (const where of ['audit.event', 'the export as csv', 'the export as jsonl', 'the log']) {
      expect(told[where], where).toContain(CANARY)
    }
    expect(Object.keys(told).filter((where) => where.startsWith('the answer')).length).toBeGreaterThan(14)
    expect(told['the log']).toContain('[removed]')
    const found = planted.flatMap(({ place }) =>
      Object.entries(told).flatMap(([where, words]) => (words.includes(mark(place)) ? `${place} is in ${where}` : [])),
    )
    expect(found).toEqual([])
  } finally {
    await root.end()
    await app.close()
    await runtime.app.close()
    await database.drop()
  }
}, 60_000)
