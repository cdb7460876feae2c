import { eventType, Instant, id, problemType } from '@millrace/base'
import { type Static, Type } from 'typebox'

export const EquipmentId = id('Equipment')
export type EquipmentId = Static<typeof EquipmentId>
export const GatewayId = id('Gateway')
export type GatewayId = Static<typeof GatewayId>
export const ConnectionId = id('Connection')
export type ConnectionId = Static<typeof ConnectionId>

export const EquipmentName = Type.String({ minLength: 1, maxLength: 120 })

/** ISA-95 Part 1, role-based equipment hierarchy, below the enterprise. */
export const EquipmentLevel = Type.Enum(['site', 'area', 'work-center', 'work-unit'])
export type EquipmentLevel = Static<typeof EquipmentLevel>

/** A shift that returns every week. Minutes count from midnight in the site's zone; an end of 1440 or more is the next day. */
export const ShiftPattern = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 60 }),
  /** 1 Monday to 7 Sunday: the day on which the shift starts, to which it belongs also past midnight. */
  weekdays: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7 }),
  startMinute: Type.Integer({ minimum: 0, maximum: 1439 }),
  endMinute: Type.Integer({ minimum: 1, maximum: 2880 }),
})
export type ShiftPattern = Static<typeof ShiftPattern>

/** What only a site has. */
export const SiteDetail = Type.Object({
  /** IANA name, such as Europe/Zurich. Shifts and days are computed in it. */
  timeZone: Type.String({ maxLength: 60 }),
  /** ISO 4217. */
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  /** In words: "Switzerland". */
  country: Type.String({ maxLength: 80 }),
  shifts: Type.Array(ShiftPattern, { maxItems: 20 }),
})
export type SiteDetail = Static<typeof SiteDetail>

/** A piece of the plant. `siteId` of a site is its own id; `parentId` of a site is null. */
export const Equipment = Type.Object({
  id: EquipmentId,
  parentId: Type.Union([EquipmentId, Type.Null()]),
  siteId: EquipmentId,
  level: EquipmentLevel,
  name: Type.String(),
  /** What kind of machine a work unit is: "mill", "injection-press"; null above. */
  kind: Type.Union([Type.String(), Type.Null()]),
  /** Order among its siblings, as the plant lists them. */
  position: Type.Integer(),
  site: Type.Union([SiteDetail, Type.Null()]),
})
export type Equipment = Static<typeof Equipment>

/** The most pieces of equipment a company's tree is answered with. */
export const EQUIPMENT_LIMIT = 5000

export const NewSite = Type.Object({ name: EquipmentName, ...SiteDetail.properties }, { additionalProperties: false })
export type NewSite = Static<typeof NewSite>

export const NewEquipment = Type.Object(
  {
    parentId: EquipmentId,
    level: Type.Enum(['area', 'work-center', 'work-unit']),
    name: EquipmentName,
    kind: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
  },
  { additionalProperties: false },
)
export type NewEquipment = Static<typeof NewEquipment>

export const Protocol = Type.Enum(['opc-ua', 'sparkplug', 'replay', 'mqtt'])
export type Protocol = Static<typeof Protocol>

/**
 * How a gateway reaches devices. `endpoint` is opc.tcp://… or mqtt(s)://…; empty for a replay and for a device that comes to us
 * by itself (`mqtt`).
 */
export const Connection = Type.Object({
  id: ConnectionId,
  gatewayId: GatewayId,
  siteId: EquipmentId,
  name: Type.String(),
  protocol: Protocol,
  endpoint: Type.String(),
  options: Type.Object({
    /** OPC UA: security policy; `auto` takes the strongest the server offers. */
    securityPolicy: Type.Optional(
      Type.Enum(['None', 'Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss']),
    ),
    /** Sparkplug: group to listen to; all when absent. */
    groupId: Type.Optional(Type.String({ maxLength: 100 })),
  }),
  state: Type.Enum(['connected', 'connecting', 'failed', 'unknown']),
  detail: Type.Union([Type.String(), Type.Null()]),
  stateSince: Type.Union([Instant, Type.Null()]),
})
export type Connection = Static<typeof Connection>

export const NewConnection = Type.Object(
  {
    gatewayId: GatewayId,
    name: EquipmentName,
    protocol: Type.Enum(['opc-ua', 'sparkplug']),
    endpoint: Type.String({ minLength: 8, maxLength: 300, pattern: '^(opc\\.tcp|mqtts?)://[^\\s]+$' }),
    options: Type.Optional(Connection.properties.options),
  },
  { additionalProperties: false },
)
export type NewConnection = Static<typeof NewConnection>

/** Something a gateway saw at a connection that is not a signal yet. */
export const DiscoveredTag = Type.Object({
  connectionId: ConnectionId,
  /** OPC UA: a NodeId such as `ns=1;s=Mill2.power`. Sparkplug: `edgeNode/device/metric name`. MQTT: what follows the topic root. */
  address: Type.String({ minLength: 1, maxLength: 500 }),
  name: Type.String({ minLength: 1, maxLength: 200 }),
  kind: Type.Enum(['number', 'text', 'vector']),
  unit: Type.Optional(Type.String({ maxLength: 40 })),
})
export type DiscoveredTag = Static<typeof DiscoveredTag>

/** The most tags one connection may have discovered. */
export const DISCOVERED_LIMIT = 5000

export const Gateway = Type.Object({
  id: GatewayId,
  siteId: EquipmentId,
  name: Type.String(),
  /** Runs beside the server, started by it. */
  local: Type.Boolean(),
  state: Type.Enum(['waiting', 'online', 'offline', 'revoked']),
  enrolledAt: Type.Union([Instant, Type.Null()]),
  lastSeenAt: Type.Union([Instant, Type.Null()]),
  journal: Type.Union([
    Type.Object({ bytes: Type.Number(), oldestAt: Type.Union([Instant, Type.Null()]), droppedSamples: Type.Number() }),
    Type.Null(),
  ]),
  /** How far its clock is ahead of the server's, behind when negative; 0 while it is near, null while not known. */
  clockAheadMs: Type.Union([Type.Integer(), Type.Null()]),
})
export type Gateway = Static<typeof Gateway>

export const NewGateway = Type.Object(
  { siteId: EquipmentId, name: EquipmentName, local: Type.Boolean() },
  { additionalProperties: false },
)
export type NewGateway = Static<typeof NewGateway>

/** A gateway just made, with the code that enrols it once within ten minutes. */
export const GatewayWithCode = Type.Object({ gateway: Gateway, enrolmentCode: Type.String() })
export type GatewayWithCode = Static<typeof GatewayWithCode>

/** An Ed25519 public key as a JSON Web Key (RFC 8037). */
export const PublicJwk = Type.Object(
  { kty: Type.Literal('OKP'), crv: Type.Literal('Ed25519'), x: Type.String({ minLength: 43, maxLength: 43 }) },
  { additionalProperties: false },
)
export type PublicJwk = Static<typeof PublicJwk>

export const Enrolment = Type.Object(
  { code: Type.String({ minLength: 10, maxLength: 100 }), publicKey: PublicJwk, name: Type.Optional(EquipmentName) },
  { additionalProperties: false },
)
export type Enrolment = Static<typeof Enrolment>

export const Enrolled = Type.Object({
  gatewayId: GatewayId,
  enterpriseId: Type.String(),
  siteId: EquipmentId,
  /** Signs every command; the gateway keeps it and accepts no other. */
  commandKey: PublicJwk,
})
export type Enrolled = Static<typeof Enrolled>

/** One datum a gateway reads and under which number it sends it. */
export const Tag = Type.Object({
  series: Type.Integer({ minimum: 1 }),
  connectionId: ConnectionId,
  address: Type.String(),
  name: Type.String(),
  kind: Type.Enum(['number', 'text', 'vector']),
  /** `spectrum`: the address gives a waveform, the gateway sends its amplitude spectrum. */
  transform: Type.Optional(Type.Enum(['spectrum'])),
  /** Rate of the waveform, in hertz; only for vectors. */
  sampleRateHz: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  /** The gateway passes on no more than one value in this time. */
  recordEveryMs: Type.Optional(Type.Integer({ minimum: 1000 })),
})
export type Tag = Static<typeof Tag>

/** What a gateway may write, as the cloud proposes it; it takes effect after confirmation at the gateway. */
export const AllowedWrite = Type.Object({
  connectionId: ConnectionId,
  address: Type.String(),
  kind: Type.Enum(['number', 'boolean', 'text']),
  min: Type.Optional(Type.Number()),
  max: Type.Optional(Type.Number()),
  maxStep: Type.Optional(Type.Number()),
  maxPerMinute: Type.Optional(Type.Integer({ minimum: 1 })),
  /** Where to read the value back, when not at the same address. */
  readBackAddress: Type.Optional(Type.String()),
  /** The write is refused unless this tag is good, at most 2 s old and has this value. */
  interlock: Type.Optional(Type.Object({ address: Type.String(), equals: Type.Union([Type.Number(), Type.String()]) })),
})
export type AllowedWrite = Static<typeof AllowedWrite>

export const GatewayConfiguration = Type.Object({
  revision: Type.String(),
  gatewayId: GatewayId,
  siteId: EquipmentId,
  connections: Type.Array(
    Type.Object({
      id: ConnectionId,
      name: Type.String(),
      protocol: Protocol,
      endpoint: Type.String(),
      options: Connection.properties.options,
    }),
  ),
  tags: Type.Array(Tag),
  setPoints: Type.Array(AllowedWrite),
})
export type GatewayConfiguration = Static<typeof GatewayConfiguration>

/** What a gateway says about itself, every 10 s and at once when something changed. */
export const GatewayReport = Type.Object(
  {
    connections: Type.Array(
      Type.Object({
        connectionId: ConnectionId,
        state: Type.Enum(['connected', 'connecting', 'failed']),
        detail: Type.Optional(Type.String({ maxLength: 500 })),
        sinceAt: Instant,
      }),
      { maxItems: 500 },
    ),
    journal: Type.Object({
      bytes: Type.Number({ minimum: 0 }),
      oldestAt: Type.Union([Instant, Type.Null()]),
      droppedSamples: Type.Integer({ minimum: 0 }),
    }),
    clockAheadMs: Type.Optional(Type.Integer()),
    discovered: Type.Optional(Type.Array(DiscoveredTag, { maxItems: 1000 })),
  },
  { additionalProperties: false },
)
export type GatewayReport = Static<typeof GatewayReport>

/** A recorded file to be streamed as a machine of a site. */
export const NewReplay = Type.Object(
  {
    siteId: EquipmentId,
    machineName: EquipmentName,
    signals: Type.Array(
      Type.Object({
        name: Type.String({ minLength: 1, maxLength: 200 }),
        unit: Type.Optional(Type.String({ maxLength: 40 })),
      }),
      { minItems: 1, maxItems: 200 },
    ),
  },
  { additionalProperties: false },
)
export type NewReplay = Static<typeof NewReplay>

/** A site made ready for a recorded file. `tags` in the order of the signals asked for. */
export const Replay = Type.Object({
  gatewayEnrolmentCode: Type.String(),
  gatewayId: GatewayId,
  connectionId: ConnectionId,
  workUnitId: EquipmentId,
  tags: Type.Array(Type.Object({ series: Type.Integer({ minimum: 1 }), name: Type.String() })),
})
export type Replay = Static<typeof Replay>

export const equipmentMissing = problemType('plant/equipment-missing', 'missing', 'No such equipment')
export const equipmentMisplaced = problemType('plant/equipment-misplaced', 'invalid', 'Equipment does not belong there')
export const nameTaken = problemType('plant/name-taken', 'conflict', 'Name already used there')
export const timeZoneUnknown = problemType('plant/time-zone-unknown', 'invalid', 'Unknown time zone')
export const shiftInvalid = problemType('plant/shift-invalid', 'invalid', 'Shift makes no sense')
export const gatewayMissing = problemType('plant/gateway-missing', 'missing', 'No such gateway')
export const connectionMissing = problemType('plant/connection-missing', 'missing', 'No such connection')
export const enrolmentRefused = problemType('plant/enrolment-refused', 'forbidden', 'Enrolment code is not valid')
export const enrolmentPaused = problemType('plant/enrolment-paused', 'limited', 'Too many failed enrolments')
export const gatewayRefused = problemType('plant/gateway-refused', 'unauthenticated', 'Gateway token is not valid')

export const gatewayConfigurationChanged = eventType(
  'plant.gateway-configuration-changed',
  Type.Object({ gatewayId: GatewayId }),
)
export const equipmentChanged = eventType(
  'plant.equipment-changed',
  Type.Object({ equipmentId: EquipmentId, siteId: EquipmentId }),
)
/** A gateway came, went, was made, enrolled or revoked, or one of its connections changed its state. */
export const gatewayChanged = eventType(
  'plant.gateway-changed',
  Type.Object({ gatewayId: GatewayId, siteId: EquipmentId }),
)
