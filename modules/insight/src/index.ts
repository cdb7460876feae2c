import { SECOND_MS } from '@millrace/base'
import { commandChanged } from '@millrace/control/contract'
import { defineModule } from '@millrace/http'
import type { EquipmentId } from '@millrace/plant'
import { announcement, type Context, listener, plays } from '@millrace/runtime'
import { onSamplesElsewhere, subscribeSamples } from '@millrace/telemetry'
import { findingChanged } from './contract.ts'
import { type Forecast, listFailing } from './finding-store.ts'
import { followCommand, measureOutcomes } from './outcome.ts'
import { permissions } from './permissions.ts'
import { routes } from './routes.ts'
import type { SampleColumn } from './sample-order.ts'
import type { Sampling } from './signal-watch.ts'
import { Watchtower } from './watchtower.ts'

let watchtower: Watchtower | undefined

/** Insight: detectors over what machines report, the findings they make, and what people decide about them. */
export const insight = defineModule({
  name: 'insight',
  routes,
  permissions,
  announces: [
    announcement(findingChanged, {
      title: 'A finding is new, or was decided, resolved or closed',
      permission: 'insight:finding:read',
      label: 'internal',
      about: ({ findingId, siteId, workUnitId }) => ({
        subject: `insight/findings/${findingId}`,
        place: { siteId, equipmentId: workUnitId },
      }),
    }),
  ],
  topics: [{ pattern: 'insight.findings', permission: 'insight:finding:read', events: [findingChanged] }],
  listens: [
    listener(commandChanged, 'insight.follow-command', (ctx, { data }) =>
      followCommand(ctx, data.commandId, data.state),
    ),
  ],
  tasks: [{ name: 'insight.measure-outcomes', everyMs: 2 * SECOND_MS, act: measureOutcomes }],
  start: async (runtime) => {
    // Samples pass through the workers.
    if (!plays(runtime, 'worker')) return { stop: async () => undefined }
    const tower = new Watchtower(runtime)
    watchtower = tower
    const unsubscribe = subscribeSamples(runtime, (samples) => tower.arrived(samples))
    const unhear = onSamplesElsewhere(runtime, () => tower.handOver())
    return {
      async stop() {
        unsubscribe()
        unhear()
        await tower.stop()
      },
    }
  },
})

/** A part of the past of an enterprise, newer than the parts before: detectors learn from it. */
export async function observePast(
  enterpriseId: string,
  columns: ReadonlyMap<EquipmentId, readonly SampleColumn[]>,
  sampling: Sampling,
): Promise<void> {
  await watchtower?.past(enterpriseId, columns, sampling)
}

/** The past is complete; live samples are analysed from now on. */
export async function endPast(enterpriseId: string): Promise<void> {
  await watchtower?.present(enterpriseId)
}

/** Drops what is held in memory of an enterprise that is being removed. */
export function forgetEnterprise(enterpriseId: string): void {
  watchtower?.forget(enterpriseId)
}

/** Machines of a site that are expected to fail, the nearest first; at most 100. For other modules, which authorize by themselves. */
export function listForecasts(ctx: Context, siteId: EquipmentId): Promise<Forecast[]> {
  return listFailing(ctx.db, siteId)
}

export type { Forecast } from './finding-store.ts'
export { enterPastDecision, type PastDecision } from './past-decisions.ts'
export type { SampleColumn } from './sample-order.ts'
export type { Sampling } from './signal-watch.ts'
