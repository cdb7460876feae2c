import { open, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline/promises'
import { commandInvalid } from './problems.ts'
import type { Verb } from './verb.ts'

/** Offered by the cloud, without effect until a person at the plant says so. */
const PENDING = 'allow-list.pending.json'
/** What the gateway enforces. */
const ENFORCED = 'allow-list.json'
const LIST_BYTES_MAX = 1024 * 1024

export const edge: Verb = {
  usage: 'edge confirm DIR [--yes]',
  summary: 'show the set-points the cloud wants to write at a gateway, and allow them',
  async run(args) {
    const [action, directory, ...rest] = args
    const isUnderstood = action === 'confirm' && directory !== undefined && rest.every((word) => word === '--yes')
    if (!isUnderstood) throw commandInvalid(`This is not understood: say millrace ${edge.usage}.`)
    return confirm(path.resolve(directory), rest.includes('--yes'))
  },
}

async function confirm(directory: string, isSure: boolean): Promise<number> {
  const pending = path.join(directory, PENDING)
  const text = await readFile(pending, 'utf8').catch(() => undefined)
  if (text === undefined) {
    console.log(`Nothing waits to be confirmed in ${directory}.`)
    return 0
  }
  const list = parseList(text)
  if (!list)
    throw commandInvalid(`${pending} is not a list of set-points: delete it and let the gateway fetch it again.`)

  const enforced = parseList(await readFile(path.join(directory, ENFORCED), 'utf8').catch(() => '[]')) ?? []
  const isNew = (line: string) => !enforced.some((entry) => describe(entry) === line)
  console.log('The cloud may write these set-points from now on, and no others:')
  for (const line of list.map(describe)) console.log(`  ${isNew(line) ? 'new' : '   '}  ${line}`)
  for (const entry of enforced) {
    if (!list.some((kept) => describe(kept) === describe(entry))) console.log(`  gone ${describe(entry)}`)
  }
  if (!isSure && !(await isAgreed())) {
    console.log('Nothing was changed.')
    return 1
  }
  // What was shown is written, not what may have been offered since.
  await replaceFile(path.join(directory, ENFORCED), `${JSON.stringify(list, undefined, 2)}\n`)
  if ((await readFile(pending, 'utf8').catch(() => undefined)) === text) await rm(pending, { force: true })
  console.log('Confirmed.')
  return 0
}

type SetPoint = {
  readonly connectionId: string
  readonly address: string
  readonly kind: string
  readonly min?: number
  readonly max?: number
  readonly maxStep?: number
  readonly maxPerMinute?: number
  readonly interlock?: { readonly address: string; readonly equals: unknown }
}

function parseList(text: string): SetPoint[] | undefined {
  if (text.length > LIST_BYTES_MAX) return undefined
  try {
    const list: unknown = JSON.parse(text)
    const isList = Array.isArray(list) && list.every((entry) => typeof entry?.address === 'string')
    return isList ? list : undefined
  } catch {
    return undefined
  }
}

function describe(entry: SetPoint): string {
  const parts = [`${entry.address} (${entry.kind}, connection ${entry.connectionId})`]
  if (entry.min !== undefined || entry.max !== undefined) parts.push(`from ${entry.min ?? '…'} to ${entry.max ?? '…'}`)
  if (entry.maxStep !== undefined) parts.push(`steps of at most ${entry.maxStep}`)
  if (entry.maxPerMinute !== undefined) parts.push(`at most ${entry.maxPerMinute} a minute`)
  if (entry.interlock) parts.push(`only while ${entry.interlock.address} is ${JSON.stringify(entry.interlock.equals)}`)
  return parts.join(', ')
}

async function isAgreed(): Promise<boolean> {
  if (!process.stdin.isTTY) return false
  const prompt = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return /^y(es)?$/i.test((await prompt.question('Allow them? (y/N) ')).trim())
  } finally {
    prompt.close()
  }
}

async function replaceFile(file: string, text: string): Promise<void> {
  const unfinished = `${file}.new`
  const handle = await open(unfinished, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(unfinished, file)
}
