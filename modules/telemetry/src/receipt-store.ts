import type { IngestClient } from './ingest-store.ts'

/**
 * Forgets receipts of single deliveries: their journals, made of a key or a content, are of version 8 (RFC 9562 §5.8) and end
 * with their first batch. Journals that go on are kept.
 */
export async function removeSingleReceipts(client: IngestClient, beforeMs: number): Promise<void> {
  await client.query(
    `delete from telemetry.receipt
     where last_sequence = 1 and substr(journal::text, 15, 1) = '8' and seen_at < to_timestamp($1::float8 / 1000)`,
    [beforeMs],
  )
}
