import { eventType, Instant, id, PageQuery, problemType, Uuid } from '@millrace/base'
import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false }
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()])

export const WebhookId = id('Webhook')
export type WebhookId = Static<typeof WebhookId>
/** The id of the event that is delivered; the receiver finds it as `webhook-id`. */
export const DeliveryId = id('Delivery')
export type DeliveryId = Static<typeof DeliveryId>

const ClassificationName = Type.Enum(['public', 'internal', 'confidential', 'trade-secret'])

/** `<module>.<what-happened>`; on the wire it is the CloudEvents type with `dev.millrace.` before it. */
const EventTypeName = Type.String({ minLength: 1, maxLength: 200 })

/** An event that can be subscribed to. */
export const EventTypeDetail = Type.Object({
  type: EventTypeName,
  title: Type.String(),
  /** What its subscriber must hold. */
  permission: Type.String(),
  label: ClassificationName,
  /** It concerns no single plant: only webhooks of the whole company are told. */
  companyWide: Type.Boolean(),
})
export type EventTypeDetail = Static<typeof EventTypeDetail>

/**
 * `active`: events are delivered. `paused`: they wait. `disabled`: the receiver failed for too long or does not want any
 * more; nothing new is collected until somebody switches it on again.
 */
export const WebhookState = Type.Enum(['active', 'paused', 'disabled'])
export type WebhookState = Static<typeof WebhookState>

export const Webhook = Type.Object({
  id: WebhookId,
  name: Type.String(),
  url: Type.String(),
  eventTypes: Type.Array(EventTypeName),
  /** Only what happens there is told; null = everywhere. */
  placeId: orNull(Type.String()),
  siteId: orNull(Type.String()),
  state: WebhookState,
  /** Why it is disabled, as a sentence. */
  stateReason: orNull(Type.String()),
  createdBy: Type.String(),
  createdAt: Instant,
  /** Until then events are signed with the secret before the present one as well. */
  previousSecretUntil: orNull(Instant),
  /** Since when no event arrived; null while all is well. */
  failingSince: orNull(Instant),
  /** When the receiver is called again, when it is left in peace until then. */
  resumeAt: orNull(Instant),
  lastAttemptAt: orNull(Instant),
  /** The HTTP status of the last answer; null when there was none. */
  lastStatus: orNull(Type.Integer()),
  lastFailure: orNull(Type.String()),
  lastDeliveredAt: orNull(Instant),
  /** Events not yet delivered. */
  waitingCount: Type.Integer(),
  /** Waiting events that had to go because more than 10,000 waited. */
  droppedCount: Type.Integer(),
})
export type Webhook = Static<typeof Webhook>

const Name = Type.String({ minLength: 1, maxLength: 120 })
const Url = Type.String({ minLength: 1, maxLength: 2000 })
const EventTypes = Type.Array(EventTypeName, { minItems: 1, maxItems: 100, uniqueItems: true })

export const NewWebhook = Type.Object({ name: Name, url: Url, eventTypes: EventTypes, placeId: orNull(Uuid) }, closed)
export type NewWebhook = Static<typeof NewWebhook>

export const WebhookChange = Type.Object({ name: Type.Optional(Name), eventTypes: Type.Optional(EventTypes) }, closed)
export type WebhookChange = Static<typeof WebhookChange>

export const WebhookUrl = Type.Object({ url: Url }, closed)

/** A secret is told once: `whsec_` and base64, as Standard Webhooks writes it. */
export const WebhookWithSecret = Type.Object({ webhook: Webhook, secret: Type.String() })
export type WebhookWithSecret = Static<typeof WebhookWithSecret>

/** `failed`: given up after about three days. */
export const DeliveryState = Type.Enum(['waiting', 'delivered', 'failed'])
export type DeliveryState = Static<typeof DeliveryState>

/** One call of the receiver. */
export const Attempt = Type.Object({
  number: Type.Integer(),
  at: Instant,
  durationMs: Type.Integer(),
  /** Null when there was no answer. */
  status: orNull(Type.Integer()),
  /** Why there was none. */
  failure: orNull(Type.String()),
  /** The first KiB of what was answered. */
  answer: orNull(Type.String()),
})
export type Attempt = Static<typeof Attempt>

/** One event for one webhook. */
export const Delivery = Type.Object({
  id: DeliveryId,
  eventType: Type.String(),
  /** Where the thing is found in the API. */
  subject: Type.String(),
  occurredAt: Instant,
  state: DeliveryState,
  attemptCount: Type.Integer(),
  /** When it is sent next at the earliest, while its webhook is not left in peace for longer; null when it is settled. */
  dueAt: orNull(Instant),
  lastAttempt: orNull(Attempt),
})
export type Delivery = Static<typeof Delivery>

export const DeliveryDetail = Type.Object({
  ...Delivery.properties,
  /** Newest first; the newest hundred are kept. */
  attempts: Type.Array(Attempt),
  /** The CloudEvent as it is sent; null for who may not see what it is about. */
  event: orNull(Type.Record(Type.String(), Type.Unknown())),
})
export type DeliveryDetail = Static<typeof DeliveryDetail>

export const DeliveryQuery = Type.Object(
  {
    state: Type.Optional(DeliveryState),
    eventType: Type.Optional(EventTypeName),
    fromAt: Type.Optional(Instant),
    toAt: Type.Optional(Instant),
    ...PageQuery,
  },
  closed,
)
export type DeliveryQuery = Static<typeof DeliveryQuery>

/** From then up to and without then, by when the events happened. */
export const ReplayRange = Type.Object({ fromAt: Instant, toAt: Instant }, closed)
export type ReplayRange = Static<typeof ReplayRange>

export const webhookMissing = problemType('exchange/webhook-missing', 'missing', 'No such webhook')
export const deliveryMissing = problemType('exchange/delivery-missing', 'missing', 'No such delivery')
export const webhookNameTaken = problemType('exchange/webhook-name-taken', 'conflict', 'Name of a webhook in use')
export const webhookNotActive = problemType('exchange/webhook-not-active', 'conflict', 'Webhook is not switched on')
export const tooManyWebhooks = problemType('exchange/too-many-webhooks', 'conflict', 'Too many webhooks')
export const eventTypeUnknown = problemType('exchange/event-type-unknown', 'invalid', 'No such event')
export const eventCompanyWide = problemType('exchange/event-company-wide', 'invalid', 'Event belongs to no plant')
export const eventNotYours = problemType('exchange/event-not-yours', 'forbidden', 'Event may not be seen')
export const placeUnknown = problemType('exchange/place-unknown', 'invalid', 'No such place')
export const rangeInvalid = problemType('exchange/range-invalid', 'invalid', 'Time range ends before it begins')

/** A webhook was switched off because its receiver failed for too long or wants no more. */
export const webhookDisabled = eventType(
  'exchange.webhook-disabled',
  Type.Object({ webhookId: WebhookId, siteId: orNull(Type.String()), name: Type.String(), reason: Type.String() }),
)
