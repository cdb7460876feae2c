import { DAY_MS, type Decimal, HOUR_MS, type Instant, instant, later, newId, now } from '@millrace/base'
import { createApp, defineModule } from '@millrace/http'
import { changeReceipt, createMaterial, createReceipt, materials, setBill } from '@millrace/materials'
import { plant } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { type Actor, answering, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { createTestDatabase, somebody, testRuntime } from '@millrace/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { OrderId } from './contract.ts'
import { planning } from './index.ts'
import { createOrder } from './orders.ts'
import { policyOf } from './policy-rules.ts'
import { createProduct, listProducts } from './products.ts'
import { listOpenKeys } from './proposal-store.ts'
import type { ReactionPolicy } from './reaction-contract.ts'
import type { Cause, Proposal, Schedule } from './schedule-contract.ts'
import { type GivenSite, givenSite } from './testing/given-site.ts'
import type { Trouble } from './trouble-rules.ts'
import { follow, watchWork } from './watch.ts'

const amount = (text: string) => text as Decimal
const OURS = newId<'Enterprise'>(1)
const ALL = ['order:read', 'order:write', 'schedule:read', 'schedule:plan', 'schedule:publish']
const holding = (permissions: readonly string[]) =>
  somebody(OURS, Object.fromEntries(permissions.map((permission) => [`planning:${permission}`, 'everywhere'])))
const people = new Map<string, Actor>([
  ['planner', holding(ALL)],
  ['operator', holding(['order:read', 'schedule:read'])],
])
const signIn = defineModule({
  name: 'sign-in',
  authenticators: [async ({ cookie }) => people.get(cookie('who') ?? '')],
})
const modules = [signIn, plant, materials, planning]

// Plannings and repairs one after the other, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })
const PATIENCE = { timeout: 60_000, interval: 100 }

let runtime: Runtime
let app: Awaited<ReturnType<typeof createApp>>
let site: GivenSite
let end: () => Promise<void>

beforeAll(async () => {
  const database = await createTestDatabase()
  runtime = { ...testRuntime(database.url), answer: answering(modules.flatMap((module) => module.extends ?? [])) }
  await sql`insert into runtime.tenant (enterprise_id) values (${OURS})`.execute(runtime.app.kysely)
  const running = await planning.start?.(runtime)
  app = await createApp({ runtime, modules, version: 'test' })
  end = async () => {
    await app.close()
    await running?.stop()
    await runtime.app.close()
    await database.drop()
  }
  site = await inContext(runtime, system(), givenSite)
  // Due so late that nothing a search finds, or does not find on a busy machine, makes anybody late.
  for (let i = 0; i < 6; i += 1)
    await inContext(runtime, system(), (ctx) => site.order(ctx, { quantity: 600, dueAt: later(ctx.now, 14 * DAY_MS) }))
  await ask('POST', '/runs', { siteId: site.siteId, budgetS: 1 })
  const { revision } = await vi.waitFor(async () => {
    const shown = await schedule()
    expect(shown.run?.state).toBe('done')
    return shown
  }, PATIENCE)
  expect((await ask('POST', '/draft/publish', { siteId: site.siteId, revision })).status).toBe(204)
}, 120_000)
afterAll(() => end())

const system = () => systemActor(OURS, 'test')

async function ask<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object, who = 'planner') {
  const answer = await app.inject({
    ...{ method, url: `/api/v1/planning${path}`, headers: { cookie: `who=${who}` } },
    ...(body && { payload: body }),
  })
  return { status: answer.statusCode, body: answer.body === '' ? (null as T) : (answer.json() as T) }
}

const schedule = async () => (await ask<Schedule>('GET', `/schedule?siteId=${site.siteId}`)).body

/** What is seen at one look: everything of these causes that goes on. */
const look = (causes: readonly Cause[], troubles: readonly Trouble[]) =>
  inContext(runtime, system(), (ctx) => follow(ctx, site.siteId, causes, troubles))

async function proposed(cause: Cause): Promise<Proposal> {
  return vi.waitFor(async () => {
    const found = (await schedule()).proposals.filter((one) => one.cause === cause)
    expect(found).toHaveLength(1)
    return found[0] as Proposal
  }, PATIENCE)
}

async function accepted({ id }: Proposal): Promise<Schedule> {
  expect(await ask('POST', `/proposals/${id}/accept`)).toEqual({ status: 204, body: null })
  const after = await schedule()
  expect(after.operations.filter(({ conflict }) => conflict !== null)).toEqual([])
  expect(after.proposals.map((one) => one.id)).not.toContain(id)
  return after
}

async function published(): Promise<void> {
  const { revision } = await schedule()
  expect(await ask('POST', '/draft/publish', { siteId: site.siteId, revision })).toEqual({ status: 204, body: null })
}

/** Locks, in the draft, the last operation of some. */
async function locked(which: (operation: Schedule['operations'][number]) => boolean): Promise<void> {
  const [last] = (await schedule()).operations
    .filter((one) => one.placement && !one.placement.locked && which(one))
    .sort((a, b) => (b.placement?.startAt ?? '').localeCompare(a.placement?.startAt ?? ''))
  if (!last?.placement) throw new Error('There is no such operation.')
  const { operationId, placement } = last
  const changes = [{ operationId, before: placement, after: { ...placement, locked: true } }]
  expect((await ask('POST', '/draft/changes', { siteId: site.siteId, changes })).status).toBe(200)
}

const stopped = (sinceMs: number): Trouble => ({
  ...{ siteId: site.siteId, cause: 'stopped', workUnitId: site.mills[0], sinceMs },
  ...{ repairMs: 5 * HOUR_MS, alarm: 'B1 Breakdown' },
})

test('a stop has one proposal, made anew when the plan changes, put aside when the machine runs, and a decision holds', async () => {
  const since = Date.now()
  await look(['stopped'], [stopped(since)])
  const first = await proposed('stopped')
  await look(['stopped'], [stopped(since)])
  expect((await proposed('stopped')).id).toBe(first.id)

  // Somebody locks what it does not speak of: whoever reads it is not disturbed.
  const basis = async () => (await inContext(runtime, system(), (ctx) => listOpenKeys(ctx.db, site.siteId)))[0]?.basis
  const before = await basis()
  const moved = new Set<string>(first.changes.map(({ operationId }) => operationId))
  await locked(({ operationId }) => !moved.has(operationId))
  await look(['stopped'], [stopped(since)])
  await vi.waitFor(async () => expect(await basis()).not.toBe(before), PATIENCE)
  expect(await proposed('stopped')).toEqual(first)

  // And now something that it wants to move: what was proposed does not fit any more.
  await locked(({ operationId }) => moved.has(operationId))
  await look(['stopped'], [stopped(since)])
  const next = await vi.waitFor(async () => {
    const one = await proposed('stopped')
    expect(one.id).not.toBe(first.id)
    return one
  }, PATIENCE)
  expect(next).toMatchObject({ subject: first.subject, renewedBecause: 'the plan has changed' })
  await ask('POST', '/draft/discard', { siteId: site.siteId })

  await look(['stopped'], [])
  expect((await schedule()).proposals).toEqual([])
  expect(await ask('POST', `/proposals/${next.id}/accept`)).toMatchObject({
    ...{ status: 409, body: { code: 'planning/proposal-decided' } },
  })

  await look(['stopped'], [stopped(since)])
  const again = await proposed('stopped')
  expect((await ask('POST', `/proposals/${again.id}/dismiss`, { reason: 'It runs soon.' })).status).toBe(204)
  await look(['stopped'], [stopped(since)])
  expect((await schedule()).proposals).toEqual([])
})

test('a slow machine takes longer from now on, and is as fast as usual again when that is measured', async () => {
  const slow = (ratio: number): Trouble => ({ siteId: site.siteId, cause: 'slow', workUnitId: site.mills[0], ratio })
  await look(['slow'], [slow(1.5)])
  const proposal = await proposed('slow')
  expect(proposal.title).toBe('Mill 1 takes 50 % longer for each piece than usual')
  expect(proposal.changes.every(({ why }) => why !== '')).toBe(true)
  const after = await accepted(proposal)
  const lengths = (shown: Schedule) =>
    shown.operations.flatMap(({ operationId, alternatives, state }) =>
      state === 'scheduled'
        ? alternatives
            .filter(({ workUnitId }) => workUnitId === site.mills[0])
            .map(({ durationS }) => [operationId, durationS] as const)
        : [],
    )
  const quantity = new Map(after.orders.map((one) => [one.id, one.quantity]))
  const scheduled = lengths(after)
  expect(scheduled.length).toBeGreaterThan(0)
  for (const [operationId, durationS] of scheduled)
    expect(durationS).toBe((quantity.get(operationId.slice(0, 36) as OrderId) ?? 0) * 90)
  await published()

  await look(['slow'], [slow(1)])
  const back = await proposed('slow')
  expect(back.title).toBe('Mill 1 is as fast as usual again')
  const usual = lengths(await accepted(back))
  for (const [operationId, durationS] of usual)
    expect(durationS).toBe((quantity.get(operationId.slice(0, 36) as OrderId) ?? 0) * 60)
  await published()
})

let scrappedBefore: OrderId | undefined

test('scrap is made again in its operation', async () => {
  const shown = await schedule()
  const [operation] = shown.operations.filter(
    ({ operationId, state }) => operationId.endsWith('.1') && state !== 'done',
  )
  const order = shown.orders.find(({ id }) => id === operation?.orderId)
  if (!operation?.placement || !order) throw new Error('Nothing is planned.')
  const { workUnitId } = operation.placement
  await look(['scrap'], [scrapOf(order.id, workUnitId, order.quantity, 60)])
  const proposal = await proposed('scrap')
  expect(proposal.title).toBe(`60 pieces of ${order.number} Milling are scrap`)
  const after = await accepted(proposal)
  scrappedBefore = order.id
  const again = after.operations.find(({ operationId }) => operationId === operation.operationId)
  expect(again?.alternatives[0]?.durationS).toBe((order.quantity + 60) * 60)
  await published()
})

const scrapOf = (orderId: OrderId, workUnitId: EquipmentId, quantity: number, scrapped: number): Trouble => ({
  ...{ siteId: site.siteId, cause: 'scrap', workUnitId, orderId, position: 1, quantity, scrapped, planned: 0 },
})

test('people who are missing are counted out at once, and a repair before a failure is kept free', async () => {
  const { body: capacity } = await ask<{ groups: { id: string }[] }>('GET', `/capacity?siteId=${site.siteId}`)
  const wish = {
    ...{ siteId: site.siteId, groupId: capacity.groups[0]?.id, count: 2, note: null },
    ...{ startAt: now(), endAt: later(now(), 40 * HOUR_MS) },
  }
  expect((await ask('POST', '/absences', { ...wish, count: 5 })).status).toBe(422)
  expect((await ask('POST', '/absences', { ...wish, endAt: wish.startAt })).status).toBe(422)
  expect((await ask('POST', '/absences', wish, 'operator')).status).toBe(403)
  const reported = await ask<{ id: string }>('POST', '/absences', wish)
  expect(reported.status).toBe(201)
  const proposal = await proposed('absent')
  expect(proposal.title).toMatch(/^2 of Grinders are missing from \w{3} \d\d:\d\d to \w{3} \d\d:\d\d$/)
  await accepted(proposal)
  await published()
  expect((await ask('DELETE', `/absences/${reported.body.id}`)).status).toBe(204)
  expect((await ask<{ items: unknown[] }>('GET', `/absences?siteId=${site.siteId}`)).body.items).toEqual([])

  const failsMs = Date.now() + 40 * HOUR_MS
  const failure: Trouble = {
    ...{ siteId: site.siteId, cause: 'predicted-failure', workUnitId: site.mills[1], failsMs, repairMs: 4 * HOUR_MS },
    ...{ findingId: newId<'Finding'>(1), what: 'Spindle bearing is failing' },
  }
  await look(['predicted-failure'], [failure])
  const repair = await proposed('predicted-failure')
  expect(repair.assumption).toMatch(/^4 h are kept free for its repair/)
  const after = await accepted(repair)
  const lane = after.lanes.find(({ workUnitId }) => workUnitId === site.mills[1])
  const kept = lane?.exceptions.find(({ kind }) => kind === 'maintenance')
  expect(Date.parse(kept?.endAt ?? '') - Date.parse(kept?.startAt ?? '')).toBe(4 * HOUR_MS)
  expect(Date.parse(kept?.endAt ?? '')).toBeLessThanOrEqual(failsMs)
  if (after.shown === 'draft') await published()
})

test('what waits for a delivery moves behind it when it comes later, or has not come at all', async () => {
  const { siteId } = site
  const made = await inContext(runtime, system(), async (ctx) => {
    const strip = await createMaterial(ctx, { code: 'STRIP', name: 'Strip 2.5 mm', unit: 'kg', kind: 'part' })
    const blade = await createMaterial(ctx, { code: 'BLADE', name: 'Blade', unit: 'pcs', kind: 'part' })
    const item = { componentId: strip.id, quantityPer: amount('2'), scrapRatio: 0, stepName: 'Milling' }
    await setBill(ctx, blade.id, [item])
    const receipt = await createReceipt(ctx, {
      ...{ siteId, materialId: strip.id, quantity: amount('240'), reference: 'PO 4711', supplier: null },
      expectedAt: later(ctx.now, HOUR_MS),
    })
    const [first] = await listProducts(ctx, siteId)
    if (!first) throw new Error('No product was made.')
    const { id: _, ...like } = first
    const { id: productId } = await createProduct(ctx, { ...like, code: 'STRIPPED', materialId: blade.id })
    // In such a hurry that it is planned within a day.
    const dueAt = later(ctx.now, 4 * HOUR_MS)
    const order = await createOrder(ctx, {
      ...{ siteId, number: 'W-1', productId, quantity: 120, priority: 1, customer: null, releaseAt: ctx.now, dueAt },
    })
    return { receipt, order }
  })
  await ask('POST', '/runs', { siteId, budgetS: 1 })
  await vi.waitFor(async () => expect((await schedule()).run?.state).toBe('done'), PATIENCE)
  await published()
  const milling = async () =>
    (await schedule()).operations.find(({ operationId }) => operationId === `${made.order.id}.1`)?.placement?.startAt
  const expectedAt = (at: Instant) =>
    inContext(runtime, system(), (ctx) => changeReceipt(ctx, made.receipt.id, { expectedAt: at }))
  const watched = () => inContext(runtime, system(), watchWork)
  await watched()
  expect((await schedule()).proposals.filter(({ cause }) => cause === 'late-delivery')).toEqual([])

  const comesMs = Date.parse((await milling()) ?? '') + 3 * HOUR_MS
  await expectedAt(instant(comesMs))
  await watched()
  const proposal = await proposed('late-delivery')
  expect(proposal.title).toMatch(/^Strip 2\.5 mm, PO 4711 comes later, \w{3} \d\d:\d\d$/)
  expect(proposal).toMatchObject({ assumption: 'Taken to come when it is expected now.', workUnitId: null })
  expect(proposal.changes).toContainEqual(expect.objectContaining({ operationId: `${made.order.id}.1` }))
  await accepted(proposal)
  expect(Date.parse((await milling()) ?? '')).toBeGreaterThanOrEqual(comesMs)
  await published()

  // It is not there, and nobody said so.
  await expectedAt(later(now(), -HOUR_MS))
  await watched()
  const overdue = await proposed('late-delivery')
  expect(overdue.title).toMatch(/^Strip 2\.5 mm, PO 4711 has not come, it was expected /)
  await accepted(overdue)
  expect(Date.parse((await milling()) ?? '')).toBeGreaterThan(Date.now() + 23 * HOUR_MS)
  await published()
})

test('the policy applies what is small and publishes it, people take it back, and it rests when they do so too often', async () => {
  const { siteId } = site
  const unset = await ask<ReactionPolicy>('GET', `/reaction-policy?siteId=${siteId}`)
  expect(unset.body).toMatchObject({ enabled: false, setBy: null })
  const { rejectionCount: _, suspendedAt: __, setAt: ___, setBy: ____, ...usual } = policyOf(siteId)
  const policy = { ...usual, enabled: true, causes: ['scrap'], movesMax: 100, shiftHoursMax: 168, rejectionsMax: 2 }
  expect((await ask('PUT', '/reaction-policy', policy, 'operator')).status).toBe(403)
  expect((await ask('PUT', '/reaction-policy', policy)).status).toBe(200)

  /** The last lot of all, so that nothing frozen is behind it, of which no scrap was decided about yet. */
  const last = async () => {
    const shown = await schedule()
    const [operation] = shown.operations
      .filter(
        ({ operationId, orderId, placement }) => operationId.endsWith('.1') && orderId !== scrappedBefore && placement,
      )
      .sort((a, b) => (b.placement?.startAt ?? '').localeCompare(a.placement?.startAt ?? ''))
    const order = shown.orders.find(({ id }) => id === operation?.orderId)
    if (!operation?.placement || !order) throw new Error('Nothing is planned.')
    return { order, operation, placement: operation.placement }
  }
  for (const round of [1, 2]) {
    const { order, operation, placement } = await last()
    await look(['scrap'], [scrapOf(order.id, placement.workUnitId, order.quantity, 40 * round)])
    const applied = await vi.waitFor(async () => {
      const shown = await schedule()
      // What stays a proposal says why in its summary.
      expect(shown).toMatchObject({ applied: [{ title: expect.stringContaining('scrap') }], proposals: [] })
      return shown
    }, PATIENCE)
    expect(applied).toMatchObject({ shown: 'published', publishedBy: 'the policy', proposals: [] })
    const [one] = applied.applied
    expect((await ask('POST', `/proposals/${one?.id}/take-back`, undefined, 'operator')).status).toBe(403)
    expect(await ask('POST', `/proposals/${one?.id}/take-back`)).toEqual({ status: 204, body: null })
    const back = await schedule()
    expect(back).toMatchObject({ shown: 'published', publishedBy: 'Test Person', applied: [] })
    const there = back.operations.find(({ operationId }) => operationId === operation.operationId)
    expect(there?.placement).toEqual(placement)
    expect(there?.alternatives).toEqual(operation.alternatives)
    expect(await ask('POST', `/proposals/${one?.id}/take-back`)).toMatchObject({
      ...{ status: 409, body: { code: 'planning/not-applied' } },
    })
  }
  const rests = await ask<ReactionPolicy>('GET', `/reaction-policy?siteId=${siteId}`)
  expect(rests.body).toMatchObject({ enabled: true, rejectionCount: 2, suspendedAt: expect.any(String) })
  const { order, placement } = await last()
  await look(['scrap'], [scrapOf(order.id, placement.workUnitId, order.quantity, 200)])
  await proposed('scrap')
  expect((await schedule()).applied).toEqual([])
  // Saved anew it works again.
  const woken = await ask<ReactionPolicy>('PUT', '/reaction-policy', policy)
  expect(woken.body).toMatchObject({ rejectionCount: 0, suspendedAt: null })
  expect(instant(Date.parse(woken.body.setAt ?? ''))).toBe(woken.body.setAt)
})
