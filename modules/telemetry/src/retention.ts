import { newId } from '@millrace/base'
import { getEquipment } from '@millrace/plant'
import { authorize, type Context, reachOf } from '@millrace/runtime'
import { CATALOGUE_TOPIC, hubOf } from './hub.ts'
import {
  classOf,
  DEFAULT_RULES,
  HOLDS_MAX,
  type Hold,
  type HoldId,
  holdMissing,
  holdsFull,
  type NewHold,
  type RetainedClass,
  type RetentionPreview,
  type RetentionRule,
  retentionInvalid,
} from './retention-contract.ts'
import { previewOf } from './retention-rules.ts'
import * as store from './retention-store.ts'
import { listAllSignals } from './signal-store.ts'

/** The rules of the company with what each class takes. @throws forbidden */
export async function getRetention(ctx: Context): Promise<RetainedClass[]> {
  authorize(ctx.actor, 'telemetry:retention:read')
  const changed = new Map((await store.listRules(ctx.db)).map((row) => [row.class, row]))
  const thinned = await store.listThinned(ctx.db)
  const volumes = Map.groupBy(await store.listVolumes(ctx.db), (volume) => volume.class)
  const signals = Map.groupBy(await listAllSignals(ctx.db), classOf)
  return DEFAULT_RULES.map((rule) => {
    const row = changed.get(rule.class)
    const { rawDays, minuteDays, hourDays } = row ?? rule
    return {
      ...{ class: rule.class, rawDays, minuteDays, hourDays },
      isDefault: rawDays === rule.rawDays && minuteDays === rule.minuteDays && hourDays === rule.hourDays,
      signalCount: signals.get(rule.class)?.length ?? 0,
      bytes: (volumes.get(rule.class) ?? []).reduce((sum, { bytes }) => sum + bytes, 0),
      changedAt: row?.changedAt ?? null,
      changedByName: row?.changedByName ?? null,
      rawThinnedMs: thinned.get(rule.class) ?? null,
    }
  })
}

/**
 * What rules would do to the history as it is; nothing happens.
 *
 * @throws retentionInvalid  a class is kept for less time in a coarser form, or named twice
 * @throws forbidden
 */
export async function previewRetention(ctx: Context, rules: readonly RetentionRule[]): Promise<RetentionPreview> {
  authorize(ctx.actor, 'telemetry:retention:read')
  insistSensible(rules)
  return previewOf(await store.listVolumes(ctx.db), await store.rulesOf(ctx.db), rules, ctx.nowMs)
}

/**
 * Changes rules: what arrives is judged by them at once, the history is thinned out within the next hours.
 *
 * @throws retentionInvalid, forbidden
 */
export async function changeRetention(ctx: Context, rules: readonly RetentionRule[]): Promise<RetainedClass[]> {
  authorize(ctx.actor, 'telemetry:retention:write')
  insistSensible(rules)
  const before = new Map((await store.rulesOf(ctx.db)).map((rule) => [rule.class, rule]))
  const changed = rules.filter((rule) => !isSame(rule, before.get(rule.class)))
  if (changed.length > 0) {
    const { freedBytes } = previewOf(await store.listVolumes(ctx.db), [...before.values()], changed, ctx.nowMs)
    await store.saveRules(
      ctx.db,
      changed.map((rule) => ({ ...rule, changedAt: ctx.now, changedByName: ctx.actor.name })),
    )
    const detail = { rules: changed, before: changed.map((rule) => before.get(rule.class)), freedBytes }
    ctx.audit({ action: 'telemetry.retention.change', object: 'retention', detail })
    ctx.afterCommit(() => {
      ctx.live.publish(ctx.enterpriseId, CATALOGUE_TOPIC, {})
      hubOf(ctx).ingest?.thinner?.wake()
    })
  }
  return getRetention(ctx)
}

function isSame(rule: RetentionRule, before: RetentionRule | undefined): boolean {
  return rule.rawDays === before?.rawDays && rule.minuteDays === before.minuteDays && rule.hourDays === before.hourDays
}

function insistSensible(rules: readonly RetentionRule[]): void {
  if (new Set(rules.map((rule) => rule.class)).size < rules.length) {
    throw retentionInvalid('A class has one rule, not two.')
  }
  for (const { class: of, rawDays, minuteDays, hourDays } of rules) {
    if (rawDays > minuteDays || minuteDays > hourDays) {
      throw retentionInvalid('Minutes are kept at least as long as single samples, and hours as long as minutes.', {
        class: of,
      })
    }
  }
}

/** What is held at the places the actor may see, and what was. */
export async function listHolds(ctx: Context): Promise<Hold[]> {
  const reach = reachOf(ctx.actor, 'telemetry:retention:read')
  return reach === undefined ? [] : store.listHolds(ctx.db, reach)
}

/**
 * Holds the samples of a machine and a period, so that no rule lets them go. What went already does not come back.
 *
 * @throws equipmentMissing, forbidden
 * @throws retentionInvalid  the period ends before it starts, or the place is no machine
 * @throws holdsFull
 */
export async function createHold(ctx: Context, { workUnitId, fromMs, toMs, reason }: NewHold): Promise<Hold> {
  const { siteId, level, name } = await getEquipment(ctx, workUnitId)
  authorize(ctx.actor, 'telemetry:hold:write', { siteId, equipmentId: workUnitId })
  if (level !== 'work-unit') throw retentionInvalid(`${name} is no machine: only a machine has samples.`)
  if (toMs <= fromMs) throw retentionInvalid('The period ends before it starts.')
  if ((await store.countHolds(ctx.db)) >= HOLDS_MAX) {
    throw holdsFull(`${HOLDS_MAX} periods are held already. Release some that are no longer needed.`)
  }
  const hold = await store.addHold(ctx.db, {
    ...{ id: newId<'Hold'>(ctx.nowMs), siteId, workUnitId, fromMs, toMs, reason: reason.trim() },
    ...{ createdAt: ctx.now, createdByName: ctx.actor.name, releasedAt: null, releasedByName: null },
  })
  ctx.audit({
    ...{ action: 'telemetry.hold.create', object: `hold ${hold.id}`, siteId },
    detail: { workUnitId, fromMs, toMs, reason: hold.reason },
  })
  return hold
}

/**
 * Lets the rules have what was held. Releasing it again changes nothing.
 *
 * @throws holdMissing, forbidden
 */
export async function releaseHold(ctx: Context, id: HoldId): Promise<Hold> {
  const hold = await store.lockHold(ctx.db, id)
  if (!hold) throw holdMissing(`Nothing is held under ${id}.`)
  const { siteId, workUnitId, reason } = hold
  authorize(ctx.actor, 'telemetry:hold:write', { siteId, equipmentId: workUnitId })
  if (hold.releasedAt !== null) return hold
  ctx.audit({ action: 'telemetry.hold.release', object: `hold ${id}`, siteId, detail: { workUnitId, reason } })
  return store.releaseHold(ctx.db, id, ctx.now, ctx.actor.name)
}
