import { randomUUID } from 'node:crypto'
import { createApp, type RouteOptions } from '@millrace/http'
import { BUILT_IN_ROLES } from '@millrace/identity/contract'
import { inContext, systemActor } from '@millrace/runtime'
import { test, withModules } from '@millrace/testing'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { modules } from './modules.ts'
import { addPerson, makeTwoCompanies } from './testing/two-companies.ts'

/** Reads that are told in the trail. Whatever shows something personal or confidential of others belongs here. */
const TOLD = {
  listPeople: '/identity/people',
  getPerson: '/identity/people/:personId',
  getPersonAccess: '/identity/people/:personId/access',
  listSessionsOfPerson: '/identity/people/:personId/sessions',
  getFactorsOfPerson: '/identity/people/:personId/factors',
  listReach: '/identity/reach?kind=key',
  listBadgeHolders: '/identity/badges',
  listApiKeys: '/identity/api-keys',
  getKeyAccess: '/identity/api-keys/:keyId/access',
  listProvisioningTokens: '/identity/provisioning/tokens',
  listProviderLinks: '/identity/providers/:providerId/links',
  listAuditEvents: '/identity/audit-events',
  exportAuditEvents: '/identity/audit-events/export?format=csv',
  exportPeople: '/identity/people/export',
  getDelivery: '/exchange/webhooks/:webhookId/deliveries/:deliveryId',
} as const

/** An export is told each time: it takes something away. */
const EXPORTS = ['exportAuditEvents', 'exportPeople']
/** Begins at a socket of its own: `exports.test.ts` of telemetry tries it. */
const TRIED_ELSEWHERE = ['downloadExport']

test('reading what is sensitive leaves one event with its label, and these are the routes that do', async ({
  runtime: bare,
}) => {
  const runtime = withModules(bare, modules)
  const found: RouteOptions[] = []
  const tried = modules.map(({ start: _, ...module }) => module)
  const app = await createApp({
    ...{ runtime, modules: tried, version: 'test' },
    onRoute: (route) => found.push(route),
  })
  await app.ready()
  const named = (route: RouteOptions) => (route.schema as { operationId?: string } | undefined)?.operationId ?? ''
  const recording = found.filter(({ config, method }) => config?.records && method === 'GET').map(named)
  expect(recording.toSorted()).toEqual([...Object.keys(TOLD), ...TRIED_ELSEWHERE].toSorted())
  // What only some may read at all because of its label is told without exception.
  const labels = new Map<string, string>(runtime.permissions.map(({ name, label }) => [name, label]))
  const sensitive = found.filter(
    ({ config, method }) =>
      method === 'GET' && ['confidential', 'trade-secret'].includes(labels.get(config?.permission as string) ?? ''),
  )
  expect(sensitive.filter(({ config }) => !config?.records).map(named)).toEqual([])

  const { ours, own } = await makeTwoCompanies(runtime)
  const inSystem = <T>(act: Parameters<typeof inContext<T>>[2]) => inContext(runtime, systemActor(ours, 'test'), act)
  const deliveryId = randomUUID()
  const providerId = randomUUID()
  await inSystem(async (ctx) => {
    await sql`update exchange.webhook set up_to = 'confidential' where id = ${own.webhookId}`.execute(ctx.db)
    await sql`insert into exchange.delivery (webhook_id, id, event_type, subject, occurred_at, created_at, body, state)
      values (${own.webhookId}, ${deliveryId}, 'identity.account-locked', 'identity/people/x', ${ctx.now}, ${ctx.now}, '{}',
      'delivered')`.execute(ctx.db)
    await sql`insert into identity.provider (id, name, state, origin, domains, settings, revision, created_at) values (
      ${providerId}, 'Muster SSO', 'off', 'https://millrace.example', '{}', '{}', 1, ${ctx.now})`.execute(ctx.db)
  })
  const ids: Readonly<Record<string, string | number>> = { ...own, deliveryId, providerId }
  for (const [operation, path] of Object.entries(TOLD)) {
    const everything = BUILT_IN_ROLES.map((role) => ({ role, placeId: null }))
    const reader = await addPerson(runtime, ours, everything, `Reader of ${operation}`)
    const signedIn = await app.inject({
      ...{ method: 'POST', url: '/api/v1/identity/demo-sessions', payload: { personId: reader } },
    })
    const headers = { cookie: String(signedIn.headers['set-cookie']).split(';')[0] ?? '' }
    const url = `/api/v1${path.replaceAll(/:(\w+)/g, (_, name: string) => String(ids[name]))}`
    for (let again = 0; again < 2; again += 1) {
      const answer = await app.inject({ url, headers })
      expect(answer.statusCode, `${operation} ${answer.body}`).toBe(200)
    }
    const { rows } = await inSystem((ctx) =>
      sql<{ action: string; label: string | null }>`select action, detail ->> 'label' as label from audit.event
        where actor_id = ${reader} and action <> 'identity.session.create'`.execute(ctx.db),
    )
    const isExport = EXPORTS.includes(operation)
    expect(rows, operation).toHaveLength(isExport ? 2 : 1)
    if (!isExport) expect(rows[0]?.label, operation).toMatch(/^(personal|confidential)$/)
  }
  await app.close()
})
