import type { Instant } from '@millrace/base'
import { encodeStructured } from '@millrace/cloudevents'
import type { DeliveryId } from './contract.ts'

/** Before each of our event types: CloudEvents wants a reversed DNS name, and one word for the whole program. */
const TYPE_PREFIX = 'dev.millrace.'

/** What a test says instead of something that happened. */
export const TEST_EVENT = 'exchange.test'

/**
 * A domain event as the CloudEvent that is signed and sent. Its source is the company, as a URN, so that one receiver can
 * serve several companies and installations.
 */
export function messageOf(of: {
  id: DeliveryId
  enterpriseId: string
  eventType: string
  subject: string
  occurredAt: Instant
  data: unknown
}): string {
  return encodeStructured({
    specversion: '1.0',
    id: of.id,
    source: `urn:uuid:${of.enterpriseId}`,
    type: TYPE_PREFIX + of.eventType,
    subject: of.subject,
    time: of.occurredAt,
    datacontenttype: 'application/json',
    data: of.data,
  }).body
}
