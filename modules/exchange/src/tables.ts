import type { Classification, Instant } from '@millrace/base'
import type { ColumnType, Generated, GeneratedAlways } from 'kysely'
import type { DeliveryId, DeliveryState, WebhookId, WebhookState } from './contract.ts'

/** Absent when a row is made. */
type Later<T> = ColumnType<T, undefined, T>

declare module '@millrace/db' {
  interface Database {
    'exchange.webhook': {
      enterpriseId: GeneratedAlways<string>
      id: WebhookId
      name: string
      url: string
      eventTypes: string[]
      placeId: string | null
      siteId: string | null
      upTo: Classification
      state: WebhookState
      stateReason: Later<string | null>
      secret: Buffer
      previousSecret: Later<Buffer | null>
      previousUntil: Later<Instant | null>
      createdBy: string
      createdAt: Instant
      failingSince: Later<Instant | null>
      failureCount: Generated<number>
      resumeAt: Later<Instant | null>
      lastAttemptAt: Later<Instant | null>
      lastStatus: Later<number | null>
      lastFailure: Later<string | null>
      lastDeliveredAt: Later<Instant | null>
      droppedCount: Generated<number>
      leasedUntil: Later<Instant | null>
    }
    'exchange.delivery': {
      enterpriseId: GeneratedAlways<string>
      webhookId: WebhookId
      id: DeliveryId
      seq: GeneratedAlways<number>
      eventType: string
      subject: string
      occurredAt: Instant
      createdAt: Instant
      body: string
      state: DeliveryState
      dueAt: Instant | null
      attempts: Generated<number>
      tries: Generated<number>
      firstTryAt: Later<Instant | null>
    }
    'exchange.attempt': {
      enterpriseId: GeneratedAlways<string>
      webhookId: WebhookId
      deliveryId: DeliveryId
      number: number
      at: Instant
      durationMs: number
      status: number | null
      failure: string | null
      answer: string | null
    }
  }
}
