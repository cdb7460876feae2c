import { randomUUID } from 'node:crypto'
import { isProblem, later, newId, type Problem } from '@millrace/base'
import { violates } from '@millrace/db'
import { holdControl } from '@millrace/identity'
import { gatewayListens, gatewayOfConnection, signCommand, tellGateway } from '@millrace/plant'
import { authorize, type Context } from '@millrace/runtime'
import { listSignals } from '@millrace/telemetry'
import * as store from './command-store.ts'
import {
  COMMAND_LIFETIME_MS,
  type Command,
  type CommandId,
  commandChanged,
  commandMissing,
  gatewayOffline,
  keyReused,
  type NewCommand,
  type SetPoint,
  setPointMissing,
} from './contract.ts'
import { RATE_WINDOW_MS, refusalOf } from './rules.ts'
import { lockSetPoint, type SetPointRow } from './set-point-store.ts'

/** What a module may say besides what a person may: which finding the command answers. */
export type CommandRequest = NewCommand & { readonly findingId?: string }

/**
 * Sends a value to a machine: judged, signed, and handed to the gateway as soon as this transaction commits. Asking
 * again with the same key answers with the command as it is now. Every refusal is kept in the trail.
 *
 * @throws setPointMissing, forbidden
 * @throws valueOutOfBounds, stepTooLarge, presentValueUnknown, tooManyCommands
 * @throws machineInterlocked, gatewayOffline
 * @throws keyReused the key asked for something else before
 */
export async function requestCommand(ctx: Context, request: CommandRequest): Promise<Command> {
  const setPoint = await lockSetPoint(ctx.db, request.setPointId)
  if (!setPoint) throw setPointMissing(`There is no set-point ${request.setPointId}.`)
  try {
    const place = { siteId: setPoint.siteId, equipmentId: setPoint.workUnitId }
    authorize(ctx.actor, 'control:command:request', place)
    // Who cannot see the machine's state cannot be told by it to stop.
    authorize(ctx.actor, 'telemetry:signal:read', place)
    await holdControl(ctx, setPoint.siteId)
    const known = await findRepeated(ctx, request)
    const id = known ?? (await judgeAndSend(ctx, setPoint, request))
    const command = await store.findCommand(ctx.db, id)
    if (!command) throw commandMissing(`There is no command ${id}.`)
    return command
  } catch (error) {
    if (isProblem(error)) auditRefusal(ctx, setPoint, request, error)
    throw error
  }
}

async function findRepeated(ctx: Context, request: CommandRequest): Promise<CommandId | undefined> {
  const known = await store.findByKey(ctx.db, ctx.actor.id, request.idempotencyKey)
  if (!known) return undefined
  if (known.setPointId === request.setPointId && known.value === request.value) return known.id
  throw keyReused('This idempotency key asked for another command before.')
}

async function judgeAndSend(ctx: Context, setPoint: SetPointRow, request: CommandRequest): Promise<CommandId> {
  const { value, reason, findingId = null, idempotencyKey } = request
  const { siteId, workUnitId, connectionId, address, unit } = setPoint
  const gateway = await gatewayOfConnection(ctx, connectionId)
  if (!gateway) throw gatewayOffline('The gateway of this machine is gone.')
  const present = await presentOf(ctx, setPoint)
  const refusal = refusalOf(setPoint, value, {
    ...present,
    isGatewayOnline: gateway.online,
    recentCount: await store.countSince(ctx.db, setPoint.id, later(ctx.now, -RATE_WINDOW_MS)),
  })
  if (refusal) throw refusal

  const { gatewayId } = gateway
  const id = newId<'Command'>(ctx.nowMs)
  const expiresAt = later(ctx.now, COMMAND_LIFETIME_MS)
  const token = await signCommand(ctx, {
    ...{ commandId: id, gatewayId, enterpriseId: ctx.enterpriseId, siteId, workUnitId, connectionId, address, value },
    ...(unit !== null && { unit }),
    ...{ nonce: randomUUID(), expiresAt },
  })
  try {
    await store.addCommand(ctx.db, {
      ...{ id, siteId, workUnitId, setPointId: setPoint.id, gatewayId, value, readBackValue: null, state: 'requested' },
      previousValue: present.presentValue ?? null,
      ...{ requestedBy: ctx.actor.name, requestedById: ctx.actor.id, requestedAt: ctx.now, expiresAt },
      ...{ reason, findingId, idempotencyKey, token },
    })
  } catch (error) {
    // The same key at the same moment for another set-point: one of the two wins.
    if (violates(error, 'command_idempotency')) throw keyReused('This key is in use.', {}, { cause: error })
    throw error
  }
  await store.saveStep(ctx.db, id, { state: 'requested', at: ctx.now, detail: null })
  // Written before it is said, so that it takes one transaction: should we die in between, the gateway's next stream
  // begins with what it has not confirmed.
  const isSent = gatewayListens(ctx, gatewayId)
  if (isSent) await store.saveStep(ctx.db, id, { state: 'sent', at: ctx.now, detail: null })
  ctx.afterCommit(() => tellGateway(ctx, gatewayId, { event: 'command', id, data: { token } }))
  await ctx.emit(commandChanged({ commandId: id, siteId, workUnitId, gatewayId, state: isSent ? 'sent' : 'requested' }))
  ctx.audit({
    action: 'control.command.request',
    object: `command ${id}`,
    reason,
    detail: { setPoint: setPoint.title, setPointId: setPoint.id, workUnitId, from: present.presentValue, to: value },
  })
  return id
}

/** What the machine shows now: the set-point's own signal, and the machine's state as far as it tells one. */
async function presentOf(
  ctx: Context,
  setPoint: SetPoint,
): Promise<{ presentValue: number | undefined; machineState: string | null | undefined }> {
  const signals = await listSignals(ctx, { workUnitId: setPoint.workUnitId })
  const value = signals.find((signal) => signal.series === setPoint.series)?.latest?.value
  const state = signals.find((signal) => signal.measurand === 'state')
  return {
    presentValue: typeof value === 'number' ? value : undefined,
    machineState: state && (typeof state.latest?.value === 'string' ? state.latest.value : null),
  }
}

function auditRefusal(ctx: Context, setPoint: SetPoint, request: CommandRequest, problem: Problem): void {
  ctx.auditRefusal({
    action: 'control.command.refuse',
    object: `set-point ${setPoint.id}`,
    reason: request.reason,
    detail: { value: request.value, code: problem.type.code, because: problem.message },
  })
}
