import { compileAnswer, createApp, type RouteOptions } from '@millrace/http'
import { test } from '@millrace/testing'
import { expect } from 'vitest'
import { modules } from './modules.ts'
import { schemaText } from './schema-text.ts'
import { VERSION } from './server.ts'

// Every change of the API or of the tables is visible as a diff. After a wanted change: npm test -- apps/server -u

test('openapi.json is what the server describes', async ({ runtime }) => {
  const app = await createApp({ runtime, modules, version: VERSION })
  const { body } = await app.inject({ url: '/api/openapi.json' })
  await app.close()
  await expect(`${JSON.stringify(JSON.parse(body), null, 2)}\n`).toMatchFileSnapshot('../openapi.json')
})

test('every operation has an id of its own, a summary and its refusals', async ({ runtime }) => {
  const app = await createApp({ runtime, modules, version: VERSION })
  const { paths } = (await app.inject({ url: '/api/openapi.json' })).json()
  await app.close()
  const ids: string[] = []
  for (const [path, methods] of Object.entries(
    paths as Record<string, Record<string, { operationId?: string; summary?: string; responses: object }>>,
  )) {
    for (const [method, { operationId, summary, responses }] of Object.entries(methods)) {
      expect(operationId, `${method} ${path}`).toBeTruthy()
      expect(summary, `${method} ${path}`).toBeTruthy()
      // SCIM has one number for what makes no sense, and one form for all its refusals.
      const refusal = path.startsWith('/api/v1/identity/scim/') ? '4XX' : '422'
      expect(Object.keys(responses), `${method} ${path}`).toContain(refusal)
      ids.push(operationId ?? '')
    }
  }
  expect(ids.length).toBeGreaterThan(30)
  expect(new Set(ids).size).toBe(ids.length)
})

test('every answer can be written as its schema says', async ({ runtime }) => {
  const routes: RouteOptions[] = []
  const app = await createApp({ runtime, modules, version: VERSION, onRoute: (route) => routes.push(route) })
  await app.ready()
  await app.close()
  const answers = routes.flatMap(({ method, url, schema }) =>
    Object.entries(
      (schema?.response ?? {}) as Record<string, { content?: Record<string, { schema: object }> }>,
    ).flatMap(([status, answer]) =>
      Object.values(answer.content ?? { any: { schema: answer } }).map((one) => ({
        ...{ name: `${method} ${url} ${status}`, schema: one.schema },
      })),
    ),
  )
  expect(answers.length).toBeGreaterThan(routes.length)
  for (const { name, schema } of answers) expect(() => compileAnswer(schema), name).not.toThrow()
})

test('schema.sql is what the migrations make', async ({ ctx }) => {
  await expect(await schemaText(ctx.db)).toMatchFileSnapshot('../schema.sql')
})
