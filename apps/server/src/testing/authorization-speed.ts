import { Agent, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createApp, defineModule } from '@millrace/http'
import { createEquipment, createSite, listEquipment } from '@millrace/plant'
import { authorize, inContext, type Runtime, systemActor } from '@millrace/runtime'
import pg from 'pg'
import { modules } from '../modules.ts'
import { measureTrailCost } from './trail-cost.ts'
import { addPerson, makeTwoCompanies } from './two-companies.ts'

const MACHINES = 40
const ROUNDS = 300
const CALLS_PER_ROUND = 50
const REQUESTS = 1500
const WARM_UP = 300

/** How long a decision takes by table and by policy, and what a request costs over the bare handler. */
export async function measureAuthorization(runtime: Runtime, databaseUrl: string): Promise<Record<string, number>> {
  const { ours, own } = await makeTwoCompanies(runtime)
  const siteId = String(own.siteId)
  await inContext(runtime, systemActor(ours, 'measure'), async (ctx) => {
    const site = await createSite(ctx, {
      ...{ name: 'Third', timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland', shifts: [] },
    })
    const area = await createEquipment(ctx, { parentId: site.id, level: 'area', name: 'Area' })
    for (let index = 0; index < MACHINES; index += 1) {
      await createEquipment(ctx, { parentId: area.id, level: 'work-unit', name: `Machine ${index}`, kind: 'mill' })
    }
  })
  const personId = await addPerson(runtime, ours, [
    { role: 'plant-manager', placeId: siteId },
    { role: 'engineer', placeId: String(own.areaId) },
    { role: 'executive', placeId: null },
  ])

  // The same read twice: as every route is guarded, and with nothing around it.
  const bare = new pg.Pool({ connectionString: databaseUrl, max: 5 })
  const decisions: Record<string, number> = {}
  const probe = defineModule({
    name: 'probe',
    routes: async (app) => {
      app.get('/guarded', { config: { permission: 'plant:equipment:read' } }, (call) =>
        app.inContext(call, async (ctx) => ({ items: await listEquipment(ctx) })),
      )
      app.get('/bare', { config: { permission: 'public' } }, async () => {
        const { rows } = await bare.query(
          `select id, parent_id as "parentId", site_id as "siteId", level, name, kind, position, site from plant.equipment
           where enterprise_id = $1 order by case level when 'site' then 0 when 'area' then 1 when 'work-center' then 2 else 3 end,
           position, name limit 5000`,
          [ours],
        )
        return { items: rows }
      })
      app.get('/decide', { config: { permission: 'plant:equipment:read' } }, ({ actor }) => {
        if (!actor) throw new Error('Nobody is signed in.')
        const place = { siteId, equipmentId: String(own.workUnitId) }
        decisions.fastPathUsP50 = median(() => authorize(actor, 'telemetry:signal:read', place))
        decisions.cedarUsP50 = median(() => authorize(actor, 'control:command:request', place))
        return {}
      })
    },
  })
  const app = await createApp({
    runtime,
    modules: [...modules.map(({ start: _, ...one }) => one), probe],
    version: 'test',
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/api/v1`
  const opened = await fetch(`${url}/identity/demo-sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ personId }),
  })
  const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''

  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = async (path: string): Promise<number> => {
    const beganMs = performance.now()
    const answer = await new Promise<IncomingMessage>((resolve, reject) =>
      get(`${url}/probe/${path}`, { headers: { cookie }, agent }, resolve).on('error', reject),
    )
    const body = await text(answer)
    if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}: ${body}`)
    return performance.now() - beganMs
  }
  await ask('decide')
  await ask('decide')
  const timesMs: Record<'guarded' | 'bare', number[]> = { guarded: [], bare: [] }
  // In turns, so that what else the machine does falls on both.
  for (let index = 0; index < REQUESTS + WARM_UP; index += 1) {
    for (const path of ['guarded', 'bare'] as const) {
      const tookMs = await ask(path)
      if (index >= WARM_UP) timesMs[path].push(tookMs)
    }
  }
  agent.destroy()
  const trailEventUs = await measureTrailCost(runtime, ours)
  await app.close()
  await bare.end()
  await runtime.app.close()
  return {
    fastPathUsP50: round(decisions.fastPathUsP50 ?? Number.NaN),
    cedarUsP50: round(decisions.cedarUsP50 ?? Number.NaN),
    requestOverheadRatio: round(mean(timesMs.guarded) / mean(timesMs.bare)),
    guardedMs: round(mean(timesMs.guarded)),
    bareMs: round(mean(timesMs.bare)),
    trailEventUs: round(trailEventUs),
  }
}

/** Microseconds a call takes, the median over rounds. */
function median(act: () => void): number {
  const roundsUs: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const beganMs = performance.now()
    for (let call = 0; call < CALLS_PER_ROUND; call += 1) act()
    roundsUs.push(((performance.now() - beganMs) * 1000) / CALLS_PER_ROUND)
  }
  return roundsUs.sort((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
