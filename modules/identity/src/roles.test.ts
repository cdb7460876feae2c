import { DAY_MS, instant, newId } from '@millrace/base'
import { extend, inContext, type Permission, type Runtime, systemActor } from '@millrace/runtime'
import { test, withModules } from '@millrace/testing'
import { expect } from 'vitest'
import { createKey, listKeys } from './api-keys.ts'
import { type EnterpriseId, keyControlsPlants, rangeInvalid, zoneMissing } from './contract.ts'
import { createEnterprise } from './enterprises.ts'
import { companySites, type KnownPlace, knownPlaces } from './extension-points.ts'
import { type RoleId, roleHeld, roleNameTaken } from './grant-contract.ts'
import { identity } from './index.ts'
import { changeZone, createZone, listZones } from './network-zones.ts'
import { createPerson } from './people.ts'
import { listReach } from './reach.ts'
import { createRole, listRoles, removeRole } from './roles.ts'

const HERE = '0199aaaa-0000-7000-8000-000000000001'
const THERE = '0199aaaa-0000-7000-8000-000000000002'
const MILL = '0199aaaa-0000-7000-8000-000000000003'

/** Two plants and a machine, as plant would know them. */
const PLACES = new Map<string, KnownPlace>([
  [HERE, { siteId: HERE, name: 'Here', level: 'site', equipment: 'all' }],
  [THERE, { siteId: THERE, name: 'There', level: 'site', equipment: 'all' }],
  [MILL, { siteId: HERE, name: 'Mill', level: 'work-unit', equipment: new Set([MILL]) }],
])
const control: Permission = {
  ...{ name: 'control:command:request', title: 'Send commands', kind: 'control', label: 'internal' },
  roles: ['operator'],
}
const plants = {
  permissions: [control],
  extends: [
    extend(knownPlaces, async (_, ids) => new Map([...PLACES].filter(([id]) => ids.includes(id)))),
    extend(companySites, async () => [
      { id: HERE, name: 'Here' },
      { id: THERE, name: 'There' },
    ]),
  ],
}

/** A company with somebody of this role at a place, and an administrator. */
async function given(runtime: Runtime) {
  const enterpriseId = newId<'Enterprise'>(Date.now()) as EnterpriseId
  const within = withModules(runtime, [identity, plants])
  const act = <T>(run: Parameters<typeof inContext<T>>[2]) => inContext(within, systemActor(enterpriseId, 'test'), run)
  // One company for each test in one database: only the demo and one other may be founded.
  await act((ctx) => createEnterprise(ctx, { id: enterpriseId, name: 'Ours', demo: false }))
  const add = (name: string, grants: Parameters<typeof createPerson>[1]['grants']) =>
    act((ctx) => createPerson(ctx, { name, email: `${name}@ours.example`, title: '', grants, passwordHash: null }))
  return { act, add }
}

test('roles, zones, keys and reach of a company with two plants', async ({ runtime }) => {
  const { act, add } = await given(runtime)
  const administrator = await add('Jonas', [{ role: 'it-admin', placeId: null }])

  const setter = await act((ctx) => createRole(ctx, { name: 'Setter', permissions: ['control:command:request'] }))
  for (const name of ['Operator', 'PLANT MANAGER', 'it-admin']) {
    await expect(act((ctx) => createRole(ctx, { name, permissions: [] }))).rejects.toBeProblem(roleNameTaken)
  }
  await add('Urs', [
    { role: setter.id, placeId: MILL },
    { role: setter.id, placeId: THERE, conditions: { expiresAt: instant(0) } },
  ])
  await add('Lena', [
    { role: setter.id, placeId: HERE },
    { role: 'operator', placeId: THERE },
  ])
  const removal = act((ctx) => removeRole(ctx, setter.id as RoleId))
  await expect(removal).rejects.toBeProblem(roleHeld)
  await expect(removal).rejects.toThrow('Lena, Urs hold Setter.')
  const roles = await act((ctx) => listRoles(ctx))
  expect(roles.find((role) => role.id === setter.id)).toMatchObject({ holders: 2, builtIn: false })
  expect(roles.find((role) => role.id === 'plant-manager')).toMatchObject({ name: 'Plant manager', builtIn: true })

  // proves: T-B6 (in part: what one account can touch in each plant, and which reaches the machines of two)
  const reach = await act((ctx) => listReach(ctx, {}))
  const of = (name: string) => reach.items.find((one) => one.name === name)
  expect(of('Urs')).toMatchObject({ controls: 1, plants: [{ siteId: HERE, kinds: ['control'], whole: false }] })
  expect(of('Lena')).toMatchObject({ controls: 2, plants: [{ siteId: HERE, whole: true }, { siteId: THERE }] })
  expect(of('Jonas')).toMatchObject({ controls: 0 })

  const expiresAt = instant(Date.now() + DAY_MS)
  const key = (name: string, grants: Parameters<typeof createKey>[1]['grants']) =>
    act((ctx) => createKey(ctx, { name, expiresAt, grants }, { id: administrator, name: 'Jonas' }))
  await expect(key('Both', [{ role: 'operator', placeId: null }])).rejects.toBeProblem(keyControlsPlants)
  const twoPlants = [HERE, THERE].map((placeId) => ({ role: setter.id, placeId }))
  await expect(key('Both', twoPlants)).rejects.toBeProblem(keyControlsPlants)
  await key('One', [
    { role: 'operator', placeId: MILL },
    { role: setter.id, placeId: HERE },
  ])
  const { items: keys } = await act((ctx) => listKeys(ctx, { state: 'working' }))
  expect(keys).toMatchObject([{ name: 'One', createdByName: 'Jonas' }])
  expect((await act((ctx) => listKeys(ctx, { state: 'ended' }))).items).toEqual([])
  expect((await act((ctx) => listReach(ctx, { kind: 'key' }))).items).toMatchObject([{ name: 'One', controls: 1 }])

  const zone = await act((ctx) => createZone(ctx, { name: 'Office', ranges: ['10.0.0.0/8'] }))
  await add('Vera', [{ role: 'vendor', placeId: MILL, conditions: { zones: ['Office'] } }])
  expect(await act((ctx) => listZones(ctx))).toMatchObject([{ name: 'Office', people: 1, keys: 0 }])
  const changed = await act((ctx) => changeZone(ctx, zone.id, { ranges: ['192.168.0.0/16', 'fd00::/8'] }))
  expect(changed).toMatchObject({ name: 'Office', ranges: ['192.168.0.0/16', 'fd00::/8'], people: 1 })
  for (const range of ['10.0.0.0', '10.0.0.0/33', '::/129', '10.0.0.0/8x', 'office']) {
    await expect(act((ctx) => changeZone(ctx, zone.id, { ranges: [range] }))).rejects.toBeProblem(rangeInvalid)
  }
  await expect(act((ctx) => changeZone(ctx, MILL, { ranges: ['10.0.0.0/8'] }))).rejects.toBeProblem(zoneMissing)
})
