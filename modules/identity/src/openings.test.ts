import { inContext, type Runtime, systemActor } from '@millrace/runtime'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { forgetLongAgo, recordOpened } from './read-budget.ts'
import { openCompany } from './testing/company.ts'
import { type DesignOffice, openDesignOffice, SITES } from './testing/designs.ts'

let office: DesignOffice
beforeAll(async () => {
  office = await openDesignOffice()
})
afterAll(() => office.end())

interface Told {
  readonly action: string
  readonly object: string
  readonly siteId: string | null
  readonly detail: Readonly<Record<string, unknown>>
}

/** What the trail says somebody looked at, oldest first. */
async function toldOf(actorId: string): Promise<Told[]> {
  const { rows } = await office.inSystem((ctx) =>
    sql<Told>`select action, object, site_id, detail from audit.event where actor_id = ${actorId}
      and action ~ '[.](open|list)$' order by id`.execute(ctx.db),
  )
  return rows
}

test('opening something sensitive is told with who, what, label and place, once within a quarter of an hour', async () => {
  const reader = await office.add('Karin', 'engineer')
  const open = async (design: string) => {
    const url = `/api/v1/designs/${SITES[1]}/${design}`
    expect((await office.app.inject({ url, headers: reader.headers })).statusCode).toBe(200)
  }
  await open('blade-7')
  await open('blade-7')
  await Promise.all(Array.from({ length: 6 }, () => open('blade-8')))
  const blade = (n: number) => ({
    ...{ action: 'designs.design.open', object: `design blade-${n}`, siteId: SITES[1] },
    detail: { label: 'trade-secret', name: `Drawing blade-${n}` },
  })
  expect(await toldOf(reader.id)).toEqual([blade(7), blade(8)])

  await ago(reader.id, 14)
  await open('blade-7')
  expect(await toldOf(reader.id)).toHaveLength(2)
  await ago(reader.id, 1)
  await open('blade-7')
  await open('blade-7')
  expect(await toldOf(reader.id)).toEqual([blade(7), blade(8), blade(7)])
})

/** Makes everything that was told of somebody so many minutes older. */
async function ago(holderId: string, minutes: number): Promise<void> {
  await office.inSystem((ctx) =>
    sql`update identity.opened_object set told_at = told_at - make_interval(mins => ${minutes})
      where holder_id = ${holderId}`.execute(ctx.db),
  )
}

test('opening several things at once is one event that names them all', async () => {
  const { id } = await office.add('Otto', 'engineer')
  const request = { id: crypto.randomUUID(), address: null, device: null, told: 0, refused: [] }
  const runtime: Runtime = { ...office.runtime, request }
  const objects = ['design a', 'design b', 'design c']
  await inContext(runtime, { kind: 'person', id, name: 'Otto', ...(await whereabouts()) }, (ctx) =>
    recordOpened(ctx, { action: 'designs.design.open', label: 'confidential', siteId: null, objects }),
  )
  const { rows } = await office.inSystem((ctx) =>
    sql<{ objects: string[] }>`select objects from audit.event where actor_id = ${id}`.execute(ctx.db),
  )
  expect(rows.map((row) => row.objects.toSorted())).toEqual([objects])
})

async function whereabouts() {
  return office.inSystem(async ({ enterpriseId }) => ({ enterpriseId, permissions: new Map() }))
}

test('the system opens things unseen, and ordinary reads write nothing at all', async () => {
  const reader = await office.add('Paul', 'engineer')
  await office.inSystem((ctx) =>
    recordOpened(ctx, { action: 'designs.design.open', label: 'personal', siteId: null, objects: ['design s'] }),
  )
  const count = () =>
    office.inSystem(async (ctx) => {
      const { rows } = await sql<{ n: number }>`select (select count(*) from identity.opened_object)
        + (select count(*) from audit.event) as n`.execute(ctx.db)
      return rows[0]?.n
    })
  const before = await count()
  for (const url of ['designs/plants', 'identity/session', 'identity/roles', 'identity/sessions', 'identity/factors']) {
    const answer = await office.app.inject({ url: `/api/v1/${url}`, headers: reader.headers })
    expect([url, answer.statusCode]).toContain(url.includes('roles') ? 403 : 200)
  }
  const own = await office.app.inject({ url: `/api/v1/identity/people/${reader.id}`, headers: reader.headers })
  expect(own.statusCode).toBe(200)
  expect(await count()).toBe(before)
})

test('what was opened is forgotten after an hour, and the trail remembers', async () => {
  const reader = await office.add('Rosa', 'engineer')
  const url = `/api/v1/designs/${SITES[0]}/old`
  await office.app.inject({ url, headers: reader.headers })
  await office.inSystem((ctx) =>
    sql`update identity.opened_object set opened_at = opened_at - interval '61 minutes'
      where holder_id = ${reader.id}`.execute(ctx.db),
  )
  await office.inSystem(forgetLongAgo)
  await office.app.inject({ url, headers: reader.headers })
  expect(await toldOf(reader.id)).toHaveLength(2)
})

test('everything personal or confidential that identity shows of others is told in the trail', async () => {
  const company = await openCompany(office.runtime)
  const lena = await company.addPerson('Lena')
  const chief = await company.addPerson('Chief', [{ role: 'it-admin', placeId: null }])
  const browser = await company.signIn(chief)
  for (const path of [
    '/people',
    `/people/${lena.id}`,
    `/people/${lena.id}/sessions`,
    `/people/${lena.id}/factors`,
    `/people/${lena.id}/access`,
    '/badges',
    '/api-keys',
    '/provisioning/tokens',
    '/reach',
    '/audit-events',
  ]) {
    expect([path, (await browser.call('GET', path)).status]).toEqual([path, 200])
    await browser.call('GET', path)
  }
  const { rows } = await inContext(company.runtime, systemActor(company.enterpriseId, 'test'), (ctx) =>
    sql<Told>`select action, object, site_id, detail from audit.event where actor_id = ${chief.id}
      and action ~ '[.](open|list)$' order by id`.execute(ctx.db),
  )
  const [entry, all] = [`person ${lena.id}`, `enterprise ${company.enterpriseId}`]
  expect(rows.map(({ action, object, detail }) => [action, object, detail.label, detail.name])).toEqual([
    ['identity.person.list', all, 'personal', undefined],
    ['identity.person.open', entry, 'personal', 'Lena'],
    ['identity.session.list', entry, 'personal', 'Lena'],
    ['identity.factors.open', entry, 'personal', 'Lena'],
    ['identity.access.open', entry, 'personal', 'Lena'],
    ['identity.badge.list', all, 'personal', undefined],
    ['identity.api-key.list', all, 'confidential', undefined],
    ['identity.provisioning-token.list', all, 'confidential', undefined],
    ['identity.audit.list', all, 'personal', undefined],
  ])
  await company.app.close()
})
