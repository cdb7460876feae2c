import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { isUuid } from '@millrace/base'
import { readJson, replaceFile } from './files.ts'

/**
 * From record `first` on, batches count from 1 under this journal id. The cloud knows a batch by (journal, sequence) and wants
 * sequences without a hole; where the journal has one, a new epoch begins.
 */
export type Epoch = { id: string; first: number }

/** What the journal remembers beside its records. Never empty, sorted by `first`. */
export type JournalState = { epochs: Epoch[]; acknowledged: number }

const FILE = 'journal.json'

/** The remembered state, or a new one whose epoch begins at record 1. `fresh` says that nothing usable was remembered. */
export async function loadState(dir: string): Promise<{ state: JournalState; fresh: boolean }> {
  const json = await readJson(join(dir, FILE)).catch(() => undefined)
  const state = parseState(json)
  return state ? { state, fresh: false } : { state: { epochs: [newEpoch(1)], acknowledged: 0 }, fresh: true }
}

export function saveState(dir: string, state: JournalState): Promise<void> {
  return replaceFile(join(dir, FILE), JSON.stringify(state))
}

function newEpoch(first: number): Epoch {
  return { id: randomUUID(), first }
}

/** The epoch to which a record belongs. */
export function epochOf(epochs: readonly Epoch[], number: number): Epoch {
  const epoch = epochs.findLast(({ first }) => first <= number) ?? epochs[0]
  if (!epoch) throw new Error('a journal has at least one epoch')
  return epoch
}

/** The epochs with one that begins at `number`, replacing one that began there. */
export function withEpoch(epochs: readonly Epoch[], number: number): Epoch[] {
  return [...epochs.filter(({ first }) => first !== number), newEpoch(number)].sort((a, b) => a.first - b.first)
}

/** The epochs that records after `acknowledged` still need. */
export function neededEpochs(epochs: readonly Epoch[], acknowledged: number): Epoch[] {
  return epochs.filter((_, index) => {
    const next = epochs[index + 1]
    return !next || next.first > acknowledged + 1
  })
}

function parseState(json: unknown): JournalState | undefined {
  if (typeof json !== 'object' || json === null || !('epochs' in json) || !('acknowledged' in json)) return undefined
  const { epochs: list, acknowledged } = json
  if (!Array.isArray(list) || list.length === 0 || !isCount(acknowledged, 0)) return undefined
  const epochs: Epoch[] = []
  for (const entry of list as unknown[]) {
    if (typeof entry !== 'object' || entry === null || !('id' in entry) || !('first' in entry)) return undefined
    const { id, first } = entry
    if (typeof id !== 'string' || !isUuid(id) || !isCount(first, 1)) return undefined
    epochs.push({ id, first })
  }
  return { epochs, acknowledged }
}

function isCount(value: unknown, min: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= min
}
