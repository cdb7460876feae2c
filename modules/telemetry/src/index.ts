import { isProblem, isUuid } from '@millrace/base'
import { defineModule } from '@millrace/http'
import { gatewayConfiguration, getEquipment, replaySignals } from '@millrace/plant'
import { type EquipmentId, equipmentMissing } from '@millrace/plant/contract'
import { type Actor, extend, inContext, type Runtime } from '@millrace/runtime'
import { startIngest } from './hub.ts'
import { routes } from './routes.ts'
import { createSignals, listTags } from './signals.ts'
import './tables.ts'

/** Telemetry: which signals there are, their samples from the acknowledgement to the history, and live. */
export const telemetry = defineModule({
  name: 'telemetry',
  routes,
  topics: [
    { pattern: 'telemetry.site/:siteId', permission: 'telemetry:signal:read', siteOf },
    { pattern: 'telemetry.machine/:workUnitId', permission: 'telemetry:signal:read', siteOf },
  ],
  extends: [
    extend(gatewayConfiguration, async (ctx, gatewayId) => ({ tags: await listTags(ctx, gatewayId) })),
    extend(replaySignals, async (ctx, { workUnitId, connectionId, signals }) =>
      createSignals(
        ctx,
        signals.map((signal) => ({ ...signal, workUnitId, connectionId, kind: 'number', address: signal.name })),
      ),
    ),
  ],
  start: startIngest,
})

/** The site of a piece of equipment the actor may see. */
async function siteOf(runtime: Runtime, actor: Actor, id: string): Promise<string | undefined> {
  if (!isUuid(id)) return undefined
  try {
    return await inContext(runtime, actor, async (ctx) => (await getEquipment(ctx, id as EquipmentId)).siteId)
  } catch (error) {
    if (isProblem(error, equipmentMissing)) return undefined
    throw error
  }
}

export type { SignalMeta } from './acceptance-rules.ts'
export type { Samples } from './chunk-rules.ts'
export type { Envelope, LatestValue, NewSignal, Signal, StateHistory } from './contract.ts'
export type { ArrivedSamples, SampleHandler } from './fan-out.ts'
export { readEnvelopes, readSamples, readStates, readVectors } from './history.ts'
export { removeHistory, subscribeSamples } from './hub.ts'
export { createSignals, findSignal, getSignals, latestValues, listSignals } from './signals.ts'
export { type HistoryColumn, writeHistory } from './write-history.ts'
