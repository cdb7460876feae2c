import { encodeBatch, epochMs, now } from '@millrace/base'
import { type Actor, forbidden, may, type Runtime } from '@millrace/runtime'
import type { SignalMeta } from './acceptance-rules.ts'
import { openIngest, sampleCountOf } from './batches.ts'
import { samplesInvalid } from './contract.ts'
import { derivedId } from './derived-id.ts'
import { columnsOf, Faults, rowsOfCsv, rowsOfJson, type TextForm } from './text-batch-rules.ts'

/** What makes samples count once: a place in a journal, as for a gateway's batch, or a key of the sender's own choice. */
export type Numbering = { readonly journal: string; readonly sequence: number } | { readonly key: string | undefined }

export interface TakenSamples {
  readonly sequence: number
  readonly samples: number
  /** They were stored before, and nothing was added. */
  readonly repeated: boolean
}

/**
 * Takes samples written as text, of a gateway or of a program with an API key: all of them or none. Resolves when they are
 * durable, in the inbox as any batch.
 *
 * @param body the parsed JSON, or the text of the CSV.
 * @throws samplesInvalid  a row cannot be taken; `errors` names the first of them, `errorCount` says how many there are
 * @throws forbidden       the actor is a person
 * @throws sequenceGap, limited, ingestBusy as for a batch
 */
export async function takeSamples(
  runtime: Runtime,
  actor: Actor,
  form: TextForm,
  body: unknown,
  numbering: Numbering,
): Promise<TakenSamples> {
  if (actor.kind !== 'gateway' && actor.kind !== 'key') {
    throw forbidden('Gateways and programs with an API key send samples. A person imports a file.')
  }
  const hub = openIngest(runtime, actor)
  const faults = new Faults()
  const rows = form === 'json' ? rowsOfJson(body, faults) : rowsOfCsv(String(body), faults)
  if (rows.length === 0 && faults.count === 0) faults.add(0, 'samples', 'There is no sample.')
  const wanted = rows.flatMap(({ signal }) => (/^\d{1,10}$/.test(String(signal)) ? Number(signal) : []))
  const signals = await hub.catalogue.of(runtime, actor.enterpriseId, wanted)
  const byId = new Map<string, SignalMeta>()
  for (const signal of signals.values()) byId.set(signal.id, signal)
  const find = (named: number | string) => {
    const signal = typeof named === 'number' ? signals.get(named) : byId.get(named)
    return signal && speaksFor(actor, signal) ? signal : undefined
  }
  const columns = columnsOf(rows, form, find, epochMs(now()), faults)
  if (faults.count > 0) {
    const [first] = faults.first
    const place = first && first.row > 0 ? `Sample ${first.row}: ` : ''
    throw samplesInvalid(`${place}${first?.detail} Nothing was stored.`, {
      errorCount: faults.count,
      errors: faults.first,
    })
  }

  const sequence = 'sequence' in numbering ? numbering.sequence : 1
  const payload = Buffer.from(encodeBatch({ sequence, columns }))
  const senderId = actor.kind === 'gateway' ? actor.id : derivedId('program', actor.id)
  const journal =
    'journal' in numbering
      ? numbering.journal
      : numbering.key === undefined
        ? derivedId('content', senderId, payload)
        : derivedId('key', senderId, numbering.key)
  runtime.quotas.charge(actor, 'samples', sampleCountOf({ columns }))
  const { enterpriseId } = actor
  const isNew = await hub.ingest.intake.store({
    ...{ enterpriseId, gatewayId: senderId, journal, sequence, payload, signals },
  })
  return { sequence, samples: rows.length, repeated: !isNew }
}

/** A gateway speaks for what it reads, a program for what its key reaches. */
function speaksFor(actor: Actor, { gatewayId, siteId, workUnitId }: SignalMeta): boolean {
  if (actor.kind === 'gateway') return gatewayId === actor.id
  return may(actor, 'telemetry:batch:write', { siteId, equipmentId: workUnitId })
}
