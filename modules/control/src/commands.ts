import { epochMs, type Instant, later, PAGE_LIMIT, type Page, SECOND_MS } from '@millrace/base'
import type { GatewayId, GatewayMessage } from '@millrace/plant'
import { type Context, may, reachOf } from '@millrace/runtime'
import * as store from './command-store.ts'
import {
  type Command,
  type CommandId,
  type CommandQuery,
  type CommandReport,
  type CommandState,
  commandChanged,
  commandMissing,
} from './contract.ts'
import { expirySentence, mayMove, readBackDoubt, readBackNumber } from './rules.ts'
import { lockSetPoint } from './set-point-store.ts'

const DEFAULT_LIMIT = 50

/** A page of the commands the actor may see, newest first. */
export async function listCommands(ctx: Context, query: CommandQuery = {}): Promise<Page<Command>> {
  const reach = reachOf(ctx.actor, 'control:command:read')
  if (reach === undefined) return { items: [] }
  const limit = Math.min(query.limit ?? DEFAULT_LIMIT, PAGE_LIMIT)
  // One more than asked for tells whether there is a next page.
  const found = await store.listCommands(ctx.db, {
    reach,
    limit: limit + 1,
    ...(query.workUnitId !== undefined && { workUnitId: query.workUnitId }),
    ...(query.cursor !== undefined && { before: query.cursor }),
  })
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return found.length > limit && last ? { items, nextCursor: last.id } : { items }
}

/** @throws commandMissing also for one at a site the actor may not see */
export async function getCommand(ctx: Context, id: CommandId): Promise<Command> {
  const command = await store.findCommand(ctx.db, id)
  if (
    !command ||
    !may(ctx.actor, 'control:command:read', { siteId: command.siteId, equipmentId: command.workUnitId })
  ) {
    throw commandMissing(`There is no command ${id}.`)
  }
  return command
}

/**
 * Takes a gateway's word for what became of a command. A report that leads backwards (late, or told twice) changes
 * nothing and is accepted all the same, so that the gateway can forget it.
 *
 * @throws commandMissing also for another gateway's command
 */
export async function takeReport(ctx: Context, id: CommandId, report: CommandReport): Promise<void> {
  const command = await store.lockCommand(ctx.db, id)
  if (!command || command.gatewayId !== ctx.actor.id) throw commandMissing(`There is no command ${id}.`)
  if (!mayMove(command.state, report.step)) return

  const readBack = readBackNumber(report.readBack)
  const setPoint = report.step === 'read-back' ? await lockSetPoint(ctx.db, command.setPointId) : undefined
  const doubt = setPoint && readBackDoubt(setPoint, command.value, readBack)
  const detail = [report.detail ?? report.reason, doubt].filter((text) => text !== undefined).join(' ')
  await move(ctx, command, report.step, at(report.at, command.requestedAt, ctx.now), detail || null, readBack)
  ctx.audit({
    action: 'control.command.report',
    object: `command ${id}`,
    detail: { step: report.step, readBack: report.readBack, code: report.reason },
  })
}

/** The gateway's time of a step, kept between the request and now: its clock may differ from ours. */
function at(saidAt: Instant, requestedAt: Instant, now: Instant): Instant {
  const ms = epochMs(saidAt)
  if (!(ms <= epochMs(now))) return now
  return ms >= epochMs(requestedAt) ? saidAt : requestedAt
}

/** What a gateway that comes (back) has not confirmed and may still do; it is on its way from now on. */
export async function backlogOf(ctx: Context, gatewayId: GatewayId): Promise<GatewayMessage[]> {
  const pending = await store.lockPendingOf(ctx.db, gatewayId, ctx.now)
  for (const command of pending) {
    if (command.state === 'requested') await move(ctx, command, 'sent', ctx.now, null)
  }
  return pending.map(({ id, token }) => ({ event: 'command', id, data: { token } }))
}

export const EXPIRY_EVERY_MS = SECOND_MS
/** A report may be under way when a command runs out: the screens should not say one thing and then another. */
const REPORT_GRACE_MS = 2 * SECOND_MS

/** Says of commands that ran out that they did. Their gateways refuse them by their own clocks. */
export async function expireCommands(ctx: Context): Promise<void> {
  for (const command of await store.lockOverdue(ctx.db, later(ctx.now, -REPORT_GRACE_MS))) {
    const detail = expirySentence(command.state)
    await move(ctx, command, 'expired', ctx.now, detail)
    ctx.audit({ action: 'control.command.expire', object: `command ${command.id}`, detail: { because: detail } })
  }
}

async function move(
  ctx: Context,
  command: Pick<store.CommandRow, 'id' | 'siteId' | 'workUnitId' | 'gatewayId'>,
  state: CommandState,
  at: Instant,
  detail: string | null,
  readBack?: number,
): Promise<void> {
  await store.saveStep(ctx.db, command.id, { state, at, detail }, readBack)
  const { id: commandId, siteId, workUnitId, gatewayId } = command
  await ctx.emit(commandChanged({ commandId, siteId, workUnitId, gatewayId, state }))
}
