import { expect, test } from 'vitest'
import { batchSubject, INBOX_PARTS, inboxPartOf, readBatchSubject } from './inbox-rules.ts'

const sender = {
  enterpriseId: '0199c1b0-11f2-7b5e-8a77-5d0c2f4e9a10',
  gatewayId: '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b1d',
}

test('the batches of a sender are in one part, which its subject names', () => {
  expect(inboxPartOf(sender.gatewayId)).toBe(0x1d % INBOX_PARTS)
  expect(batchSubject(sender)).toBe(`millrace.inbox.5.${sender.enterpriseId}.${sender.gatewayId}`)
  expect(readBatchSubject(batchSubject(sender))).toEqual(sender)
})

test.each([
  'millrace.inbox.5',
  `millrace.inbox.4.${sender.enterpriseId}.${sender.gatewayId}`,
  `millrace.inbox.5.${sender.enterpriseId}.${sender.gatewayId}.more`,
  `millrace.outbox.5.${sender.enterpriseId}.${sender.gatewayId}`,
  `millrace.inbox.5.*.${sender.gatewayId}`,
])('a subject that is none of ours names nobody: %s', (subject) => {
  expect(readBatchSubject(subject)).toBeUndefined()
})
