import { createApp, defineModule } from '@millrace/http'
import { type Context, inContext, type Permission, type Runtime, systemActor } from '@millrace/runtime'
import { createTestDatabase, testRuntime, withModules } from '@millrace/testing'
import { createEnterprise, createKey, createPerson, type EnterpriseId, identity, type PersonId } from '../index.ts'
import { recordOpened } from '../read-budget.ts'

const PERMISSION = 'designs:design:read'
const permission: Permission = {
  ...{ name: PERMISSION, title: 'See designs', kind: 'read', label: 'trade-secret', roles: ['engineer'] },
}

/** Somewhere to watch: a stream that its reader loses with the account. */
export const DESIGNS_TOPIC = 'designs.changes'

/** A module with designs at each plant: opening one is told, listing what plants there are is not. */
const designs = defineModule({
  name: 'designs',
  permissions: [permission],
  topics: [{ pattern: DESIGNS_TOPIC, permission: PERMISSION }],
  routes: async (app) => {
    app.get('/plants', { config: { permission: PERMISSION } }, (request) =>
      app.inContext(request, async () => ({ items: SITES })),
    )
    app.get('/:siteId/:designId', { config: { permission: PERMISSION, records: true } }, (request) =>
      app.inContext(request, async (ctx) => {
        const { siteId, designId } = request.params as { siteId: string; designId: string }
        await recordOpened(ctx, {
          ...{ action: 'designs.design.open', label: 'trade-secret', siteId },
          ...{ objects: [`design ${designId}`], name: `Drawing ${designId}` },
        })
        return { designId }
      }),
    )
  },
})

export const SITES = [
  '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11',
  '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b12',
  '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b13',
] as const
const ENTERPRISE = '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b10' as EnterpriseId
const DAY_MS = 86_400_000

export interface DesignOffice {
  readonly runtime: Runtime
  readonly app: Awaited<ReturnType<typeof createApp>>
  /** Adds somebody who is signed in. */
  add(name: string, role: string): Promise<{ id: PersonId; headers: Readonly<Record<string, string>> }>
  /** Makes a key of a role everywhere. */
  addKey(name: string, role: string, by: PersonId): Promise<{ id: string; headers: Readonly<Record<string, string>> }>
  inSystem<T>(act: (ctx: Context) => Promise<T>): Promise<T>
  end(): Promise<void>
}

/** A company with designs in three plants, and the server in front of it. */
export async function openDesignOffice(): Promise<DesignOffice> {
  const database = await createTestDatabase()
  const modules = [identity, designs]
  const runtime = withModules(testRuntime(database.url), modules)
  const app = await createApp({ runtime, modules, version: 'test' })
  const inSystem = <T>(act: (ctx: Context) => Promise<T>) => inContext(runtime, systemActor(ENTERPRISE, 'test'), act)
  await inSystem((ctx) => createEnterprise(ctx, { id: ENTERPRISE, name: 'Ours', demo: true }))
  return {
    ...{ runtime, app, inSystem },
    add: async (name, role) => {
      const grants = [{ role, placeId: null }]
      const id = await inSystem((ctx) =>
        createPerson(ctx, { name, email: `${name}@ours.example`, title: '', grants, passwordHash: null }),
      )
      const answer = await app.inject({
        ...{ method: 'POST', url: '/api/v1/identity/demo-sessions', payload: { personId: id } },
      })
      return { id, headers: { cookie: String(answer.headers['set-cookie']).split(';')[0] ?? '' } }
    },
    addKey: async (name, role, by) => {
      const made = await inSystem((ctx) => {
        const expiresAt = new Date(ctx.nowMs + DAY_MS).toISOString() as typeof ctx.now
        return createKey(ctx, { name, expiresAt, grants: [{ role, placeId: null }] }, { id: by, name })
      })
      return { id: made.key.id, headers: { authorization: `Bearer ${made.secret}` } }
    },
    end: async () => {
      await app.close()
      await runtime.app.close()
      await database.drop()
    },
  }
}
