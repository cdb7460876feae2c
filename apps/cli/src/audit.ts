import { createWriteStream } from 'node:fs'
import { access, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { now } from '@millrace/base'
import { CHECKOUT } from './config.ts'
import { commandInvalid } from './problems.ts'
import { ask, runningUrl, signIn } from './server-session.ts'
import type { Verb } from './verb.ts'
import { bindKey, runVerify } from './verify-trail.ts'

/** An export of a long trail takes its time; one that stands still does not. */
const EXPORT_TIMEOUT_MS = 60 * 60_000

export const audit: Verb = {
  usage: 'audit verify [FILE] | audit export [FILE]',
  summary: 'find out whether the audit trail was changed; save it as a file',
  async run(args) {
    const [action, ...rest] = args
    if (action === 'export') return save(rest)
    if (action === 'verify') return verify(rest)
    throw commandInvalid(`This is not understood: say millrace ${audit.usage}.`)
  },
}

interface Asked {
  readonly file: string | undefined
  readonly data: string
  readonly url: string | undefined
  readonly email: string | undefined
  readonly witness: string | undefined
  readonly key: string | undefined
  readonly format: string
}

function read(args: readonly string[]): Asked {
  const text = { type: 'string' } as const
  try {
    const { values, positionals } = parseArgs({
      ...{ args: bindKey(args), allowPositionals: true },
      options: { data: text, url: text, email: text, witness: text, key: text, format: text },
    })
    if (positionals.length > 1) throw new Error('One file is enough.')
    const { data = path.join(CHECKOUT, 'data'), url, email, witness, key, format = 'jsonl' } = values
    if (format !== 'jsonl' && format !== 'csv') throw new Error('--format is jsonl or csv.')
    return { file: positionals[0], data, url, email, witness, key, format }
  } catch (error) {
    const [sentence] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw commandInvalid(
      `${sentence} (--data DIR, --url URL, --email YOU; verify: --witness FILE, --key KEY; export: --format jsonl or csv)`,
    )
  }
}

/** Verifies a file; without one, what the running server has now. @returns 0 fine, 1 changed, 2 not verified */
async function verify(args: readonly string[]): Promise<number> {
  const asked = read(args)
  const say = (line: string) => console.log(line)
  const options = ({ witness, key }: Partial<Asked>) => [
    ...(witness === undefined ? [] : ['--witness', witness]),
    ...(key === undefined ? [] : ['--key', key]),
  ]
  if (asked.file !== undefined) return runVerify([asked.file, ...options(asked)], say)
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-trail-'))
  try {
    const file = path.join(folder, 'trail.jsonl')
    const key = await download({ ...asked, format: 'jsonl' }, file)
    const [first = ''] = (await readFile(file, 'utf8')).split('\n', 1)
    const { enterpriseId } = JSON.parse(first) as { enterpriseId: string }
    const beside = path.join(asked.data, 'witness', `${enterpriseId}.jsonl`)
    const hasWitness = await access(beside).then(
      () => true,
      () => false,
    )
    const witness = asked.witness ?? (hasWitness ? beside : undefined)
    return await runVerify([file, ...options({ witness, key: asked.key ?? key })], say)
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    return 2
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function save(args: readonly string[]): Promise<number> {
  const asked = read(args)
  const stamp = now().slice(0, 19).replaceAll(':', '-')
  const file = path.resolve(asked.file ?? `trail-${stamp}.${asked.format}`)
  await download(asked, file)
  console.log(`Saved to ${file}.`)
  return 0
}

/** Saves the trail of the running server. @returns the key its heads are signed with */
async function download(asked: Asked, file: string): Promise<string> {
  const url = asked.url ?? (await runningUrl(asked.data))
  const token = await signIn(url, asked.email, 'auditor')
  try {
    const answer = await fetch(`${url}/api/v1/identity/audit-events/export?format=${asked.format}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(EXPORT_TIMEOUT_MS),
    })
    if (!answer.ok || !answer.body) {
      const { detail } = (await answer.json().catch(() => ({}))) as { detail?: string }
      throw commandInvalid(detail ?? `The server answered ${answer.status}.`)
    }
    await pipeline(Readable.fromWeb(answer.body), createWriteStream(file, { mode: 0o600 }))
    const { publicKey } = (await (await ask(url, 'GET', '/identity/trail/key')).json()) as { publicKey: string }
    return publicKey
  } finally {
    await ask(url, 'DELETE', '/identity/session', token).catch(() => undefined)
  }
}
