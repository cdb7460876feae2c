/// <reference types="node" />
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Problem } from '@millrace/base'
import { Type } from 'typebox'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { api, idempotencyKey, onStepUp, problemOf, queryText } from './api.ts'

let server: Server
let answers: { status: number; type: string; body: string }[]
let seen: { method: string; url: string; key: string | undefined; proof?: string }[]
const realFetch = globalThis.fetch

beforeEach(async () => {
  answers = []
  seen = []
  server = createServer((request, response) => {
    seen.push({
      method: request.method ?? '',
      url: request.url ?? '',
      key: request.headers['idempotency-key'] as string | undefined,
      ...(request.headers['millrace-step-up'] && { proof: String(request.headers['millrace-step-up']) }),
    })
    const answer = answers.shift() ?? { status: 500, type: 'text/plain', body: 'no answer prepared' }
    response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  // A browser resolves `/api/v1` against the page; Node has no page.
  globalThis.fetch = (input, init) => realFetch(`http://127.0.0.1:${port}${String(input)}`, init)
})

afterEach(async () => {
  globalThis.fetch = realFetch
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const json = (status: number, body: unknown) => ({ status, type: 'application/json', body: JSON.stringify(body) })
const Mill = Type.Object({ name: Type.String() })

test('an answer of the expected shape is given as it is', async () => {
  answers.push(json(200, { name: 'Mill 2' }))
  expect(await api.get('/plant/work-units/2', { response: Mill, query: { at: 5 } })).toEqual({ name: 'Mill 2' })
  expect(seen).toEqual([{ method: 'GET', url: '/api/v1/plant/work-units/2?at=5', key: undefined }])
})

test('an answer of another shape is a problem, not a half drawn page', async () => {
  answers.push(json(200, { title: 'Mill 2' }))
  await expect(api.get('/x', { response: Mill })).rejects.toMatchObject({ type: { code: 'ui/unexpected-answer' } })
})

test('a refusal keeps the words, code and data of the server', async () => {
  answers.push(
    json(409, {
      type: 'https://millrace.dev/problems/control/interlocked',
      code: 'control/interlocked',
      title: 'Machine is interlocked',
      status: 409,
      detail: 'Mill 2 has its door open.',
      interlock: 'door',
    }),
  )
  const refusal = await api.post('/control/commands', { body: {} }).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(Problem)
  expect(refusal).toMatchObject({
    message: 'Mill 2 has its door open.',
    type: { code: 'control/interlocked', kind: 'conflict', title: 'Machine is interlocked' },
    data: { interlock: 'door' },
  })
})

test('a proxy’s page becomes a problem too', async () => {
  const problem = await problemOf(new Response('<h1>Bad gateway</h1>', { status: 502 }))
  expect(problem.type.kind).toBe('unavailable')
})

test('a write with a key is sent again while the server is away, with the same key', async () => {
  answers.push(json(503, {}), json(200, { name: 'Mill 2' }))
  const key = idempotencyKey()
  await api.post('/control/commands', { body: {}, response: Mill, idempotencyKey: key })
  expect(seen.map((request) => request.key)).toEqual([key, key])
})

test('a write without a key is sent once', async () => {
  answers.push(json(503, {}), json(200, {}))
  await expect(api.post('/x')).rejects.toBeInstanceOf(Problem)
  expect(seen).toHaveLength(1)
})

test('a refused write is not sent again', async () => {
  answers.push(json(409, {}), json(200, {}))
  await expect(api.post('/x', { idempotencyKey: idempotencyKey() })).rejects.toBeInstanceOf(Problem)
  expect(seen).toHaveLength(1)
})

test('an aborted call rejects with the abort, not with a problem', async () => {
  const controller = new AbortController()
  controller.abort()
  await expect(api.get('/x', { signal: controller.signal })).rejects.not.toBeInstanceOf(Problem)
})

test('a query leaves out what is undefined and joins lists', () => {
  expect(queryText({ a: 1, b: undefined, c: ['x', 'y'] })).toBe('?a=1&c=x%2Cy')
  expect(queryText()).toBe('')
})

const needed = () =>
  json(403, { code: 'identity/step-up-needed', title: 'Confirm', detail: 'Confirm this.', stepUpId: '1' })

test('a risky act is repeated with the proof once its person has confirmed it', async () => {
  const asked: unknown[] = []
  const forget = onStepUp(async (problem, about) => {
    asked.push(problem.data.stepUpId, about)
    return 'proof'
  })
  answers.push(needed(), json(200, { name: 'Mill 2' }))
  expect(await api.put('/x', { body: {}, response: Mill, about: 'Mill 2' })).toEqual({ name: 'Mill 2' })
  expect(asked).toEqual(['1', 'Mill 2'])
  expect(seen.map(({ proof }) => proof)).toEqual([undefined, 'proof'])
  // Asked once: a server that is not content even then has the last word.
  answers.push(needed(), needed())
  await expect(api.put('/x', { body: {} })).rejects.toMatchObject({ type: { code: 'identity/step-up-needed' } })
  forget()
})

test('an act that its person does not confirm is not repeated', async () => {
  const forget = onStepUp(async () => undefined)
  answers.push(needed())
  await expect(api.delete('/x')).rejects.toMatchObject({ type: { code: 'ui/not-confirmed' } })
  expect(seen.length).toBe(1)
  forget()
  answers.push(needed())
  await expect(api.delete('/x')).rejects.toMatchObject({ type: { code: 'identity/step-up-needed' } })
})
