import { DAY_MS, instant, MINUTE_MS } from '@millrace/base'
import { getSite } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context } from '@millrace/runtime'
import { listSignals, readEnvelopes, readStates } from '@millrace/telemetry'
import type { MeasuredPowers } from './energy-contract.ts'
import { meanByState } from './measured-power-rules.ts'
import { readSiteState } from './site-state.ts'

const BACK_MS = 5 * DAY_MS
const BUCKET_MS = 5 * MINUTE_MS
const SERIES_AT_ONCE = 20

/** What the machines of a site drew by what they did in the last days. @throws equipmentMissing, forbidden */
export async function getMeasuredPowers(ctx: Context, siteId: EquipmentId): Promise<MeasuredPowers> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:order:read', siteId)
  const { units } = await readSiteState(ctx, siteId)
  const signals = await listSignals(ctx, { siteId })
  const [fromMs, toMs] = [ctx.nowMs - BACK_MS, ctx.nowMs]
  const pairs = units.flatMap(({ id }) => {
    const own = signals.filter(({ workUnitId }) => workUnitId === id)
    const power = own.find(({ measurand, kind, unit }) => measurand === 'power' && kind === 'number' && unit === 'kW')
    const state = own.find(({ measurand, kind }) => measurand === 'state' && kind === 'text')
    return power && state ? [{ id, power: power.series, state: state.series }] : []
  })
  const machines: MeasuredPowers['machines'] = []
  for (let from = 0; from < pairs.length; from += SERIES_AT_ONCE) {
    const some = pairs.slice(from, from + SERIES_AT_ONCE)
    const range = { fromMs, toMs, points: Math.ceil(BACK_MS / BUCKET_MS) }
    const envelopes = await readEnvelopes(ctx, { series: some.map(({ power }) => power), ...range })
    const histories = await readStates(
      ctx,
      some.map(({ state }) => state),
      fromMs,
      toMs,
    )
    for (const { id, power, state } of some) {
      const envelope = envelopes.find(({ series }) => series === power)
      const history = histories.find(({ series }) => series === state)
      if (envelope && history) machines.push({ workUnitId: id, ...meanByState(envelope, history.intervals) })
    }
  }
  return { fromAt: instant(fromMs), toAt: instant(toMs), machines }
}
