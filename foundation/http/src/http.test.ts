import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventType, problemType } from '@millrace/base'
import type { Permission } from '@millrace/runtime'
import { somebody, test } from '@millrace/testing'
import { Type } from 'typebox'
import { expect, vi } from 'vitest'
import { createApp, defineModule, type Module, problems } from './index.ts'

const full = problemType('probe/full', 'conflict', 'Probe is full')
const happened = eventType('probe.happened', Type.Object({ n: Type.Integer() }))
const ENTERPRISE = '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11'

/** A module that knows one person by the cookie `who=reader`, with a permission at site-1. */
const probe: Module = defineModule({
  name: 'probe',
  permissions: ['thing:read', 'thing:write', 'secret:read'].map((name) => ({
    ...{ name: `probe:${name}` as Permission['name'], title: name, kind: 'read', label: 'internal', roles: [] },
  })),
  authenticators: [
    async (request) =>
      request.cookie('who') === 'reader'
        ? somebody(ENTERPRISE, { 'probe:thing:read': new Set(['site-1']) })
        : undefined,
  ],
  topics: [
    { pattern: 'probe.things', permission: 'probe:thing:read', events: [happened] },
    { pattern: 'probe.site/:siteId', permission: 'probe:thing:read', placeOf: async (_runtime, _actor, id) => id },
    { pattern: 'probe.secret', permission: 'probe:secret:read' },
  ],
  routes: async (app) => {
    const schema = (operationId: string) => ({ operationId, summary: operationId, response: problems(full) })
    app.get('/things', { config: { permission: 'probe:thing:read' }, schema: schema('read') }, () => ({ ok: true }))
    app.post('/things', { config: { permission: 'probe:thing:write' }, schema: schema('write') }, () => ({ ok: true }))
    app.get('/full', { config: { permission: 'public' }, schema: schema('full') }, () => {
      throw full('No room left.', { room: 0 })
    })
    app.get('/bug', { config: { permission: 'public' }, schema: schema('bug') }, () => {
      throw new Error('password=hunter2 at 10.0.0.1')
    })
  },
})

const reader = { cookie: 'who=reader' }

// proves: T-B1 (in part: no route without a permission)
test('a route without a permission stops the server from starting', async ({ runtime }) => {
  const careless = defineModule({ name: 'careless', routes: async (app) => void app.get('/open', () => 'x') })
  const app = await createApp({ runtime, modules: [careless], version: 'test' })
  await expect(app.ready()).rejects.toThrow('GET /api/v1/careless/open')
})

test('a permission is asked for before the route runs', async ({ runtime }) => {
  const app = await createApp({ runtime, modules: [probe], version: 'test' })
  expect((await app.inject({ url: '/api/v1/probe/things' })).json()).toMatchObject({
    status: 401,
    code: 'http/sign-in-needed',
  })
  expect((await app.inject({ url: '/api/v1/probe/things', headers: reader })).json()).toEqual({ ok: true })
  const write = await app.inject({ method: 'POST', url: '/api/v1/probe/things', headers: reader, payload: {} })
  expect(write.json()).toMatchObject({ status: 403, code: 'runtime/forbidden', permission: 'probe:thing:write' })
  await app.close()
})

test('a refusal carries its code and particulars, a bug neither message nor stack', async ({ runtime }) => {
  const app = await createApp({ runtime, modules: [probe], version: 'test' })
  const refused = await app.inject({ url: '/api/v1/probe/full' })
  expect(refused.headers['content-type']).toMatch('application/problem+json')
  expect(refused.json()).toMatchObject({ status: 409, code: 'probe/full', detail: 'No room left.', room: 0 })
  const bug = await app.inject({ url: '/api/v1/probe/bug' })
  expect(bug.json()).toMatchObject({ status: 500, code: 'http/broken' })
  expect(bug.body).not.toContain('hunter2')
  await app.close()
})

test('every answer carries the security headers', async ({ runtime }) => {
  const app = await createApp({ runtime, modules: [probe], version: 'test' })
  for (const url of ['/api/v1/probe/things', '/api/v1/probe/full', '/nowhere']) {
    const { headers } = await app.inject({ url })
    expect(headers['content-security-policy']).toMatch(/script-src 'self';/)
    expect(headers['x-content-type-options']).toBe('nosniff')
  }
  await app.close()
})

test('screens may watch what they may read, and nothing else', async ({ runtime }) => {
  const app = await createApp({ runtime, modules: [probe], version: 'test' })
  const watch = (topics: string) => app.inject({ url: `/api/v1/live?watch=${topics}`, headers: reader })
  expect((await watch('probe.nothing')).json()).toMatchObject({ status: 404, code: 'http/topic-unknown' })
  expect((await watch('probe.secret')).json()).toMatchObject({ status: 403 })
  expect((await watch('probe.site/site-2')).json()).toMatchObject({ status: 403 })
  await app.close()
})

test('a watcher hears its topics live, and its stream ends with the server', async ({ runtime }) => {
  const app = await createApp({ runtime, modules: [probe], version: 'test' })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  let heard = ''
  const stream = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/api/v1/live?watch=probe.site/site-1', headers: reader }, resolve).on(
      'error',
      reject,
    )
  })
  stream.setEncoding('utf8').on('data', (text: string) => {
    heard += text
  })
  await vi.waitFor(() => expect(heard).toContain('event: hello'))
  runtime.live.publish(ENTERPRISE, 'probe.site/site-1', { value: 42 })
  runtime.live.publish(ENTERPRISE, 'probe.site/site-2', { value: 43 })
  await vi.waitFor(() => expect(heard).toContain('event: probe.site/site-1\ndata: {"value":42}'))
  expect(heard).not.toContain('43')
  const ended = new Promise((resolve) => stream.on('close', resolve))
  await app.close()
  await ended
  expect(runtime.live.watched(ENTERPRISE, 'probe.site/site-1')).toBe(false)
})

test('the API describes itself, and its page needs no script', async ({ runtime }) => {
  const app = await createApp({ runtime, modules: [probe], version: '9.9.9' })
  const document = (await app.inject({ url: '/api/openapi.json' })).json()
  expect(document.info.version).toBe('9.9.9')
  expect(Object.keys(document.paths)).toContain('/api/v1/probe/things')
  const page = (await app.inject({ url: '/api/docs' })).body
  expect(page).toContain('/api/v1/probe/things')
  expect(page).not.toContain('<script')
  await app.close()
})

test('a web app that is built again while the server runs is served', async ({ runtime }) => {
  const webDir = await mkdtemp(join(tmpdir(), 'web '))
  const build = async (name: string) => {
    await mkdir(join(webDir, 'new/assets'), { recursive: true })
    await writeFile(join(webDir, `new/assets/${name}`), name)
    await writeFile(join(webDir, 'new/index.html'), `<script src="/assets/${name}"></script>`)
    await rm(join(webDir, 'built'), { recursive: true, force: true })
    await rename(join(webDir, 'new'), join(webDir, 'built'))
  }
  await build('first.js')
  const app = await createApp({ runtime, modules: [], version: 'test', webDir: join(webDir, 'built') })
  const asked = (url: string) => app.inject({ url }).then(({ statusCode, body }) => [statusCode, body])
  expect(await asked('/assets/first.js')).toEqual([200, 'first.js'])

  await build('second.js')
  expect(await asked('/plant/machines')).toEqual([200, '<script src="/assets/second.js"></script>'])
  await expect.poll(() => asked('/assets/second.js'), { timeout: 10_000 }).toEqual([200, 'second.js'])
  expect((await app.inject({ url: '/assets/first.js' })).json()).toMatchObject({ status: 404 })
  expect((await app.inject({ url: '/assets/..%2f..%2fnew' })).statusCode).toBe(404)
  await app.close()
  await rm(webDir, { recursive: true })
})
