import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { AllowedWrite } from '@millrace/plant/contract'
import { readJson, replaceFile } from './files.ts'

const FILE = 'allow-list.json'
const PENDING_FILE = 'allow-list.pending.json'
const OFF_FILE = 'commands-off'
const ENTRIES_MAX = 1_000

/**
 * What this gateway may write. The list in force changes only at the gateway: what the cloud offers is kept as pending until
 * somebody confirms it here, so a stolen cloud account cannot widen it (T-C5).
 */
export class AllowList {
  private readonly dir: string

  constructor(dir: string) {
    this.dir = dir
  }

  /** The list in force, read anew each time, because it may be confirmed while the gateway runs. Empty when there is none. */
  async inForce(): Promise<AllowedWrite[]> {
    return (await this.read(FILE)) ?? []
  }

  async pending(): Promise<AllowedWrite[] | undefined> {
    return this.read(PENDING_FILE)
  }

  /**
   * Keeps a list that the cloud offers.
   *
   * @param confirmFirst puts it in force at once when there is none yet; only the demo's own gateways do so.
   * @returns what became of it.
   */
  async offer(offered: readonly AllowedWrite[], confirmFirst: boolean): Promise<'same' | 'pending' | 'confirmed'> {
    const list = parseAllowList(offered)
    const current = await this.read(FILE)
    if (JSON.stringify(current ?? []) === JSON.stringify(list)) {
      await rm(join(this.dir, PENDING_FILE), { force: true })
      return 'same'
    }
    await replaceFile(join(this.dir, PENDING_FILE), JSON.stringify(list, undefined, 2))
    if (!confirmFirst || current !== undefined) return 'pending'
    await this.confirm()
    return 'confirmed'
  }

  /** Puts the pending list in force. @returns it, undefined when there is none pending. */
  async confirm(): Promise<AllowedWrite[] | undefined> {
    const list = await this.pending()
    if (!list) return undefined
    await replaceFile(join(this.dir, FILE), JSON.stringify(list, undefined, 2))
    await rm(join(this.dir, PENDING_FILE), { force: true })
    return list
  }

  /** Whether somebody at the gateway has put a file `commands-off` beside the list: nothing is written then (T-C7). */
  async isOff(): Promise<boolean> {
    try {
      return (await readJson(join(this.dir, OFF_FILE))) !== undefined
    } catch {
      // There, whatever it contains.
      return true
    }
  }

  private async read(file: string): Promise<AllowedWrite[] | undefined> {
    const json = await readJson(join(this.dir, file))
    return json === undefined ? undefined : parseAllowList(json)
  }
}

/**
 * Reads an allow-list strictly: an entry with anything unknown or of the wrong type makes the whole list invalid, because a
 * misspelt bound would otherwise be no bound.
 *
 * @throws Error, in a sentence, when it is not one.
 */
export function parseAllowList(json: unknown): AllowedWrite[] {
  if (!Array.isArray(json) || json.length > ENTRIES_MAX) throw new Error('The allow-list is no list of entries.')
  return json.map((entry: unknown, index) => parseEntry(entry, index))
}

const NAMES: readonly string[] = [
  'connectionId',
  'address',
  'kind',
  'min',
  'max',
  'maxStep',
  'maxPerMinute',
  'readBackAddress',
  'interlock',
]

function parseEntry(json: unknown, index: number): AllowedWrite {
  const wrong = (what: string) => new Error(`Entry ${index + 1} of the allow-list: ${what}.`)
  if (typeof json !== 'object' || json === null) throw wrong('it is no object')
  const entry = new Map<string, unknown>(Object.entries(json))
  for (const name of entry.keys()) if (!NAMES.includes(name)) throw wrong(`${name} is not known`)
  for (const name of ['connectionId', 'address', 'readBackAddress']) {
    const value = entry.get(name)
    if (name === 'readBackAddress' && value === undefined) continue
    if (typeof value !== 'string' || value === '') throw wrong(`${name} must be a text`)
  }
  const kind = entry.get('kind')
  if (kind !== 'number' && kind !== 'boolean' && kind !== 'text') throw wrong('kind must be number, boolean or text')
  for (const name of ['min', 'max', 'maxStep', 'maxPerMinute']) {
    const value = entry.get(name)
    if (value !== undefined && (typeof value !== 'number' || !Number.isFinite(value)))
      throw wrong(`${name} must be a number`)
  }
  const interlock = entry.get('interlock')
  if (interlock !== undefined) {
    const isInterlock =
      typeof interlock === 'object' &&
      interlock !== null &&
      'address' in interlock &&
      typeof interlock.address === 'string' &&
      'equals' in interlock &&
      (typeof interlock.equals === 'string' || typeof interlock.equals === 'number')
    if (!isInterlock) throw wrong('interlock must have an address and what it equals')
  }
  return json as AllowedWrite
}
