import { inContext, systemActor } from '@millrace/runtime'
import { test } from '@millrace/testing'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { openCompany } from './testing/company.ts'
import { addPasskey, confirmed } from './testing/factors.ts'

test('the break-glass code opens one session, tells everybody, and is used up', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const person = await company.addPerson('Chief', [{ role: 'it-admin', placeId: null }])
  const chief = await company.signIn(person)
  const { authenticator } = await addPasskey(chief)
  const withPasskey = ({ passkey }: { passkey?: { challenge: string } }) => ({
    passkey: authenticator.show(passkey ?? { challenge: '' }),
  })
  const prepare = (name: string) => confirmed<{ code: string }>(chief, ['POST', '/break-glass', { name }], withPasskey)
  expect((await chief.call('GET', '/break-glass')).body).toEqual({ ready: null, uses: [] })
  expect((await chief.call('POST', '/break-glass', { name: 'Red box' })).code).toBe('identity/step-up-needed')
  const first = await prepare('Red box')
  const { body: prepared } = await prepare('Red envelope')
  expect(prepared.code).toMatch(/^([0-9A-Z]{4}-){7}[0-9A-Z]{4}$/)
  expect((await chief.call('GET', '/break-glass')).body.ready).toMatchObject({
    name: 'Red envelope',
    preparedBy: 'Chief',
  })

  const use = (name: string, code: string, browser = company.browser()) =>
    browser.call('POST', '/break-glass-sessions', { name, code })
  const refusals = [
    ['Red envelope', '0000-0000-0000-0000-0000-0000-0000-0000'],
    ['Nothing such', prepared.code],
    // Taken back when another one was prepared.
    ['Red box', first.body.code],
    ['Red envelope', 'ünfug'],
  ] as const
  for (const [name, code] of refusals) expect((await use(name, code)).code).toBe('identity/sign-in-refused')

  const browsers = [company.browser(), company.browser()]
  const answers = await Promise.all(browsers.map((browser) => use(' red ENVELOPE', prepared.code, browser)))
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 403])
  expect(answers.find(({ status }) => status === 403)?.code).toBe('identity/break-glass-spent')
  const rescuer = browsers[answers.findIndex(({ status }) => status === 201)]
  expect((await rescuer?.call('GET', '/session'))?.body).toMatchObject({ level: 2, person: { name: 'Red envelope' } })

  // What is risky is confirmed with the paper.
  const act = ['PUT', `/people/${person.id}/grants`, { grants: [] }] as const
  const asked = await rescuer?.call(...act)
  expect(asked?.body.methods).toEqual(['break-glass-code'])
  const confirm = (breakGlassCode: string) =>
    rescuer?.call('POST', `/step-ups/${asked?.body.stepUpId}/confirm`, { breakGlassCode })
  expect((await confirm(first.body.code))?.code).toBe('identity/step-up-refused')
  expect((await confirm(prepared.code))?.status).toBe(201)

  const { body: seen } = await chief.call('GET', '/break-glass')
  expect(seen).toMatchObject({ ready: null, uses: [{ name: 'Red envelope', acknowledgedAt: null }] })
  const told = await inContext(company.runtime, systemActor(company.enterpriseId, 'test'), (ctx) =>
    sql<{ type: string }>`select type from runtime.outbox where type = 'identity.break-glass-used'
      union all select action from audit.event where action = 'identity.break-glass.use'`.execute(ctx.db),
  )
  expect(told.rows.map(({ type }) => type).sort()).toEqual(['identity.break-glass-used', 'identity.break-glass.use'])
  expect((await chief.call('POST', '/break-glass/acknowledge')).status).toBe(204)
  expect((await chief.call('GET', '/break-glass')).body.uses[0]).toMatchObject({ acknowledgedBy: 'Chief' })

  // Preparing the next one ends whoever came in with the last.
  await prepare('Red envelope')
  expect((await rescuer?.call('GET', '/session'))?.code).toBe('http/sign-in-needed')
  const anybody = await company.signIn(await company.addPerson('Any'))
  expect((await anybody.call('GET', '/break-glass')).code).toBe('runtime/forbidden')
  await company.app.close()
}, 60_000)
