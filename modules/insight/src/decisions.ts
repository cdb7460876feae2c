import { type Instant, later, PAGE_LIMIT, type Page, SECOND_MS } from '@millrace/base'
import { getCommand, requestCommand } from '@millrace/control'
import type { Command } from '@millrace/control/contract'
import { type EquipmentId, listEquipment } from '@millrace/plant'
import { authorize, type Context, type Place, reachOf } from '@millrace/runtime'
import {
  type Acceptance,
  actionMissing,
  type Dismissal,
  type Finding,
  type FindingDetail,
  type FindingId,
  findingChanged,
  findingDecided,
  findingMissing,
  reasonNeeded,
} from './contract.ts'
import * as store from './finding-store.ts'

const DEFAULT_PAGE = 50
const SIMILAR = 5
/** How long the machine runs with the new value before the outcome is measured. */
const MEASURE_AFTER_MS = 45 * SECOND_MS

export interface FindingQuery {
  readonly state?: 'open' | 'decided' | 'all'
  readonly siteId?: EquipmentId
  readonly workUnitId?: EquipmentId
  readonly limit?: number
  readonly cursor?: string
}

/** Findings the actor may see: open ones most urgent first, others newest first. */
export async function listFindings(ctx: Context, query: FindingQuery): Promise<Page<Finding>> {
  const reach = reachOf(ctx.actor, 'insight:finding:read')
  const limit = Math.min(query.limit ?? DEFAULT_PAGE, PAGE_LIMIT)
  const offset = Number.parseInt(query.cursor ?? '0', 10) || 0
  if (reach === undefined) return { items: [] }
  const filter = { state: query.state ?? 'open', reach, siteId: query.siteId, workUnitId: query.workUnitId }
  const found = await store.listFindings(ctx.db, filter, offset, limit + 1)
  const items = await Promise.all(found.slice(0, limit).map((finding) => withCommand(ctx, finding)))
  return found.length > limit ? { items, nextCursor: String(offset + limit) } : { items }
}

/** A finding with past cases of the same cause. @throws findingMissing, forbidden */
export async function getFinding(ctx: Context, id: FindingId): Promise<FindingDetail> {
  const finding = await store.findFinding(ctx.db, id)
  if (!finding) throw findingMissing(`There is no finding ${id}.`)
  authorize(ctx.actor, 'insight:finding:read', placeOf(finding))
  const names = new Map((await listEquipment(ctx)).map((equipment) => [equipment.id, equipment.name]))
  const reach = reachOf(ctx.actor, 'insight:finding:read')
  const similar = reach ? await store.listSimilar(ctx.db, reach, finding, SIMILAR) : []
  return {
    finding: await withCommand(ctx, finding),
    similar: similar.map(({ id, workUnitId, title, foundAt, state, outcome }) => ({
      ...{ id, title, foundAt, state, outcome },
      workUnitName: names.get(workUnitId) ?? 'Another machine',
    })),
  }
}

/**
 * Accepts one of a finding's actions, as suggested or with another value, and sends its command if it has one.
 *
 * @throws findingMissing, forbidden
 * @throws findingDecided  somebody decided before
 * @throws actionMissing   it has no such action
 * @throws reasonNeeded    another value than the suggested one, without saying why
 * @throws whatever the command's guard refuses: nothing is decided then
 */
export async function acceptFinding(ctx: Context, id: FindingId, acceptance: Acceptance): Promise<Finding> {
  const finding = await lockOpen(ctx, id)
  const action = finding.actions[acceptance.actionIndex]
  if (!action) throw actionMissing(`This finding has ${finding.actions.length} possible actions.`)
  const changed = action.type === 'set-point' && acceptance.value !== undefined && acceptance.value !== action.value
  if (changed && !acceptance.reason) throw reasonNeeded('Say why another value is better than the suggested one.')

  let command: Command | null = null
  if (action.type === 'set-point') {
    command = await requestCommand(ctx, {
      setPointId: action.setPointId,
      value: acceptance.value ?? action.value,
      reason: acceptance.reason ?? `Accepted: ${finding.title}`,
      idempotencyKey: acceptance.idempotencyKey,
      findingId: finding.id,
    })
  }
  const reason = acceptance.reason ?? null
  const choice = changed ? 'changed' : 'accepted'
  const decided: store.StoredFinding = {
    ...finding,
    state: 'accepted',
    commandId: command?.id ?? null,
    decision: { by: ctx.actor.name, at: ctx.now, choice, reason },
  }
  await saveDecision(ctx, decided, 'accept')
  const { commandId, measureAt, ...rest } = decided
  return { ...rest, command }
}

/**
 * Dismisses a finding with a reason. What it was about is not told again until it has gone and come anew.
 *
 * @throws findingMissing, forbidden, findingDecided
 */
export async function dismissFinding(ctx: Context, id: FindingId, dismissal: Dismissal): Promise<Finding> {
  const finding = await lockOpen(ctx, id)
  const decision = { by: ctx.actor.name, at: ctx.now, choice: 'dismissed' as const, reason: dismissal.reason }
  const decided: store.StoredFinding = { ...finding, state: 'dismissed', decision }
  await saveDecision(ctx, decided, 'dismiss')
  return withCommand(ctx, decided)
}

function placeOf({ siteId, workUnitId }: store.StoredFinding): Place {
  return { siteId, equipmentId: workUnitId }
}

async function lockOpen(ctx: Context, id: FindingId): Promise<store.StoredFinding> {
  const finding = await store.lockFinding(ctx.db, id)
  if (!finding) throw findingMissing(`There is no finding ${id}.`)
  authorize(ctx.actor, 'insight:finding:decide', placeOf(finding))
  if (finding.state !== 'open') {
    const by = finding.decision ? ` by ${finding.decision.by}` : ''
    throw findingDecided(`This finding was ${finding.state}${by} already.`, { state: finding.state })
  }
  return finding
}

async function saveDecision(ctx: Context, finding: store.StoredFinding, verb: 'accept' | 'dismiss'): Promise<void> {
  await store.updateFinding(ctx.db, finding)
  ctx.audit({
    action: `insight.finding.${verb}`,
    object: `finding ${finding.id}`,
    siteId: finding.siteId,
    ...(finding.decision?.reason && { reason: finding.decision.reason }),
    before: { state: 'open' },
    after: { state: finding.state, choice: finding.decision?.choice, commandId: finding.commandId },
    detail: { title: finding.title },
  })
  await announce(ctx, finding)
}

/** Tells listeners and screens that a finding is another than before. */
export async function announce(ctx: Context, finding: store.StoredFinding): Promise<void> {
  const { id, siteId, workUnitId, state } = finding
  await ctx.emit(findingChanged({ findingId: id, siteId, workUnitId, state }))
}

async function withCommand(ctx: Context, finding: store.StoredFinding): Promise<Finding> {
  const { commandId, measureAt, ...rest } = finding
  return { ...rest, command: commandId === null ? null : await getCommand(ctx, commandId) }
}

/** When the outcome of a value that was just read back can be measured. */
export function measureTime(readBackAt: Instant): Instant {
  return later(readBackAt, MEASURE_AFTER_MS)
}
