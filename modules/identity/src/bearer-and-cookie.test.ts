import { DAY_MS, instant, now } from '@millrace/base'
import { inContext, systemActor } from '@millrace/runtime'
import { test } from '@millrace/testing'
import { expect } from 'vitest'
import { createKey } from './api-keys.ts'
import { openCompany } from './testing/company.ts'

test('who brings a token is judged by it, not by the cookie that came along', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const administrator = await company.addPerson('Jonas', [{ role: 'it-admin', placeId: null }])
  const jonas = await company.signIn(administrator)
  const mia = await company.signIn(await company.addPerson('Mia', [{ role: 'operator', placeId: null }]))
  const expiresAt = instant(Date.parse(now()) + DAY_MS)
  const { secret } = await inContext(company.runtime, systemActor(company.enterpriseId, 'test'), (ctx) =>
    createKey(
      ctx,
      { name: 'Reporting', expiresAt, grants: [{ role: 'operator', placeId: null }] },
      { id: administrator.id, name: 'Jonas' },
    ),
  )
  const ask = async (path: string, authorization?: string) => {
    const answer = await company.app.inject({
      ...{ method: 'GET', url: `/api/v1/identity${path}` },
      headers: { host: 'localhost', cookie: jonas.cookie, ...(authorization !== undefined && { authorization }) },
    })
    return { status: answer.statusCode, name: answer.json().person?.name as string | undefined }
  }
  const miasToken = mia.cookie.slice(mia.cookie.indexOf('=') + 1)

  expect(await ask('/session')).toEqual({ status: 200, name: 'Jonas' })
  expect(await ask('/session', `Bearer ${miasToken}`)).toEqual({ status: 200, name: 'Mia' })
  // RFC 9110 §11.1: the name of a scheme is the same in any case.
  expect(await ask('/session', `bearer ${miasToken}`)).toEqual({ status: 200, name: 'Mia' })
  expect((await ask('/people')).status).toBe(200)
  expect((await ask('/people', `Bearer ${secret}`)).status, 'the key may not, whatever the cookie may').toBe(403)
  for (const wrong of ['Bearer', 'Bearer ', 'Bearer nonsense', `Bearer ${miasToken}x`]) {
    expect((await ask('/session', wrong)).status, wrong).toBe(401)
  }
  // Of another scheme, such as a proxy in front asks for: none of ours.
  expect(await ask('/session', 'Basic bWlsbDpyYWNl')).toEqual({ status: 200, name: 'Jonas' })
})
