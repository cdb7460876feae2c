import { Instant, problemType } from '@millrace/base'
import { ConnectionId, DiscoveredTag, EquipmentId, EquipmentName, GatewayId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'

/** Under it, followed by its id, lies everything a device may say and hear. */
export const TOPIC_ROOT = 'millrace/v1'

/** A device that speaks MQTT with the server itself. Its id is its user name, and that of its gateway in plant. */
export const Device = Type.Object({
  id: GatewayId,
  siteId: EquipmentId,
  /** The machine whose signals it mostly speaks for. */
  workUnitId: EquipmentId,
  connectionId: ConnectionId,
  name: Type.String(),
  state: Type.Enum(['waiting', 'online', 'offline', 'expired', 'revoked']),
  createdAt: Instant,
  secretMadeAt: Instant,
  /** Null: until it is revoked. */
  expiresAt: Type.Union([Instant, Type.Null()]),
  lastSeenAt: Type.Union([Instant, Type.Null()]),
  lastAddress: Type.Union([Type.String(), Type.Null()]),
})
export type Device = Static<typeof Device>

export const NewDevice = Type.Object(
  { workUnitId: EquipmentId, name: EquipmentName, expiresAt: Type.Optional(Type.Union([Instant, Type.Null()])) },
  { additionalProperties: false },
)
export type NewDevice = Static<typeof NewDevice>

/** When the new secret ends; as the one before if left out. */
export const Renewal = Type.Object(
  { expiresAt: Type.Optional(Type.Union([Instant, Type.Null()])) },
  { additionalProperties: false },
)
export type Renewal = Static<typeof Renewal>

/** A device with its password, which is shown this once. */
export const DeviceWithSecret = Type.Object({ device: Device, secret: Type.String() })
export type DeviceWithSecret = Static<typeof DeviceWithSecret>

/** Something a device said that could not be stored, since this server started. */
export const DeviceFault = Type.Object({
  /** Of the value; the whole topic when it lies elsewhere. */
  address: Type.String(),
  /** The end of a sentence about it: "is no number". */
  detail: Type.String(),
  count: Type.Integer(),
  lastAt: Instant,
})
export type DeviceFault = Static<typeof DeviceFault>

/** What a device said that became nothing yet. */
export const DeviceHearing = Type.Object({
  /** Addresses without a signal. */
  unknown: Type.Array(DiscoveredTag),
  faults: Type.Array(DeviceFault),
})
export type DeviceHearing = Static<typeof DeviceHearing>

/** Where devices connect. */
export const Door = Type.Union([
  Type.Object({ state: Type.Literal('closed') }),
  Type.Object({
    state: Type.Literal('open'),
    port: Type.Integer(),
    tls: Type.Boolean(),
    /** Only from this machine. */
    loopback: Type.Boolean(),
  }),
])
export type Door = Static<typeof Door>

/** The most devices a list holds. */
export const DEVICE_LIMIT = 2000

export const deviceMissing = problemType('mqtt/device-missing', 'missing', 'No such device')
export const deviceRevoked = problemType('mqtt/device-revoked', 'conflict', 'Device was revoked')
export const expiryInvalid = problemType('mqtt/expiry-invalid', 'invalid', 'End makes no sense')
