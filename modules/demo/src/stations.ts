import { PAGE_LIMIT } from '@millrace/base'
import { type EnrolledStation, findDemoEnterprise, giveToken, listPeople, livingStations } from '@millrace/identity'
import type { StationId } from '@millrace/identity/contract'
import { inContext, type Runtime, systemActor } from '@millrace/runtime'
import { type DemoStations, demoAbsent } from './contract.ts'
import { pins } from './world.ts'

/** The stations of the demo company and the PINs to try there; nothing without it. */
export async function listDemoStations(runtime: Runtime): Promise<DemoStations> {
  const enterpriseId = await findDemoEnterprise(runtime)
  if (!enterpriseId) return { items: [], people: [] }
  return inContext(runtime, systemActor(enterpriseId, 'demo'), async (ctx) => {
    const stations = await livingStations(ctx)
    const everybody = await listPeople(ctx, { limit: PAGE_LIMIT, state: 'active' })
    return {
      items: stations.map(({ id, name, placeId }) => ({ id, name, placeId })),
      people: everybody.items.flatMap(({ id, name }) => {
        const pin = pins.get(name)
        return pin === undefined ? [] : [{ id, name, pin }]
      }),
    }
  })
}

/** Makes the browser that is answered a station of the demo company; the one that was it before is it no more. */
export async function enrolDemoStation(runtime: Runtime, id: string): Promise<EnrolledStation> {
  const enterpriseId = await findDemoEnterprise(runtime)
  if (!enterpriseId) throw demoAbsent('There is no demo company here.')
  return inContext(runtime, systemActor(enterpriseId, 'demo'), (ctx) => giveToken(ctx, id as StationId))
}
