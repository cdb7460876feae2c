import { newId } from '@millrace/base'
import { createApp } from '@millrace/http'
import { createEnterprise, createPerson, type EnterpriseId, hashPassword } from '@millrace/identity'
import { inContext, systemActor } from '@millrace/runtime'
import { test, withModules } from '@millrace/testing'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { modules } from './modules.ts'
import { requestOf, routesOf } from './testing/authorization-matrix.ts'
import { bounds } from './testing/bounds.ts'

const PASSWORD = 'correct horse battery'
/** What somebody may reach with a password alone who owes a second factor, besides what is open to everybody. */
const FACTOR_ROUTES = [
  'getFactors',
  'getSession',
  'requestFactor',
  'showPasskey',
  'showRecoveryCode',
  'showTotp',
  'signOut',
]

// proves: T-A4
test('with a password alone, whoever owes a second factor reaches the factor routes and nothing else', async ({
  runtime: bare,
}) => {
  const runtime = withModules(bare, modules)
  const enterpriseId = newId<'Enterprise'>(Date.now()) as EnterpriseId
  const passwordHash = await hashPassword(PASSWORD)
  await inContext(runtime, systemActor(enterpriseId, 'test'), async (ctx) => {
    await createEnterprise(ctx, { id: enterpriseId, name: 'Muster AG', demo: false })
    const grants = ['it-admin', 'plant-manager', 'engineer'].map((role) => ({ role, placeId: null }))
    const id = await createPerson(ctx, { name: 'Mia', email: 'mia@muster.example', title: '', grants, passwordHash })
    await sql`insert into identity.totp (person_id, secret_sealed, created_at, confirmed_at)
      values (${id}, 'sealed', ${ctx.now}, ${ctx.now})`.execute(ctx.db)
  })
  const started = modules.map(({ start: _, ...module }) => module)
  const app = await createApp({ runtime, modules: started, version: 'test' })
  const signedIn = await app.inject({
    method: 'POST',
    url: '/api/v1/identity/sessions',
    payload: { email: 'mia@muster.example', password: PASSWORD },
  })
  expect(signedIn.json()).toMatchObject({ level: 1, permissions: [] })
  const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? ''

  const routes = await routesOf(runtime, started, bounds)
  const reached: string[] = []
  for (const route of routes) {
    // Signing out would end the attempt, and what is open to everybody is no secret.
    if (route.operationId === 'signOut' || route.permission === 'public' || route.permission === 'visitor') continue
    const answer = await app.inject({ ...requestOf(route, {}), headers: { cookie } })
    const code = answer.statusCode >= 400 ? answer.json().code : undefined
    if (route.permission === 'half-signed-in') reached.push(route.operationId)
    else
      expect({ route: route.operationId, code }).toEqual({
        route: route.operationId,
        code: 'http/second-factor-needed',
      })
  }
  expect([...reached, 'signOut'].sort()).toEqual(FACTOR_ROUTES)
  expect(routes.length).toBeGreaterThan(80)
  await app.close()
}, 120_000)
