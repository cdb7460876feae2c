import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { epochMs, newId } from '@millrace/base'
import { decodeMessage } from '@millrace/cloudevents'
import { type EnterpriseId, identity } from '@millrace/identity'
import { createEquipment, createSite, plant } from '@millrace/plant'
import {
  type Context,
  createOutbound,
  createOutbox,
  inContext,
  outboundRefused,
  parseOutboundAllow,
  type Resolve,
  type Runtime,
  secretsFrom,
  systemActor,
} from '@millrace/runtime'
import { createTestDatabase, type TestDatabase, testRuntime, withModules } from '@millrace/testing'
import { until } from '@millrace/testing/house'
import pg from 'pg'
import { Webhook as Verifier } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { DeliveryDetail, NewWebhook, Webhook, WebhookId } from './contract.ts'
import { startCourier } from './courier.ts'
import { forgetDeliveries, getDelivery, listDeliveries, replayDelivery, replayRange } from './deliveries.ts'
import { exchange } from './index.ts'
import type { CourierOrder } from './testing/courier-process.ts'
import { type Receiver, startReceiver } from './testing/receiver.ts'
import { createWebhook, getWebhook, pauseWebhook, resumeWebhook, rotateSecret, testWebhook } from './webhooks.ts'

// Real sockets, a real database, committed transactions.

const MODULES = [identity, plant, exchange]
/** The root key of every house, so that one goes on where another was killed. */
const ROOT = Buffer.alloc(32, 'the same key in every house')
const TIMEOUT_MS = 2000

let database: TestDatabase
let sql: pg.Client
const closing: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  // Behind the scenes, to look and to let time pass.
  sql = new pg.Client({ connectionString: database.url })
  sql.on('error', () => undefined)
  await sql.connect()
})

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  await sql.query('update exchange.webhook set state = $1', ['paused'])
})

afterAll(async () => {
  await sql.end()
  await database.drop()
})

async function receiver(): Promise<Receiver> {
  const started = await startReceiver()
  closing.push(started.close)
  return started
}

interface House {
  readonly runtime: Runtime
  as<T>(enterpriseId: EnterpriseId, act: (ctx: Context) => Promise<T>): Promise<T>
}

/** A program with outbox and courier, that may call these receivers. */
function openHouse(receivers: readonly Receiver[], more: { courier?: false; resolve?: Resolve } = {}): House {
  const allow = parseOutboundAllow(receivers.map(({ port }) => `127.0.0.1:${port}`).join(','))
  const outbox = createOutbox(
    () => runtime,
    exchange.listens ?? [],
    () => undefined,
  )
  const runtime: Runtime = {
    ...withModules(testRuntime(database.url), MODULES),
    outbound: createOutbound({ allow: allow.rules, ...(more.resolve && { resolve: more.resolve }) }),
    secrets: secretsFrom(ROOT),
    announced: (enterpriseId) => outbox.poke(enterpriseId),
  }
  const courier = more.courier ?? startCourier(runtime, { timeoutMs: TIMEOUT_MS, sweepMs: 100 })
  closing.push(async () => {
    if (courier) await courier.stop()
    await outbox.stop()
    await runtime.app.close()
  })
  return { runtime, as: (enterpriseId, act) => inContext(runtime, systemActor(enterpriseId, 'test'), act) }
}

/** A company with two plants. */
async function makeCompany({ as }: House) {
  const enterpriseId = newId<'Enterprise'>(Date.now())
  const made = await as(enterpriseId, async (ctx) => {
    // Only one company is founded in an installation; these are several.
    await ctx.db.insertInto('runtime.tenant').values({ enterpriseId }).execute()
    await ctx.db.insertInto('identity.enterprise').values({ name: 'Test', demo: false, createdAt: ctx.now }).execute()
    const place = { timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland', shifts: [] }
    const site = await createSite(ctx, { name: 'Sursee', ...place })
    const otherSite = await createSite(ctx, { name: 'Querétaro', ...place })
    const area = await createEquipment(ctx, { parentId: site.id, level: 'area', name: 'Milling' })
    const otherArea = await createEquipment(ctx, { parentId: otherSite.id, level: 'area', name: 'Milling' })
    return { enterpriseId, siteId: site.id, areaId: area.id, otherAreaId: otherArea.id }
  })
  // What happened so far is nobody's event.
  await until('an empty outbox', 10_000, async () => {
    const { rows } = await sql.query('select 1 from runtime.outbox where enterprise_id = $1', [enterpriseId])
    return rows.length === 0
  })
  return made
}
type Company = Awaited<ReturnType<typeof makeCompany>>

/** Subscribes a receiver to what happens to machines. */
function subscribe(
  { as }: House,
  { enterpriseId }: Company,
  webhook: Partial<NewWebhook> & { url: string },
): Promise<{ id: WebhookId; secret: string }> {
  return as(enterpriseId, async (ctx) => {
    const made = await createWebhook(ctx, {
      ...{ name: `Hook ${crypto.randomUUID()}`, eventTypes: ['plant.equipment-changed'], placeId: null },
      ...webhook,
    })
    return { id: made.webhook.id, secret: made.secret }
  })
}

/** Adds machines, each of which is an event. @returns their ids in order */
async function addMachines(
  house: House,
  company: Company,
  count: number,
  parentId = company.areaId,
): Promise<string[]> {
  const ids: string[] = []
  for (let number = 0; number < count; number += 1) {
    const machine = await house.as(company.enterpriseId, (ctx) =>
      createEquipment(ctx, { parentId, level: 'work-unit', name: `Mill ${crypto.randomUUID()}`, kind: 'mill' }),
    )
    ids.push(machine.id)
  }
  return ids
}

/** The machine an event is about. */
function machineOf({ body }: { body: string }): string {
  const event = JSON.parse(body) as { data: { equipmentId: string } }
  return event.data.equipmentId
}

const look = ({ as }: House, { enterpriseId }: Company, id: WebhookId) => as(enterpriseId, (ctx) => getWebhook(ctx, id))

/** Waits until a webhook is as wanted. */
function untilWebhook(house: House, company: Company, id: WebhookId, what: string, is: (webhook: Webhook) => boolean) {
  return until(what, 10_000, async () => {
    const webhook = await look(house, company, id)
    return is(webhook) && webhook
  })
}

/** The newest delivery of a webhook, with its attempts, once it has so many. */
function attemptsOf(house: House, company: Company, id: WebhookId, count = 1): Promise<DeliveryDetail> {
  return until(`attempt ${count}`, 10_000, () =>
    house.as(company.enterpriseId, async (ctx) => {
      const [newest] = (await listDeliveries(ctx, id)).items
      const detail = newest && (await getDelivery(ctx, id, newest.id))
      // Read one after the other: both have to know of it.
      return detail && Math.min(detail.attempts.length, detail.attemptCount) >= count && detail
    }),
  )
}

/** Lets the pauses of a webhook pass. */
async function letPausesPass(id: WebhookId): Promise<void> {
  await sql.query("update exchange.delivery set due_at = now() where webhook_id = $1 and state = 'waiting'", [id])
  await sql.query('update exchange.webhook set resume_at = null where id = $1', [id])
}

test('what happens arrives as a CloudEvent that an independent verifier accepts', async () => {
  const erp = await receiver()
  const house = openHouse([erp])
  const company = await makeCompany(house)
  const { secret } = await subscribe(house, company, { url: erp.url('/in?from=mill') })
  const [machineId] = await addMachines(house, company, 1)
  const [got] = await erp.until(1)
  expect(got?.path).toBe('/in?from=mill')
  const headers = Object.fromEntries(Object.entries(got?.headers ?? {}).map(([name, value]) => [name, String(value)]))
  expect(() => new Verifier(secret).verify(got?.body ?? '', headers)).not.toThrow()
  expect(() => new Verifier(secret).verify(`${got?.body} `, headers)).toThrow()
  const other = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
  expect(() => new Verifier(other).verify(got?.body ?? '', headers)).toThrow()
  const event = decodeMessage({ headers, body: got?.body ?? '' })
  expect(event).toMatchObject({
    id: got?.id,
    source: `urn:uuid:${company.enterpriseId}`,
    type: 'dev.millrace.plant.equipment-changed',
    subject: `plant/equipment/${machineId}`,
    data: { equipmentId: machineId, siteId: company.siteId },
  })
  expect(Math.abs(epochMs(event.time as never) - Date.now())).toBeLessThan(60_000)
  const delivery = await until('the attempt', 5000, async () => {
    const found = await attemptsOf(house, company, await idOf(company))
    return found.state === 'delivered' && found
  })
  expect(delivery.attempts[0]).toMatchObject({ number: 1, status: 204, failure: null })
})

async function idOf({ enterpriseId }: Company): Promise<WebhookId> {
  const { rows } = await sql.query('select id from exchange.webhook where enterprise_id = $1', [enterpriseId])
  return rows[0].id
}

// proves: T-B9, T-B10 (in their spirit: what is pushed outside)
test('a webhook is told what happens at its place, and never what happens in another company', async () => {
  const [everywhere, site, area, theirs] = await Promise.all([receiver(), receiver(), receiver(), receiver()])
  const house = openHouse([everywhere, site, area, theirs])
  const company = await makeCompany(house)
  const other = await makeCompany(house)
  await subscribe(house, company, { url: everywhere.url() })
  await subscribe(house, company, { url: site.url(), placeId: company.siteId })
  await subscribe(house, company, { url: area.url(), placeId: company.areaId })
  await subscribe(house, other, { url: theirs.url() })
  const here = await addMachines(house, company, 2)
  const elsewhere = await addMachines(house, company, 2, company.otherAreaId)
  const foreign = await addMachines(house, other, 2)
  // Another area of the same site.
  const yard = await house.as(company.enterpriseId, (ctx) =>
    createEquipment(ctx, { parentId: company.siteId, level: 'area', name: 'Yard' }),
  )
  await Promise.all([everywhere.until(5), site.until(3), theirs.until(2)])
  // One more, which everybody around hears last: what should not come would have come before it.
  const [last = ''] = await addMachines(house, company, 1)
  await Promise.all([everywhere.until(6), site.until(4), area.until(3)])
  expect(everywhere.received.map(machineOf)).toEqual([...here, ...elsewhere, yard.id, last])
  expect(site.received.map(machineOf)).toEqual([...here, yard.id, last])
  expect(area.received.map(machineOf)).toEqual([...here, last])
  expect(theirs.received.map(machineOf)).toEqual(foreign)
  for (const { body } of theirs.received) expect(body).not.toContain(company.enterpriseId)
})

test('events arrive in their order, one after the other, however long the receiver takes', async () => {
  const slow = await receiver()
  const house = openHouse([slow])
  const company = await makeCompany(house)
  let atOnce = 0
  let most = 0
  slow.answer = ({ body }, response) => {
    atOnce += 1
    most = Math.max(most, atOnce)
    setTimeout(
      () => {
        atOnce -= 1
        response.writeHead(200).end(body)
      },
      (slow.received.length * 7) % 30,
    )
  }
  await subscribe(house, company, { url: slow.url() })
  const machines = await addMachines(house, company, 20)
  await slow.until(20)
  expect(slow.received.map(machineOf)).toEqual(machines)
  expect(most).toBe(1)
})

test('while the receiver fails its events wait, and then arrive in their order under the same ids', async () => {
  const erp = await receiver()
  const house = openHouse([erp])
  const company = await makeCompany(house)
  erp.answer = (_got, response) => void response.writeHead(503).end('not now')
  const { id } = await subscribe(house, company, { url: erp.url() })
  const machines = await addMachines(house, company, 3)
  await untilWebhook(house, company, id, 'all to wait', (webhook) => webhook.waitingCount === 3)
  const failing = await untilWebhook(house, company, id, 'a failure', (webhook) => webhook.failingSince !== null)
  expect(failing).toMatchObject({ state: 'active', lastStatus: 503, waitingCount: 3 })
  expect(erp.received).toHaveLength(1)
  await letPausesPass(id)
  await erp.until(2)
  await untilWebhook(
    house,
    company,
    id,
    'the second failure',
    (webhook) => webhook.lastAttemptAt !== failing.lastAttemptAt,
  )
  erp.answer = (_got, response) => void response.writeHead(200).end()
  await letPausesPass(id)
  await erp.until(5)
  const [first, second, ...rest] = erp.received
  expect([first, second, ...rest].map((got) => machineOf(got as never))).toEqual([
    ...[machines[0], machines[0], machines[0], machines[1], machines[2]],
  ])
  expect(first?.id).toBe(second?.id)
  expect(first?.body).toBe(second?.body)
  const well = await untilWebhook(house, company, id, 'all delivered', (webhook) => webhook.waitingCount === 0)
  expect(well).toMatchObject({ failingSince: null, resumeAt: null, lastStatus: 200 })
})

test('an event that the receiver refuses steps aside, and the ones behind it arrive', async () => {
  const picky = await receiver()
  const house = openHouse([picky])
  const company = await makeCompany(house)
  let refused: string | undefined
  picky.answer = (got, response) => {
    refused ??= got.id
    response.writeHead(got.id === refused ? 422 : 200).end('I do not know this machine.')
  }
  const { id } = await subscribe(house, company, { url: picky.url() })
  const machines = await addMachines(house, company, 3)
  await picky.until(3)
  expect(picky.received.map(machineOf)).toEqual(machines)
  const webhook = await untilWebhook(house, company, id, 'the others', ({ waitingCount }) => waitingCount === 1)
  expect(webhook.state).toBe('active')
})

test('Retry-After leaves the receiver in peace for as long as it asks', async () => {
  const busy = await receiver()
  const house = openHouse([busy])
  const company = await makeCompany(house)
  busy.answer = (_got, response) => void response.writeHead(429, { 'retry-after': '600' }).end()
  const { id } = await subscribe(house, company, { url: busy.url() })
  await addMachines(house, company, 2)
  const { resumeAt, lastAttemptAt } = await untilWebhook(
    house,
    company,
    id,
    'the refusal',
    (one) => one.resumeAt !== null,
  )
  const pauseMs = epochMs(resumeAt as never) - epochMs(lastAttemptAt as never)
  expect(pauseMs).toBeGreaterThanOrEqual(600_000)
  expect(pauseMs).toBeLessThan(610_000)
  expect(busy.received).toHaveLength(1)
})

test('410 ends it: nothing waits, nothing is collected, and somebody is told', async () => {
  const [gone, watcher] = await Promise.all([receiver(), receiver()])
  const house = openHouse([gone, watcher])
  const company = await makeCompany(house)
  gone.answer = (_got, response) => void response.writeHead(410).end()
  await subscribe(house, company, { url: watcher.url(), eventTypes: ['exchange.webhook-disabled'] })
  const { id } = await subscribe(house, company, { url: gone.url(), name: 'Old ERP' })
  await addMachines(house, company, 2)
  const [told] = await watcher.until(1)
  expect(JSON.parse(told?.body ?? '')).toMatchObject({
    ...{ type: 'dev.millrace.exchange.webhook-disabled', subject: `exchange/webhooks/${id}` },
    data: { name: 'Old ERP', reason: 'The receiver said that it wants no events any more (410).' },
  })
  await addMachines(house, company, 1)
  expect(await look(house, company, id)).toMatchObject({ state: 'disabled', waitingCount: 0 })
  expect(gone.received).toHaveLength(1)
  const { rows } = await sql.query("select object from audit.event where action = 'exchange.webhook.disable'")
  expect(rows).toContainEqual({ object: `webhook ${id}` })
})

test('a receiver that fails for more than three days is switched off; switched on again it gets what waits', async () => {
  const dead = await receiver()
  const house = openHouse([dead])
  const company = await makeCompany(house)
  dead.answer = (_got, response) => void response.writeHead(500).end()
  const { id } = await subscribe(house, company, { url: dead.url() })
  await addMachines(house, company, 2)
  await dead.until(1)
  await untilWebhook(house, company, id, 'a failure', (webhook) => webhook.failingSince !== null)
  await sql.query("update exchange.delivery set first_try_at = now() - interval '77 hours' where tries > 0")
  await sql.query("update exchange.webhook set failing_since = now() - interval '77 hours' where id = $1", [id])
  await letPausesPass(id)
  const off = await untilWebhook(house, company, id, 'the end', (webhook) => webhook.state === 'disabled')
  expect(off).toMatchObject({ stateReason: 'Nothing arrived for more than three days.', waitingCount: 1 })
  const { items } = await house.as(company.enterpriseId, (ctx) => listDeliveries(ctx, id, { state: 'failed' }))
  expect(items).toHaveLength(1)
  dead.answer = (_got, response) => void response.writeHead(200).end()
  await house.as(company.enterpriseId, (ctx) => resumeWebhook(ctx, id))
  await untilWebhook(house, company, id, 'the rest', (webhook) => webhook.waitingCount === 0)
  expect(await look(house, company, id)).toMatchObject({ state: 'active', stateReason: null, failingSince: null })
})

test('one that hangs is left after the time-out, one that redirects is not followed, one that never ends is cut', async () => {
  const [hangs, redirects, endless, inside] = await Promise.all([receiver(), receiver(), receiver(), receiver()])
  const house = openHouse([hangs, redirects, endless, inside])
  const company = await makeCompany(house)
  hangs.answer = () => undefined
  redirects.answer = (_got, response) => void response.writeHead(307, { location: inside.url() }).end('over there')
  endless.answer = (_got, response) => {
    const more = () => {
      response.write('x'.repeat(65_536))
      response.once('drain', more)
    }
    more()
  }
  const hooks = await Promise.all(
    [hangs, redirects, endless].map((one) => subscribe(house, company, { url: one.url() })),
  )
  await addMachines(house, company, 1)
  const [hung, redirected, cut] = await Promise.all(hooks.map(({ id }) => attemptsOf(house, company, id)))
  expect(hung?.attempts[0]).toMatchObject({ status: null, failure: '127.0.0.1 did not answer in time.' })
  expect(hung?.attempts[0]?.durationMs).toBeGreaterThanOrEqual(TIMEOUT_MS - 50)
  expect(redirected).toMatchObject({ state: 'waiting', attempts: [{ status: 307, answer: 'over there' }] })
  expect(cut).toMatchObject({ state: 'delivered', attempts: [{ status: 200, failure: null }] })
  expect(cut?.attempts[0]?.answer).toBe('x'.repeat(1024))
  expect(inside.received).toEqual([])
})

// proves: T-H2 (webhooks)
test('a webhook never calls inside: not when it is made, and not when its name leads there later', async () => {
  const inside = await receiver()
  const house = openHouse([], { resolve: async () => [{ address: '127.0.0.1', family: 4 }] })
  const company = await makeCompany(house)
  for (const url of [
    inside.url(),
    'https://10.0.0.1/',
    'http://hooks.example/',
    'https://u:p@hooks.example/',
    'ftp://x',
  ]) {
    const refusal = await subscribe(house, company, { url }).catch((error: unknown) => error)
    expect(refusal, url).toBeProblem(outboundRefused)
  }
  const { id } = await subscribe(house, company, { url: `https://hooks.example:8443/` })
  await addMachines(house, company, 1)
  const { attempts } = await attemptsOf(house, company, id)
  expect(attempts[0]?.failure).toBe('hooks.example is not on the public internet (loopback), and no setting opens it.')
  expect(inside.received).toEqual([])
})

test('after a change of the secret both are valid for a day', async () => {
  const erp = await receiver()
  const house = openHouse([erp])
  const company = await makeCompany(house)
  const { id, secret } = await subscribe(house, company, { url: erp.url() })
  const changed = await house.as(company.enterpriseId, (ctx) => rotateSecret(ctx, id))
  expect(changed.webhook.previousSecretUntil).not.toBeNull()
  const accepts = (text: string, index: number) => {
    const { body, headers } = erp.received[index] ?? { body: '', headers: {} }
    const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
    try {
      new Verifier(text).verify(body, texts)
      return true
    } catch {
      return false
    }
  }
  await addMachines(house, company, 1)
  await erp.until(1)
  expect([accepts(secret, 0), accepts(changed.secret, 0)]).toEqual([true, true])
  await sql.query("update exchange.webhook set previous_until = now() - interval '1 second' where id = $1", [id])
  await addMachines(house, company, 1)
  await erp.until(2)
  expect([accepts(secret, 1), accepts(changed.secret, 1)]).toEqual([false, true])
})

test('the secret lies sealed in the database', async () => {
  const house = openHouse([])
  const company = await makeCompany(house)
  const { id, secret } = await subscribe(house, company, { url: 'https://hooks.example/' })
  const { rows } = await sql.query('select secret, previous_secret from exchange.webhook where id = $1', [id])
  const plain = Buffer.from(secret.slice('whsec_'.length), 'base64')
  expect(plain).toHaveLength(32)
  expect((rows[0].secret as Buffer).includes(plain)).toBe(false)
  expect(JSON.stringify(await look(house, company, id))).not.toContain(secret.slice(6))
})

test('a webhook whose secret cannot be opened says so, and does not keep the others waiting', async () => {
  const [erp, other] = await Promise.all([receiver(), receiver()])
  const house = openHouse([erp, other])
  const company = await makeCompany(house)
  const broken = await subscribe(house, company, { url: erp.url() })
  await subscribe(house, company, { url: other.url() })
  await sql.query("update exchange.webhook set secret = 'from another installation' where id = $1", [broken.id])
  await addMachines(house, company, 2)
  await other.until(2)
  const { lastFailure } = await untilWebhook(house, company, broken.id, 'a failure', (one) => one.lastFailure !== null)
  expect(lastFailure).toBe('Its secret cannot be opened here. Give it a new one.')
  expect(erp.received).toEqual([])
})

test('while it is paused events wait; they arrive when it goes on', async () => {
  const erp = await receiver()
  const house = openHouse([erp])
  const company = await makeCompany(house)
  const { id } = await subscribe(house, company, { url: erp.url() })
  await house.as(company.enterpriseId, (ctx) => pauseWebhook(ctx, id))
  const machines = await addMachines(house, company, 2)
  await untilWebhook(house, company, id, 'both to wait', ({ waitingCount }) => waitingCount === 2)
  expect(erp.received).toEqual([])
  await house.as(company.enterpriseId, (ctx) => resumeWebhook(ctx, id))
  await erp.until(2)
  expect(erp.received.map(machineOf)).toEqual(machines)
})

test('one event, or those of a time, are sent once more under the same ids and in their order', async () => {
  const erp = await receiver()
  const house = openHouse([erp])
  const company = await makeCompany(house)
  const { id } = await subscribe(house, company, { url: erp.url() })
  await addMachines(house, company, 3)
  await erp.until(3)
  await untilWebhook(house, company, id, 'all', ({ waitingCount }) => waitingCount === 0)
  const ids = erp.received.map((got) => got.id)
  const { enterpriseId } = company
  await house.as(enterpriseId, (ctx) => replayDelivery(ctx, id, ids[1] as never))
  await erp.until(4)
  const { items } = await house.as(enterpriseId, (ctx) => listDeliveries(ctx, id))
  const [third, second, first] = items
  const count = await house.as(enterpriseId, (ctx) =>
    replayRange(ctx, id, { fromAt: first?.occurredAt as never, toAt: third?.occurredAt as never }),
  )
  expect(count).toBe(new Set([first?.occurredAt, second?.occurredAt]).size === 1 ? count : 2)
  await erp.until(4 + count)
  expect(erp.received.map((got) => got.id)).toEqual([...ids, ids[1], ...ids.slice(0, count)])
  const { attempts } = await until('all attempts', 5000, async () => {
    const detail = await house.as(enterpriseId, (ctx) => getDelivery(ctx, id, ids[1] as never))
    return detail.attempts.length === 3 && detail
  })
  expect(attempts.map(({ number, status }) => [number, status])).toEqual([
    [3, 204],
    [2, 204],
    [1, 204],
  ])
})

test('a test event says that it is one', async () => {
  const erp = await receiver()
  const house = openHouse([erp])
  const company = await makeCompany(house)
  const { id } = await subscribe(house, company, { url: erp.url() })
  const delivery = await house.as(company.enterpriseId, (ctx) => testWebhook(ctx, id))
  const [got] = await erp.until(1)
  expect(got?.id).toBe(delivery.id)
  expect(JSON.parse(got?.body ?? '')).toMatchObject({ type: 'dev.millrace.exchange.test', id: delivery.id })
})

test('a company whose receivers hang does not keep others waiting', async () => {
  const hung = await Promise.all([1, 2, 3, 4, 5, 6].map(() => receiver()))
  const quick = await receiver()
  const house = openHouse([...hung, quick])
  for (const one of hung) one.answer = () => undefined
  const slow = await makeCompany(house)
  const fast = await makeCompany(house)
  for (const one of hung) await subscribe(house, slow, { url: one.url() })
  await subscribe(house, fast, { url: quick.url() })
  await addMachines(house, slow, 3)
  await hung[0]?.until(1)
  const machines = await addMachines(house, fast, 10)
  await quick.until(10)
  expect(quick.received.map(machineOf)).toEqual(machines)
})

// proves: T-J1 (webhooks)
test('nothing is lost when the process is killed: what was on its way comes again under the same id', async () => {
  const erp = await receiver()
  const house = openHouse([erp], { courier: false })
  const company = await makeCompany(house)
  const { id } = await subscribe(house, company, { url: erp.url() })
  const machines = await addMachines(house, company, 12)
  await untilWebhook(house, company, id, 'all to wait', ({ waitingCount }) => waitingCount === 12)
  const order: CourierOrder = {
    ...{ databaseUrl: database.url, rootKey: ROOT.toString('base64'), timeoutMs: TIMEOUT_MS },
    allow: `127.0.0.1:${erp.port}`,
  }
  let kills = 0
  for (const after of [2, 5]) {
    const child = fork(fileURLToPath(new URL('./testing/courier-process.ts', import.meta.url)))
    const gone = new Promise((resolve) => child.once('exit', resolve))
    // Killed when a request has arrived and before it is answered: nobody in the program knows what became of it.
    erp.answer = (_got, response) => {
      if (erp.received.length < after) response.writeHead(204).end()
      else child.kill('SIGKILL')
    }
    child.send(order)
    await erp.until(after, 30_000)
    await gone
    kills += 1
    // The next one may begin at once: nobody holds the line any more.
    await sql.query('update exchange.webhook set leased_until = null where id = $1', [id])
  }
  expect(kills).toBe(2)
  erp.answer = (_got, response) => void response.writeHead(204).end()
  openHouse([erp])
  await untilWebhook(house, company, id, 'everything', ({ waitingCount }) => waitingCount === 0)
  const byId = Map.groupBy(erp.received, (got) => got.id)
  expect([...byId.values()].map(([got]) => machineOf(got as never))).toEqual(machines)
  for (const same of byId.values()) expect(new Set(same.map((got) => got.body)).size).toBe(1)
  expect(erp.received.length).toBeGreaterThan(machines.length)
})

test('the line of a killed process is free again when its lease ends', async () => {
  const erp = await receiver()
  const house = openHouse([erp], { courier: false })
  const company = await makeCompany(house)
  const { id } = await subscribe(house, company, { url: erp.url() })
  await addMachines(house, company, 1)
  await untilWebhook(house, company, id, 'it to wait', ({ waitingCount }) => waitingCount === 1)
  await sql.query("update exchange.webhook set leased_until = now() + interval '1500 milliseconds' where id = $1", [id])
  const startedMs = performance.now()
  openHouse([erp])
  await erp.until(1)
  expect(performance.now() - startedMs).toBeGreaterThan(1000)
})

test('deliveries are forgotten after a month and beyond ten thousand, and what waited is counted', async () => {
  const house = openHouse([], { courier: false })
  const company = await makeCompany(house)
  const { id } = await subscribe(house, company, { url: 'https://hooks.example/' })
  await sql.query(
    `insert into exchange.delivery (enterprise_id, webhook_id, id, event_type, subject, occurred_at, created_at, body, state,
       due_at)
     select $1, $2, gen_random_uuid(), 'x', 'x', now(), now() - case when n <= 5 then interval '31 days' else interval '0' end,
       '{}', case when n <= 8 then 'waiting' else 'delivered' end, case when n <= 8 then now() end
     from generate_series(1, 10020) n order by n`,
    [company.enterpriseId, id],
  )
  await house.as(company.enterpriseId, forgetDeliveries)
  const { rows } = await sql.query(
    'select count(*)::int as count, min(seq) as first from exchange.delivery where webhook_id = $1',
    [id],
  )
  expect(rows[0].count).toBe(10_000)
  expect(await look(house, company, id)).toMatchObject({ waitingCount: 0, droppedCount: 8 })
})
