import { newId } from '@millrace/base'
import { createEnterprise, createPerson, type EnterpriseId, holdControl, identity } from '@millrace/identity'
import { controlElsewhere } from '@millrace/identity/contract'
import { createSite, plant } from '@millrace/plant'
import { type Actor, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { somebody, test, withModules } from '@millrace/testing'
import { expect } from 'vitest'
import { control } from './index.ts'

const COMMAND = 'control:command:request'

/** A company with two plants, and somebody who may control both. */
async function given(runtime: Runtime): Promise<{ actor: Actor; here: string; there: string }> {
  const enterpriseId = newId<'Enterprise'>(Date.now()) as EnterpriseId
  return inContext(runtime, systemActor(enterpriseId, 'test'), async (ctx) => {
    await createEnterprise(ctx, { id: enterpriseId, name: 'Ours', demo: true })
    const place = { timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland', shifts: [] }
    const here = await createSite(ctx, { name: 'Here', ...place })
    const there = await createSite(ctx, { name: 'There', ...place })
    const person = { name: 'Chiara', email: 'chiara@ours.example', title: '', grants: [], passwordHash: null }
    const id = await createPerson(ctx, person)
    const signIn = { sessionId: newId(Date.now()), level: 2 as const, station: false, address: undefined }
    const actor = { ...somebody(enterpriseId, { [COMMAND]: 'everywhere' }), id, signIn }
    return { actor, here: here.id, there: there.id }
  })
}

// proves: T-B6 (in part: nobody controls two plants at once)
test('whoever controls machines in one plant cannot reach those of another', async ({ runtime: bare }) => {
  const runtime = withModules(bare, [identity, plant, control])
  const { actor, here, there } = await given(runtime)
  const hold = (siteId: string) => inContext(runtime, actor, (ctx) => holdControl(ctx, siteId))
  // At the same moment one of the two wins, and only one.
  const [first, second] = await Promise.allSettled([hold(here), hold(there)])
  expect([first.status, second.status].sort()).toEqual(['fulfilled', 'rejected'])
  const [mine, other] = first.status === 'fulfilled' ? [here, there] : [there, here]
  await hold(mine)
  await expect(hold(other)).rejects.toBeProblem(controlElsewhere)
  await hold(mine)
})
