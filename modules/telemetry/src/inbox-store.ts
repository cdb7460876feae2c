import { epochMs, type Instant } from '@millrace/base'
import { copyRows, readRows } from './copy-store.ts'
import { inboxPartIn } from './inbox-rules.ts'
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

interface InboxRow extends Arrival {
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
  const columns = 'enterprise_id, gateway_id, journal, sequence, received_at, payload'
  await copyRows(client, `telemetry.inbox (${columns})`, 6, arrivals, (fields, one) => {
    for (const id of [one.enterpriseId, one.gatewayId, one.journal]) fields.uuid(id)
    fields.int8(one.sequence)
    fields.instant(epochMs(one.receivedAt))
    fields.raw(one.payload)
  })
  // The last of a journal is the highest: they are stored in their order.
  const newest = [...new Map(arrivals.map((one) => [journalName(one), one])).values()]
  await client.query(
    `update telemetry.receipt r set last_sequence = newest.sequence, seen_at = newest.received_at
     from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::timestamptz[])
       as newest (enterprise_id, gateway_id, journal, sequence, received_at)
     where r.enterprise_id = newest.enterprise_id and r.gateway_id = newest.gateway_id and r.journal = newest.journal`,
    [
      newest.map((one) => one.enterpriseId),
      newest.map((one) => one.gatewayId),
      newest.map((one) => one.journal),
      newest.map((one) => one.sequence),
      newest.map((one) => one.receivedAt),
    ],
  )
}

/** Parts of the inbox, where several servers share it; undefined = all of it. */
export type InboxParts = readonly number[] | undefined

const OF_PARTS = (parameter: string) =>
  `(${parameter}::int[] is null or ${inboxPartIn('gateway_id')} = any(${parameter}::int[]))`

/** What waits in the inbox, of all enterprises. */
export async function measureInbox(
  client: IngestClient,
  parts: InboxParts,
): Promise<{ batches: number; bytes: number }> {
  const { rows } = await client.query<{ batches: number; bytes: number }>(
    `select count(*) as batches, coalesce(sum(length(payload)), 0)::bigint as bytes
     from telemetry.inbox where refused_at is null and ${OF_PARTS('$1')}`,
    [parts],
  )
  return rows[0] ?? { batches: 0, bytes: 0 }
}

/** A batch of the inbox without what it holds. */
export type InboxHead = Omit<InboxRow, 'payload'> & { readonly bytes: number }

/**
 * Takes the next batches in the order of arrival and holds them until the transaction ends, so that a second server, or the
 * last transaction of a killed one, cannot take them as well.
 */
export async function takeInbox(
  client: IngestClient,
  parts: InboxParts,
  most: number,
  bytesMax: number,
): Promise<InboxHead[]> {
  const { rows } = await client.query<InboxHead>(
    `select id, enterprise_id as "enterpriseId", gateway_id as "gatewayId", journal, sequence,
       received_at as "receivedAt", length(payload) as bytes
     from telemetry.inbox where refused_at is null and ${OF_PARTS('$2')} order by id limit $1 for update`,
    [most, parts],
  )
  let bytes = 0
  const end = rows.findIndex((row, index) => {
    bytes += row.bytes
    return index > 0 && bytes > bytesMax
  })
  return end < 0 ? rows : rows.slice(0, end)
}

/** What some batches hold, by id. */
export async function listPayloads(client: IngestClient, ids: readonly number[]): Promise<Map<number, Uint8Array>> {
  if (ids.length === 0) return new Map()
  if (!ids.every(Number.isSafeInteger)) throw new RangeError('An id is a whole number.')
  const query = `select id, payload from telemetry.inbox where id in (${ids.join()})`
  return new Map(await readRows(client, query, (fields) => [fields.int8(), fields.raw()] as const))
}

export async function removeInbox(client: IngestClient, rows: readonly InboxHead[]): Promise<void> {
  await client.query('delete from telemetry.inbox where id = any($1::bigint[])', [rows.map((row) => row.id)])
}

/** Passes over a batch from now on: one that cannot be stored must not hold up all those behind it. */
export async function refuseInbox(client: IngestClient, row: InboxHead): Promise<void> {
  await client.query('update telemetry.inbox set refused_at = now() where id = $1', [row.id])
}
