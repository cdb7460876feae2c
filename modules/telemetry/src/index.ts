import { isProblem, isUuid, MINUTE_MS } from '@millrace/base'
import { defineModule, type Narrowing } from '@millrace/http'
import { storedBytes } from '@millrace/identity'
import { gatewayConfiguration, getEquipment, placeOfEquipment, replaySignals } from '@millrace/plant'
import { type EquipmentId, equipmentMissing } from '@millrace/plant/contract'
import { type Actor, extend, inContext, type Place, plays, type Runtime } from '@millrace/runtime'
import type { LiveSamples } from './contract.ts'
import { removeExpired } from './exports.ts'
import { historyBytes } from './history-store.ts'
import { startIngest } from './hub.ts'
import { startImports } from './import-runner.ts'
import { removeExpiredFiles } from './imports.ts'
import { permissions } from './permissions.ts'
import { routes } from './routes.ts'
import { createSignals, listSignals, listTags } from './signals.ts'
import './tables.ts'

const FILES_REMOVED_MS = 10 * MINUTE_MS

/** Telemetry: which signals there are, their samples from the acknowledgement to the history, and live. */
export const telemetry = defineModule({
  name: 'telemetry',
  routes,
  permissions,
  topics: [
    { pattern: 'telemetry.site/:siteId', permission: 'telemetry:signal:read', placeOf, narrow: narrowSamples },
    { pattern: 'telemetry.machine/:workUnitId', permission: 'telemetry:signal:read', placeOf },
  ],
  extends: [
    extend(gatewayConfiguration, async (ctx, gatewayId) => ({ tags: await listTags(ctx, gatewayId) })),
    extend(storedBytes, (ctx) => historyBytes(ctx.db)),
    extend(replaySignals, async (ctx, { workUnitId, connectionId, signals }) =>
      createSignals(
        ctx,
        signals.map((signal) => ({ ...signal, workUnitId, connectionId, kind: 'number', address: signal.name })),
      ),
    ),
  ],
  tasks: [
    { name: 'telemetry.remove-exports', everyMs: FILES_REMOVED_MS, act: removeExpired },
    { name: 'telemetry.remove-imports', everyMs: FILES_REMOVED_MS, act: removeExpiredFiles },
  ],
  start,
})

async function start(runtime: Runtime) {
  const ingest = await startIngest(runtime)
  const imports = plays(runtime, 'worker') ? startImports(runtime) : undefined
  return {
    async stop() {
      await imports?.stop()
      await ingest.stop()
    },
  }
}

/** Of a site's samples those of the machines the actor may see. */
async function narrowSamples(runtime: Runtime, actor: Actor, siteId: string): Promise<Narrowing> {
  const signals = await inContext(runtime, actor, (ctx) => listSignals(ctx, { siteId: siteId as EquipmentId }))
  const visible = new Set(signals.map((signal) => signal.series))
  return {
    key: [...visible].sort((one, other) => one - other).join(' '),
    narrow: (data) => {
      // Published by our own fan-out.
      const samples = (data as LiveSamples).samples.filter(([series]) => visible.has(series))
      return samples.length > 0 ? { samples } : undefined
    },
  }
}

/** A piece of equipment as a place to watch. */
async function placeOf(runtime: Runtime, actor: Actor, id: string): Promise<Place | undefined> {
  if (!isUuid(id)) return undefined
  try {
    return await inContext(runtime, actor, async (ctx) => placeOfEquipment(await getEquipment(ctx, id as EquipmentId)))
  } catch (error) {
    if (isProblem(error, equipmentMissing)) return undefined
    throw error
  }
}

export type { SignalMeta } from './acceptance-rules.ts'
export type { Samples } from './chunk-rules.ts'
export type { Envelope, LatestValue, NewSignal, Signal, StateHistory } from './contract.ts'
export { DirectJournal } from './direct.ts'
export type { DirectListener, DirectMessage, Reading } from './direct-rules.ts'
export type { ArrivedSamples, SampleHandler } from './fan-out.ts'
export { readEnvelopes, readSamples, readStates } from './history.ts'
export { onSamplesElsewhere, removeHistory, subscribeSamples } from './hub.ts'
export { createSignals, findSignal, getSignals, latestValues, listSignals } from './signals.ts'
export { changeShaft } from './vibration.ts'
export { type HistoryColumn, writeHistory } from './write-history.ts'
