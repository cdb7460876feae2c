import { createApp, defineModule } from '@millrace/http'
import { inContext, type Permission, type Runtime, systemActor } from '@millrace/runtime'
import { createTestDatabase, testRuntime, withModules } from '@millrace/testing'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { createEnterprise, createPerson, type EnterpriseId, identity, type PersonId, recordOpened } from './index.ts'

const PERMISSION = 'designs:design:read'
const permission: Permission = {
  ...{ name: PERMISSION, title: 'See designs', kind: 'read', label: 'trade-secret', roles: ['engineer'] },
}
/** A module with designs at each of three plants. */
const designs = defineModule({
  name: 'designs',
  permissions: [permission],
  routes: async (app) => {
    app.get('/:siteId/:designId', { config: { permission: PERMISSION, records: true } }, (request) =>
      app.inContext(request, async (ctx) => {
        const { siteId, designId } = request.params as { siteId: string; designId: string }
        await recordOpened(ctx, { label: 'trade-secret', siteId, objectIds: [designId] })
        return { designId }
      }),
    )
  },
})
const SITES = [
  '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11',
  '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b12',
  '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b13',
]
const ENTERPRISE = '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b10' as EnterpriseId

async function given(): Promise<{
  runtime: Runtime
  app: Awaited<ReturnType<typeof createApp>>
  add: (name: string, role: string) => Promise<{ id: PersonId; cookie: string }>
  end: () => Promise<void>
}> {
  const database = await createTestDatabase()
  const modules = [identity, designs]
  const runtime = withModules(testRuntime(database.url), modules)
  const app = await createApp({ runtime, modules, version: 'test' })
  const asSystem = systemActor(ENTERPRISE, 'test')
  await inContext(runtime, asSystem, (ctx) => createEnterprise(ctx, { id: ENTERPRISE, name: 'Ours', demo: true }))
  const add = async (name: string, role: string) => {
    const grants = [{ role, placeId: null }]
    const id = await inContext(runtime, asSystem, (ctx) =>
      createPerson(ctx, { name, email: `${name}@ours.example`, title: '', grants, passwordHash: null }),
    )
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/identity/demo-sessions',
      payload: { personId: id },
    })
    return { id, cookie: String(answer.headers['set-cookie']).split(';')[0] ?? '' }
  }
  const end = async () => {
    await app.close()
    await runtime.app.close()
    await database.drop()
  }
  return { runtime, app, add, end }
}

// proves: T-B7
test('a script that opens the designs of three plants is locked out, and two people are told', async () => {
  const { runtime, app, add, end } = await given()
  await add('jonas', 'it-admin')
  await add('priya', 'it-admin')
  const thief = await add('thief', 'engineer')
  let read = 0
  for (let index = 0; index < 500; index += 1) {
    const answer = await app.inject({
      url: `/api/v1/designs/${SITES[index % 3]}/design-${index}`,
      headers: { cookie: thief.cookie },
    })
    if (answer.statusCode !== 200) {
      expect(answer.statusCode).toBe(401)
      break
    }
    read += 1
  }
  expect(read).toBeLessThan(200)
  const back = await app.inject({
    method: 'POST',
    url: '/api/v1/identity/demo-sessions',
    payload: { personId: thief.id },
  })
  expect(back.json()).toMatchObject({ status: 403, code: 'identity/person-locked' })
  const trail = await inContext(runtime, systemActor(ENTERPRISE, 'test'), (ctx) =>
    sql<{ detail: { told: string[] }; reason: string }>`
      select detail, reason from audit.event where action = 'identity.account.lock'`.execute(ctx.db),
  )
  expect(trail.rows).toHaveLength(1)
  expect(trail.rows[0]?.detail.told).toEqual(['jonas', 'priya'])
  expect(trail.rows[0]?.reason).toContain('trade-secret objects in 3 plants')
  const announced = await inContext(runtime, systemActor(ENTERPRISE, 'test'), (ctx) =>
    sql`select from runtime.outbox where type = 'identity.account-locked'`.execute(ctx.db),
  )
  expect(announced.rows).toHaveLength(1)
  await end()
})

// proves: T-B7
test('a day of real work locks nobody: the same few recipes again and again, some new ones each hour', async () => {
  const { app, add, end } = await given()
  const engineer = await add('chiara', 'engineer')
  for (let look = 0; look < 300; look += 1) {
    const design = look % 10 === 0 ? `new-${look}` : `design-${look % 20}`
    const answer = await app.inject({
      url: `/api/v1/designs/${SITES[0]}/${design}`,
      headers: { cookie: engineer.cookie },
    })
    expect(answer.statusCode, design).toBe(200)
  }
  await end()
})
