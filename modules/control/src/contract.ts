import { eventType, Instant, id, PageQuery, problemType } from '@millrace/base'
import { EquipmentId, GatewayId } from '@millrace/plant/contract'
import { Series } from '@millrace/telemetry/contract'
import { type Static, Type } from 'typebox'

export const SetPointId = id('SetPoint')
export type SetPointId = Static<typeof SetPointId>
export const CommandId = id('Command')
export type CommandId = Static<typeof CommandId>

/** A value that may be written to a machine: listed, bounded, and limited in step and rate. Nothing else is writable. */
export const SetPoint = Type.Object({
  id: SetPointId,
  siteId: EquipmentId,
  workUnitId: EquipmentId,
  name: Type.String(),
  title: Type.String(),
  unit: Type.Union([Type.String(), Type.Null()]),
  min: Type.Number(),
  max: Type.Number(),
  /** The largest change from the present value in one command; null for no limit. */
  maxStep: Type.Union([Type.Number(), Type.Null()]),
  maxPerMinute: Type.Integer({ minimum: 1 }),
  /** The signal that shows the present value. */
  series: Series,
})
export type SetPoint = Static<typeof SetPoint>

/** requested → sent → received → written → read-back, or refused, failed or expired. */
export const CommandState = Type.Enum([
  'requested',
  'sent',
  'received',
  'written',
  'read-back',
  'refused',
  'failed',
  'expired',
])
export type CommandState = Static<typeof CommandState>

export const CommandStep = Type.Object({
  state: CommandState,
  at: Instant,
  detail: Type.Union([Type.String(), Type.Null()]),
})
export type CommandStep = Static<typeof CommandStep>

export const Command = Type.Object({
  id: CommandId,
  siteId: EquipmentId,
  workUnitId: EquipmentId,
  setPointId: SetPointId,
  setPointTitle: Type.String(),
  unit: Type.Union([Type.String(), Type.Null()]),
  value: Type.Number(),
  /** What the machine had before, as far as known. */
  previousValue: Type.Union([Type.Number(), Type.Null()]),
  /** What was read from the machine after writing. */
  readBackValue: Type.Union([Type.Number(), Type.Null()]),
  state: CommandState,
  steps: Type.Array(CommandStep),
  requestedBy: Type.String(),
  requestedAt: Instant,
  expiresAt: Instant,
  reason: Type.String(),
  findingId: Type.Union([Type.String(), Type.Null()]),
})
export type Command = Static<typeof Command>

export const NewCommand = Type.Object(
  {
    setPointId: SetPointId,
    value: Type.Number(),
    reason: Type.String({ minLength: 3, maxLength: 500 }),
    /** The same key asks for the same command, however often it is sent. */
    idempotencyKey: Type.String({ minLength: 8, maxLength: 100 }),
  },
  { additionalProperties: false },
)
export type NewCommand = Static<typeof NewCommand>

/** What a gateway reports of a command. */
export const CommandReport = Type.Object(
  {
    step: Type.Enum(['received', 'refused', 'written', 'read-back', 'failed']),
    at: Instant,
    readBack: Type.Optional(Type.Union([Type.Number(), Type.Boolean(), Type.String()])),
    reason: Type.Optional(Type.String({ maxLength: 100 })),
    detail: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
)
export type CommandReport = Static<typeof CommandReport>

/** How long a command may take until the machine has it; afterwards the gateway refuses it. */
export const COMMAND_LIFETIME_MS = 30_000

/** The question for a list of commands; without a machine, of all the asker may see. */
export const CommandQuery = Type.Object(
  { ...PageQuery, cursor: Type.Optional(CommandId), workUnitId: Type.Optional(EquipmentId) },
  { additionalProperties: false },
)
export type CommandQuery = Static<typeof CommandQuery>

export const setPointMissing = problemType('control/set-point-missing', 'missing', 'No such set-point')
export const valueOutOfBounds = problemType(
  'control/value-out-of-bounds',
  'invalid',
  'Value is outside what this set-point allows',
)
export const stepTooLarge = problemType(
  'control/step-too-large',
  'invalid',
  'Change is larger than this set-point allows at once',
)
export const tooManyCommands = problemType(
  'control/too-many-commands',
  'unavailable',
  'This set-point was written too often just now',
)
export const machineInterlocked = problemType(
  'control/machine-interlocked',
  'conflict',
  'The machine does not accept commands in its present state',
)
export const gatewayOffline = problemType(
  'control/gateway-offline',
  'unavailable',
  'The gateway of this machine is not connected',
)
export const presentValueUnknown = problemType(
  'control/present-value-unknown',
  'conflict',
  'The present value is not known, so the change cannot be judged',
)
export const keyReused = problemType('control/key-reused', 'conflict', 'The idempotency key belongs to another command')
export const setPointTaken = problemType(
  'control/set-point-taken',
  'conflict',
  'The machine has such a set-point already',
)
export const setPointMisplaced = problemType(
  'control/set-point-misplaced',
  'invalid',
  'Set-point, machine and connection do not belong together',
)
export const commandMissing = problemType('control/command-missing', 'missing', 'No such command')
export const commandChanged = eventType(
  'control.command-changed',
  Type.Object({
    commandId: CommandId,
    siteId: EquipmentId,
    workUnitId: EquipmentId,
    gatewayId: GatewayId,
    state: CommandState,
  }),
)
