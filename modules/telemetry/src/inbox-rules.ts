import { isUuid } from '@millrace/base'

/**
 * Into how many parts the inbox is divided where several workers share it: at most so many of them have samples to write. All
 * batches of one sender are in one part, and keep their order.
 */
export const INBOX_PARTS = 8

/** The part of a sender: the last byte of its id, which is random, decides. */
export function inboxPartOf(senderId: string): number {
  return Number.parseInt(senderId.slice(-2), 16) % INBOX_PARTS
}

/** The same as {@link inboxPartOf} in SQL. @param column of ids of senders, as it is written in the statement */
export function inboxPartIn(column: string): string {
  return `get_byte(uuid_send(${column}), 15) % ${INBOX_PARTS}`
}

const SUBJECT = 'millrace.inbox'

/** Everything under a part's subject is its work. */
export function partSubject(part: number): string {
  return `${SUBJECT}.${part}.>`
}

/** What a batch is sent under: part, enterprise and sender. */
export function batchSubject({ enterpriseId, gatewayId }: { enterpriseId: string; gatewayId: string }): string {
  return `${SUBJECT}.${inboxPartOf(gatewayId)}.${enterpriseId}.${gatewayId}`
}

/** Whose batch a subject names; undefined when it is none of ours. */
export function readBatchSubject(subject: string): { enterpriseId: string; gatewayId: string } | undefined {
  const [, , , enterpriseId = '', gatewayId = ''] = subject.split('.')
  if (!isUuid(enterpriseId) || !isUuid(gatewayId)) return undefined
  const sender = { enterpriseId, gatewayId }
  return batchSubject(sender) === subject ? sender : undefined
}

/** What a worker answers to whoever sent a batch. */
export type Confirmation = { readonly id: string } & (
  | { readonly kind: 'stored'; readonly isNew: boolean }
  | { readonly kind: 'gap'; readonly expected: number; readonly detail: string }
  /** Not now; nothing of it is stored. */
  | { readonly kind: 'busy'; readonly detail: string }
)
