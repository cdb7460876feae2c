import { DAY_MS, later } from '@millrace/base'
import { defineModule } from '@millrace/http'
import { createQuotas, extend, inContext, NO_QUOTAS, systemActor } from '@millrace/runtime'
import { test } from '@millrace/testing'
import { expect } from 'vitest'
import { storedBytes } from './extension-points.ts'
import { identity } from './index.ts'
import type { Limits } from './quota-contract.ts'
import { saveUse } from './quota-store.ts'
import { keepQuotaUse, measureStorage } from './quota-use.ts'
import { openCompany } from './testing/company.ts'

/** Stands for the module that keeps much. */
const store = defineModule({ name: 'store', extends: [extend(storedBytes, async () => 4096)] })

test('limits say what is allowed, used and was used, who was told to wait, and what is stored', async ({ runtime }) => {
  const quotas = createQuotas(
    () => ({ ...NO_QUOTAS, requestsEach: 5, samples: 100 }),
    () => 0,
  )
  const company = await openCompany({ ...runtime, quotas }, { modules: [identity, store] })
  const jonas = await company.signIn(await company.addPerson('Jonas', [{ role: 'it-admin', placeId: null }]))
  const mia = await company.signIn(await company.addPerson('Mia', [{ role: 'operator', placeId: null }]))
  const asSystem = systemActor(company.enterpriseId, 'test')

  expect(await mia.call('GET', '/limits')).toMatchObject({ status: 403, code: 'runtime/forbidden' })
  // Twenty at once after a quiet time; one is gone.
  for (let asked = 0; asked < 19; asked += 1) expect((await mia.call('GET', '/session')).status).toBe(200)
  expect(await mia.call('GET', '/session')).toMatchObject({ status: 429, code: 'runtime/limited' })
  await inContext(company.runtime, asSystem, async (ctx) => {
    await saveUse(ctx.db, [
      { quota: 'samples', peak: 40, measuredAt: ctx.now },
      { quota: 'samples', peak: 90, measuredAt: later(ctx.now, -2 * DAY_MS) },
      { quota: 'samples', peak: 99, measuredAt: later(ctx.now, -9 * DAY_MS) },
    ])
    await measureStorage(ctx)
  })
  await keepQuotaUse(company.runtime).stop()

  const { status, body } = await jonas.call<Limits>('GET', '/limits')
  expect(status).toBe(200)
  const of = (quota: string) => body.limits.find((one) => one.quota === quota)
  expect(of('samples')).toEqual({ quota: 'samples', amount: 100, now: 0, peakToday: 40, peakWeek: 90 })
  expect(of('requestsEach')?.amount).toBe(5)
  expect(of('sockets')?.amount, 'unlimited').toBeNull()
  expect(body.limited).toMatchObject([{ quota: 'requestsEach', kind: 'person', name: 'Mia', count: 1 }])
  expect(body.storedBytes).toBe(4096)

  const demo = await openCompany({ ...runtime, quotas }, { demo: true, modules: [identity, store] })
  const nadia = await demo.signIn(await demo.addPerson('Nadia', [{ role: 'plant-manager', placeId: null }]))
  const theirs = await nadia.call<Limits>('GET', '/limits')
  expect(theirs.body.limited).toEqual([])
  expect(theirs.body.limits.find(({ quota }) => quota === 'samples')?.peakWeek).toBe(0)
})
