import type { Instant } from '@millrace/base'
import type { IngestClient } from './ingest-store.ts'

/** Whose journal: what a sequence number counts in. */
export interface JournalKey {
  readonly enterpriseId: string
  readonly gatewayId: string
  readonly journal: string
}

export interface Arrival extends JournalKey {
  readonly sequence: number
  readonly receivedAt: Instant
  readonly payload: Buffer
}

export interface InboxRow extends Arrival {
  readonly id: number
}

export function journalName({ enterpriseId, gatewayId, journal }: JournalKey): string {
  return `${enterpriseId} ${gatewayId} ${journal}`
}

/** Holds the receipts of some journals until the transaction ends, and says how far each has come: 0 for a new one. */
export async function lockReceipts(
  client: IngestClient,
  keys: readonly JournalKey[],
  seenAt: Instant,
): Promise<Map<string, number>> {
  const arrays = [keys.map((key) => key.enterpriseId), keys.map((key) => key.gatewayId), keys.map((key) => key.journal)]
  // In one order everywhere, so that two servers do not wait for each other.
  await client.query(
    `insert into telemetry.receipt (enterprise_id, gateway_id, journal, last_sequence, seen_at)
     select distinct e, g, j, 0, $4::timestamptz from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as k (e, g, j)
     order by e, g, j on conflict do nothing`,
    [...arrays, seenAt],
  )
  const { rows } = await client.query<JournalKey & { lastSequence: number }>(
    `select r.enterprise_id as "enterpriseId", r.gateway_id as "gatewayId", r.journal, r.last_sequence as "lastSequence"
     from telemetry.receipt r
     join (select distinct e, g, j from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as k (e, g, j)) as k
       on r.enterprise_id = k.e and r.gateway_id = k.g and r.journal = k.j
     order by 1, 2, 3 for update of r`,
    arrays,
  )
  return new Map(rows.map((row) => [journalName(row), row.lastSequence]))
}

/** Stores batches in this order and moves the receipts on. */
export async function saveArrivals(client: IngestClient, arrivals: readonly Arrival[]): Promise<void> {
  await client.query(
    `with arrival as (
       select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::timestamptz[], $6::bytea[])
         with ordinality as a (enterprise_id, gateway_id, journal, sequence, received_at, payload, position)
     ), stored as (
       insert into telemetry.inbox (enterprise_id, gateway_id, journal, sequence, received_at, payload)
       select enterprise_id, gateway_id, journal, sequence, received_at, payload from arrival order by position
     )
     update telemetry.receipt r set last_sequence = newest.sequence, seen_at = newest.received_at
     from (
       select enterprise_id, gateway_id, journal, max(sequence) as sequence, max(received_at) as received_at
       from arrival group by 1, 2, 3
     ) as newest
     where r.enterprise_id = newest.enterprise_id and r.gateway_id = newest.gateway_id and r.journal = newest.journal`,
    [
      arrivals.map((one) => one.enterpriseId),
      arrivals.map((one) => one.gatewayId),
      arrivals.map((one) => one.journal),
      arrivals.map((one) => one.sequence),
      arrivals.map((one) => one.receivedAt),
      arrivals.map((one) => one.payload),
    ],
  )
}

/** What waits in the inbox, of all enterprises. */
export async function measureInbox(client: IngestClient): Promise<{ batches: number; bytes: number }> {
  const { rows } = await client.query<{ batches: number; bytes: number }>(
    `select count(*) as batches, coalesce(sum(length(payload)), 0)::bigint as bytes
     from telemetry.inbox where refused_at is null`,
  )
  return rows[0] ?? { batches: 0, bytes: 0 }
}

/**
 * Takes the next batches in the order of arrival and holds them until the transaction ends, so that a second server, or the
 * last transaction of a killed one, cannot take them as well.
 */
export async function takeInbox(client: IngestClient, most: number, bytesMax: number): Promise<InboxRow[]> {
  const held = await client.query<{ id: number; bytes: number }>(
    `select id, length(payload) as bytes from telemetry.inbox where refused_at is null
     order by id limit $1 for update`,
    [most],
  )
  if (held.rows.length === 0) return []
  const ids: number[] = []
  let bytes = 0
  for (const row of held.rows) {
    bytes += row.bytes
    if (ids.length > 0 && bytes > bytesMax) break
    ids.push(row.id)
  }
  const { rows } = await client.query<InboxRow>(
    `select id, enterprise_id as "enterpriseId", gateway_id as "gatewayId", journal, sequence,
       received_at as "receivedAt", payload
     from telemetry.inbox where id = any($1::bigint[]) order by id`,
    [ids],
  )
  return rows
}

export async function removeInbox(client: IngestClient, rows: readonly InboxRow[]): Promise<void> {
  await client.query('delete from telemetry.inbox where id = any($1::bigint[])', [rows.map((row) => row.id)])
}

/** Passes over a batch from now on: one that cannot be stored must not hold up all those behind it. */
export async function refuseInbox(client: IngestClient, row: InboxRow): Promise<void> {
  await client.query('update telemetry.inbox set refused_at = now() where id = $1', [row.id])
}
