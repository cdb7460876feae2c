import { type Classification, newId } from '@millrace/base'
import { identity } from '@millrace/identity'
import { createEquipment, createSite, plant } from '@millrace/plant'
import { type Actor, type Context, contextOn, forbidden, type Holding, type Runtime } from '@millrace/runtime'
import { test as base, somebody, withModules } from '@millrace/testing'
import { expect } from 'vitest'
import {
  deliveryMissing,
  eventCompanyWide,
  eventNotYours,
  eventTypeUnknown,
  type NewWebhook,
  placeUnknown,
  rangeInvalid,
  tooManyWebhooks,
  webhookMissing,
  webhookNameTaken,
  webhookNotActive,
} from './contract.ts'
import { getDelivery, listDeliveries, replayRange } from './deliveries.ts'
import { exchange } from './index.ts'
import {
  changeWebhook,
  createWebhook,
  getWebhook,
  listEventTypes,
  listWebhooks,
  moveWebhook,
  pauseWebhook,
  removeWebhook,
  resumeWebhook,
  testWebhook,
} from './webhooks.ts'

interface Plants {
  readonly siteId: string
  readonly otherSiteId: string
  readonly areaId: string
}

/** As people of one company with two plants; everything is rolled back. */
const test = base.extend<{
  plants: Plants
  acting: <T>(actor: Actor, act: (ctx: Context) => Promise<T>) => Promise<T>
}>({
  acting: async ({ runtime, ctx }, use) => {
    const whole: Runtime = withModules(runtime, [identity, plant, exchange])
    await use((actor, act) => contextOn(whole, actor, act, (run) => run(ctx.db)))
  },
  plants: async ({ ctx, acting }, use) => {
    const { enterpriseId } = ctx
    await use(
      await acting({ ...somebody(enterpriseId), kind: 'system' }, async (inside) => {
        await inside.db
          .insertInto('identity.enterprise')
          .values({ name: 'T', demo: false, createdAt: ctx.now })
          .execute()
        const place = { timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland', shifts: [] }
        const site = await createSite(inside, { name: 'Sursee', ...place })
        const other = await createSite(inside, { name: 'Querétaro', ...place })
        const area = await createEquipment(inside, { parentId: site.id, level: 'area', name: 'Milling' })
        return { siteId: site.id, otherSiteId: other.id, areaId: area.id }
      }),
    )
  },
})

const HOOK: NewWebhook = {
  ...{ name: 'ERP', url: 'https://erp.example/hook', eventTypes: ['plant.equipment-changed'], placeId: null },
}

function admin(enterpriseId: string, where: 'everywhere' | string[] = 'everywhere'): Actor {
  return somebody(enterpriseId, {
    'exchange:webhook:read': where,
    'exchange:webhook:write': where,
    'plant:equipment:read': where,
    'plant:gateway:read': where,
  })
}

const problemOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

test('its secret is told once, and reading it again shows everything but that', async ({ ctx, plants: _, acting }) => {
  const actor = admin(ctx.enterpriseId)
  const { webhook, secret } = await acting(actor, (one) => createWebhook(one, HOOK))
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  expect(webhook).toMatchObject({ ...HOOK, state: 'active', siteId: null, createdBy: 'Test Person', waitingCount: 0 })
  const again = await acting(actor, (one) => getWebhook(one, webhook.id))
  expect(again).toEqual(webhook)
  expect(await acting(actor, (one) => listWebhooks(one))).toEqual({ items: [webhook] })
})

// proves: T-E5 (webhooks)
test('a webhook carries nothing that its maker may not see: by permission, by place, by classification', async ({
  ctx,
  plants,
  acting,
}) => {
  const { enterpriseId } = ctx
  const hook = (eventTypes: string[], placeId: string | null = null) => ({ ...HOOK, eventTypes, placeId })
  const blind = somebody(enterpriseId, {
    'exchange:webhook:write': 'everywhere',
    'exchange:webhook:read': 'everywhere',
  })
  const refused = (actor: Actor, made: NewWebhook) => problemOf(acting(actor, (one) => createWebhook(one, made)))
  const unseen = await refused(blind, HOOK)
  expect(unseen).toBeProblem(eventNotYours)
  expect(unseen).toMatchObject({ data: { eventType: 'plant.equipment-changed', permission: 'plant:equipment:read' } })

  const local = admin(enterpriseId, [plants.siteId])
  expect(await refused(local, HOOK)).toBeProblem(forbidden)
  expect(await refused(local, hook(HOOK.eventTypes as string[], plants.otherSiteId))).toBeProblem(forbidden)
  expect(await refused(local, hook(HOOK.eventTypes as string[], plants.areaId))).toBeUndefined()

  const reader = (upTo: Classification): Actor => {
    const everywhere: readonly Holding[] = [{ where: 'everywhere', upTo }]
    const names = ['exchange:webhook:read', 'exchange:webhook:write', 'identity:person:read']
    return { ...somebody(enterpriseId), permissions: new Map(names.map((name) => [name, everywhere])) }
  }
  // Whom it is about and why are confidential.
  const locked = { ...hook(['identity.account-locked']), name: 'Locked' }
  expect(await refused(reader('internal'), locked)).toBeProblem(eventNotYours)
  expect(await refused(reader('confidential'), locked)).toBeUndefined()
})

test('what is added later is judged anew, what was there before goes on', async ({ ctx, plants: _, acting }) => {
  const full = admin(ctx.enterpriseId)
  const { webhook } = await acting(full, (one) =>
    createWebhook(one, { ...HOOK, eventTypes: ['plant.equipment-changed', 'plant.gateway-changed'] }),
  )
  const less = somebody(ctx.enterpriseId, {
    ...{ 'exchange:webhook:read': 'everywhere', 'exchange:webhook:write': 'everywhere' },
  })
  const change = (eventTypes: string[]) =>
    problemOf(acting(less, (one) => changeWebhook(one, webhook.id, { eventTypes })))
  expect(await change(['plant.gateway-changed'])).toBeUndefined()
  expect(await change(['plant.gateway-changed', 'plant.equipment-changed'])).toBeProblem(eventNotYours)
  const { eventTypes } = await acting(full, (one) => getWebhook(one, webhook.id))
  expect(eventTypes).toEqual(['plant.gateway-changed'])
})

test('each thing that makes no sense has its own refusal', async ({ ctx, plants, acting }) => {
  const actor = admin(ctx.enterpriseId)
  const refused = (change: Partial<NewWebhook>) =>
    problemOf(acting(actor, (one) => createWebhook(one, { ...HOOK, name: 'Another', ...change })))
  await acting(actor, (one) => createWebhook(one, HOOK))
  expect(await refused({ eventTypes: ['plant.exploded'] })).toBeProblem(eventTypeUnknown)
  expect(await refused({ placeId: crypto.randomUUID() })).toBeProblem(placeUnknown)
  const wide = await refused({ placeId: plants.siteId, eventTypes: ['plant.gateway-configuration-changed'] })
  expect(wide).toBeProblem(eventCompanyWide)
})

test('two webhooks have no name in common, and there are not too many', async ({ ctx, plants: _, acting }) => {
  const actor = admin(ctx.enterpriseId)
  for (let number = 0; number < 50; number += 1) {
    await acting(actor, (one) => createWebhook(one, { ...HOOK, name: `Hook ${number}` }))
  }
  expect(await problemOf(acting(actor, (one) => createWebhook(one, HOOK)))).toBeProblem(tooManyWebhooks)
  const [first, second] = (await acting(actor, (one) => listWebhooks(one))).items
  await acting(actor, (one) => removeWebhook(one, first?.id as never))
  // Last: a violated index ends the transaction.
  const renaming = acting(actor, (one) => changeWebhook(one, second?.id as never, { name: 'hook 7' }))
  expect(await problemOf(renaming)).toBeProblem(webhookNameTaken)
})

test('who sees one plant sees its webhooks only, and of the others not even that they are there', async ({
  ctx,
  plants,
  acting,
}) => {
  const full = admin(ctx.enterpriseId)
  const make = (name: string, placeId: string | null) =>
    acting(full, (one) => createWebhook(one, { ...HOOK, name, placeId })).then((made) => made.webhook)
  const [whole, here, area, there] = [
    await make('Whole', null),
    await make('Here', plants.siteId),
    await make('Area', plants.areaId),
    await make('There', plants.otherSiteId),
  ]
  const local = admin(ctx.enterpriseId, [plants.siteId])
  const { items } = await acting(local, (one) => listWebhooks(one))
  expect(items.map(({ name }) => name)).toEqual(['Here', 'Area'])
  for (const { id } of [whole, there]) {
    for (const act of [getWebhook, pauseWebhook, resumeWebhook, testWebhook, removeWebhook, listDeliveries] as const) {
      expect(await problemOf(acting<unknown>(local, (one) => act(one, id)))).toBeProblem(webhookMissing)
    }
    expect(await problemOf(acting(local, (one) => moveWebhook(one, id, 'https://a.example/')))).toBeProblem(
      webhookMissing,
    )
  }
  for (const { id } of [here, area]) await acting(local, (one) => pauseWebhook(one, id))
  const reader = somebody(ctx.enterpriseId, { 'exchange:webhook:read': 'everywhere' })
  expect(await problemOf(acting(reader, (one) => resumeWebhook(one, here.id)))).toBeProblem(forbidden)
})

test('only what is switched on can be tried out and replayed', async ({ ctx, plants: _, acting }) => {
  const actor = admin(ctx.enterpriseId)
  await acting(actor, async (one) => {
    const { webhook } = await createWebhook(one, HOOK)
    await pauseWebhook(one, webhook.id)
    const range = { fromAt: one.now, toAt: one.now }
    expect(await problemOf(testWebhook(one, webhook.id))).toBeProblem(webhookNotActive)
    expect(await problemOf(replayRange(one, webhook.id, range))).toBeProblem(webhookNotActive)
    expect(await problemOf(pauseWebhook(one, webhook.id))).toBeProblem(webhookNotActive)
    await resumeWebhook(one, webhook.id)
    expect(await replayRange(one, webhook.id, range)).toBe(0)
    const back = { fromAt: one.now, toAt: '2020-01-01T00:00:00.000Z' as never }
    expect(await problemOf(replayRange(one, webhook.id, back))).toBeProblem(rangeInvalid)
    const nothing = newId<'Delivery'>(1)
    expect(await problemOf(getDelivery(one, webhook.id, nothing))).toBeProblem(deliveryMissing)
  })
})

test('whoever may not see what an event is about sees that it was sent, and not what it says', async ({
  ctx,
  plants: _,
  acting,
}) => {
  const actor = admin(ctx.enterpriseId)
  const { webhook } = await acting(actor, (one) => createWebhook(one, HOOK))
  const id = newId<'Delivery'>(ctx.nowMs)
  await ctx.db
    .insertInto('exchange.delivery')
    .values({
      ...{ webhookId: webhook.id, id, eventType: 'plant.equipment-changed', subject: 'x', occurredAt: ctx.now },
      ...{ createdAt: ctx.now, body: '{"id":"1"}', state: 'delivered', dueAt: null },
    })
    .execute()
  const blind = somebody(ctx.enterpriseId, { 'exchange:webhook:read': 'everywhere' })
  expect(await acting(actor, (one) => getDelivery(one, webhook.id, id))).toMatchObject({ event: { id: '1' } })
  expect(await acting(blind, (one) => getDelivery(one, webhook.id, id))).toMatchObject({ event: null, id })
})

test('every write is in the trail, without the secret', async ({ ctx, plants: _, acting }) => {
  const actor = admin(ctx.enterpriseId)
  const secret = await acting(actor, async (one) => {
    const made = await createWebhook(one, HOOK)
    await changeWebhook(one, made.webhook.id, { name: 'New ERP' })
    await moveWebhook(one, made.webhook.id, 'https://new.example/')
    await pauseWebhook(one, made.webhook.id)
    await resumeWebhook(one, made.webhook.id)
    await testWebhook(one, made.webhook.id)
    await removeWebhook(one, made.webhook.id)
    return made.secret
  })
  const rows = await ctx.db
    .selectFrom('audit.event')
    .select(['action', 'detail'])
    .where('action', 'like', 'exchange.%')
    .execute()
  expect(rows.map(({ action }) => action).toSorted()).toEqual(
    ['change', 'create', 'move', 'pause', 'remove', 'resume', 'test'].map((verb) => `exchange.webhook.${verb}`),
  )
  expect(JSON.stringify(rows)).not.toContain(secret.slice(6))
})

test('the events to choose from say what each is, takes and concerns', async ({ ctx, acting }) => {
  const types = await acting(admin(ctx.enterpriseId), async (one) => listEventTypes(one))
  expect(types).toContainEqual({
    ...{ type: 'identity.account-locked', title: 'An account was locked because it read too much' },
    ...{ permission: 'identity:person:read', label: 'confidential', companyWide: true },
  })
})
