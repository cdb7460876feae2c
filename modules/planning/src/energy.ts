import { epochMs, instant, later, MINUTE_MS, newId } from '@millrace/base'
import { violates } from '@millrace/db'
import { getEquipment, getSite } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context } from '@millrace/runtime'
import { workUnitMisplaced } from './contract.ts'
import { tellScreens } from './draft.ts'
import {
  type EnergySetup,
  type EnergySite,
  type MachinePower,
  type NewTariff,
  type SlotKind,
  type SlotSeries,
  slotsInvalid,
  type Tariff,
  type TariffId,
  tariffInvalid,
  tariffMissing,
  tariffTaken,
  tooManyTariffs,
} from './energy-contract.ts'
import { type EnergyState, monthAt, slotFault, tariffFault } from './energy-rate-rules.ts'
import * as store from './energy-store.ts'
import { PAST_MS } from './problem-rules.ts'
import { readSiteState } from './site-state.ts'

/** Everything about the electricity of a site. @throws equipmentMissing, forbidden */
export async function getEnergySetup(ctx: Context, siteId: EquipmentId): Promise<EnergySetup> {
  const { site } = await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:order:read', siteId)
  const powers = new Map((await store.listPowers(ctx.db, siteId)).map((one) => [one.workUnitId, one]))
  const { units } = await readSiteState(ctx, siteId)
  const { peakMonth: _, ...own } = await energySite(ctx, siteId, site.timeZone)
  return {
    ...{ siteId, timeZone: site.timeZone, currency: site.currency, site: own },
    tariffs: await store.listTariffs(ctx.db, siteId),
    slots: await store.summariseSlots(ctx.db, siteId),
    machines: units.map(({ id, name, group }) => ({ workUnitId: id, name, group, power: powers.get(id) ?? null })),
  }
}

/** What the rates and loads of a site's plan are made of, for a time. @throws equipmentMissing */
export async function readEnergyState(
  ctx: Context,
  siteId: EquipmentId,
  span: { readonly originMs: number; readonly toMs: number },
): Promise<EnergyState> {
  const { site } = await getSite(ctx, siteId)
  return {
    currency: site.currency,
    site: await energySite(ctx, siteId, site.timeZone),
    tariffs: await store.listTariffs(ctx.db, siteId),
    slots: await store.listSlots(ctx.db, siteId, instant(ctx.nowMs - PAST_MS), instant(span.toMs)),
    powers: await store.listPowers(ctx.db, siteId),
  }
}

/** A peak that was reached in another month counts for nothing in this one. */
async function energySite(ctx: Context, siteId: EquipmentId, timeZone: string): Promise<EnergyState['site']> {
  const peakMonth = monthAt(ctx.nowMs, timeZone)
  const row = await store.findEnergySite(ctx.db, siteId)
  if (!row) return { siteId, baseLoadKw: 0, carbonGramsPerKwh: null, peakReachedKw: 0, peakMonth }
  return row.peakMonth === peakMonth ? row : { ...row, peakReachedKw: 0, peakMonth }
}

/** @throws equipmentMissing, forbidden */
export async function changeEnergySite(ctx: Context, wish: EnergySite): Promise<EnergySite> {
  const { siteId } = wish
  const { site } = await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:order:write', siteId)
  const { peakMonth, ...before } = await energySite(ctx, siteId, site.timeZone)
  await store.saveEnergySite(ctx.db, { ...wish, peakMonth })
  const { siteId: _, ...after } = wish
  ctx.audit({
    ...{ action: 'planning.energy-site.change', object: `site ${siteId}`, siteId, before, after, detail: {} },
  })
  tellScreens(ctx, siteId)
  return wish
}

/** @throws equipmentMissing, forbidden, tariffInvalid, tariffTaken, tooManyTariffs */
export async function createTariff(ctx: Context, tariff: NewTariff): Promise<Tariff> {
  await getSite(ctx, tariff.siteId)
  authorize(ctx.actor, 'planning:order:write', tariff.siteId)
  checkTariff(tariff)
  if ((await store.listTariffs(ctx.db, tariff.siteId)).length >= store.TARIFF_LIMIT)
    throw tooManyTariffs(`A site has ${store.TARIFF_LIMIT} tariffs at most. Remove the oldest ones.`)
  const id = newId<'EnergyTariff'>(ctx.nowMs)
  await saving(tariff, () => store.addTariff(ctx.db, id, tariff))
  auditTariff(ctx, 'create', id, tariff)
  return { id, ...tariff }
}

/** @throws tariffMissing, forbidden, tariffInvalid, tariffTaken */
export async function changeTariff(ctx: Context, id: TariffId, tariff: NewTariff): Promise<Tariff> {
  const before = await store.findTariff(ctx.db, id)
  if (!before || before.siteId !== tariff.siteId) throw tariffMissing(`There is no tariff ${id} at this site.`)
  authorize(ctx.actor, 'planning:order:write', before.siteId)
  checkTariff(tariff)
  await saving(tariff, () => store.saveTariff(ctx.db, id, tariff))
  auditTariff(ctx, 'change', id, tariff)
  return { id, ...tariff }
}

/** @throws tariffMissing, forbidden */
export async function removeTariff(ctx: Context, id: TariffId): Promise<void> {
  const found = await store.findTariff(ctx.db, id)
  if (!found) throw tariffMissing(`There is no tariff ${id}.`)
  authorize(ctx.actor, 'planning:order:write', found.siteId)
  await store.removeTariff(ctx.db, id)
  auditTariff(ctx, 'remove', id, found)
}

function checkTariff(tariff: NewTariff): void {
  const fault = tariffFault(tariff)
  if (fault) throw tariffInvalid(fault)
}

async function saving({ validFrom }: NewTariff, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (violates(error, 'energy_tariff_from'))
      throw tariffTaken(`Another tariff of this site begins on ${validFrom}.`, {}, { cause: error })
    throw error
  }
}

function auditTariff(
  ctx: Context,
  verb: 'create' | 'change' | 'remove',
  id: TariffId,
  { siteId, name }: { siteId: EquipmentId; name: string },
): void {
  ctx.audit({ action: `planning.tariff.${verb}`, object: `tariff ${id}`, siteId, detail: { name } })
  tellScreens(ctx, siteId)
}

/** Says what a machine draws. @throws equipmentMissing, forbidden, workUnitMisplaced */
export async function setMachinePower(ctx: Context, power: MachinePower): Promise<MachinePower> {
  const unit = await getEquipment(ctx, power.workUnitId)
  authorize(ctx.actor, 'planning:order:write', unit.siteId)
  if (unit.level !== 'work-unit') throw workUnitMisplaced(`${unit.name} is no machine.`)
  await store.savePower(ctx.db, unit.siteId, power)
  const { processKw, setupKw, idleKw } = power
  ctx.audit({
    ...{ action: 'planning.machine-power.change', object: `machine-power ${unit.id}`, siteId: unit.siteId },
    detail: { name: unit.name, processKw, setupKw, idleKw },
  })
  tellScreens(ctx, unit.siteId)
  return power
}

/** Slots are kept for so long after they ended: figures of the past do not need them. */
const SLOTS_KEPT_MS = 40 * 24 * 60 * MINUTE_MS

/** Says what is known of slots; what was known of their time before is replaced. @throws equipmentMissing, forbidden, slotsInvalid */
export async function saveSlots(ctx: Context, series: SlotSeries): Promise<{ count: number }> {
  const { siteId, kind, minutes, slots } = series
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:order:write', siteId)
  const fault = slotFault(series)
  if (fault) throw slotsInvalid(fault)
  const starts = slots.map(({ startAt }) => epochMs(startAt)).sort((a, b) => a - b)
  const fromAt = instant(starts[0] ?? 0)
  const toAt = instant((starts.at(-1) ?? 0) + minutes * MINUTE_MS)
  await store.saveSlots(ctx.db, series, { fromAt, toAt, keptFrom: later(ctx.now, -SLOTS_KEPT_MS) })
  ctx.audit({
    ...{ action: 'planning.energy-slots.change', object: `site ${siteId}`, siteId },
    detail: { name: kind, count: slots.length, fromAt, toAt },
  })
  tellScreens(ctx, siteId)
  return { count: slots.length }
}

/** Forgets what is known of the slots of a site. @throws equipmentMissing, forbidden */
export async function removeSlots(ctx: Context, siteId: EquipmentId, kind: SlotKind): Promise<void> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:order:write', siteId)
  await store.removeSlots(ctx.db, siteId, kind)
  ctx.audit({ action: 'planning.energy-slots.remove', object: `site ${siteId}`, siteId, detail: { name: kind } })
  tellScreens(ctx, siteId)
}
