import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import { CHECKOUT } from './config.ts'
import { commandInvalid } from './problems.ts'
import type { Verb } from './verb.ts'

const ASK_TIMEOUT_MS = 15_000
const COOKIE = /millrace_session=([^;]+)/

/**
 * Streams a recording through a gateway of its own. Everything but who is asking is the gateway's business: this finds
 * the running server, signs in, and hands the rest over.
 */
export const replay: Verb = {
  usage: 'replay FILE.csv[.gz] --plant SITE [--email YOU]',
  summary: 'stream a recorded table as a machine of a plant (more: millrace replay --help)',
  async run(args) {
    const { values, rest } = divide(args)
    const isPrepared = rest.some((word) => /^--(token-file|code|help)(=|$)/.test(word))
    const url = values.url ?? (await runningUrl(values.data))
    if (isPrepared) return stream([...rest, '--url', url])
    const token = await signIn(url, values.email)
    const folder = await mkdtemp(path.join(tmpdir(), 'millrace-replay-'))
    try {
      const tokenFile = path.join(folder, 'token')
      await writeFile(tokenFile, token, { mode: 0o600 })
      return await stream([...rest, '--url', url, '--token-file', tokenFile])
    } finally {
      await rm(folder, { recursive: true, force: true })
      await ask(url, 'DELETE', '/identity/session', token).catch(() => undefined)
    }
  },
}

/** Takes out what is meant for us; the rest is the gateway's. */
function divide(args: readonly string[]): { values: { url?: string; email?: string; data?: string }; rest: string[] } {
  const text = { type: 'string' } as const
  const { values, tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: { url: text, email: text, data: text },
  })
  const ours = new Set<number>()
  for (const token of tokens) {
    if (token.kind !== 'option' || !['url', 'email', 'data'].includes(token.name)) continue
    ours.add(token.index)
    if (!token.inlineValue && token.value !== undefined) ours.add(token.index + 1)
  }
  const given = (value: unknown) => (typeof value === 'string' ? value : undefined)
  const [url, email, data] = [given(values.url), given(values.email), given(values.data)]
  return {
    values: { ...(url && { url }), ...(email && { email }), ...(data && { data }) },
    rest: args.filter((_, index) => !ours.has(index)),
  }
}

/** Where the server of a data folder listens. @throws commandInvalid when none runs there */
async function runningUrl(dataDir = path.join(CHECKOUT, 'data')): Promise<string> {
  const text = await readFile(path.join(dataDir, 'running.json'), 'utf8').catch(() => '{}')
  const { url } = JSON.parse(text) as { url?: string }
  if (!url)
    throw commandInvalid('Millrace does not run here: start it with npm start, or say where it is with --url URL.')
  return url
}

/** A session's token: of the person with this address, or of the demo company's administrator. */
async function signIn(url: string, email: string | undefined): Promise<string> {
  if (email !== undefined) {
    return tokenOf(
      await ask(url, 'POST', '/identity/sessions', undefined, { email, password: await askPassword(email) }),
    )
  }
  const { demoPeople } = (await (await ask(url, 'GET', '/identity/welcome')).json()) as {
    demoPeople: { id: string; role: string }[]
  }
  const person = demoPeople.find(({ role }) => role === 'it-admin')
  if (!person) throw commandInvalid('Say who you are with --email: there is no demo company to act in.')
  return tokenOf(await ask(url, 'POST', '/identity/demo-sessions', undefined, { personId: person.id }))
}

async function tokenOf(answer: Response): Promise<string> {
  const token = COOKIE.exec(answer.headers.get('set-cookie') ?? '')?.[1]
  if (token) return token
  const { detail } = (await answer.json().catch(() => ({}))) as { detail?: string }
  throw commandInvalid(detail ?? `The server answered ${answer.status}.`)
}

function ask(url: string, method: string, route: string, token?: string, body?: unknown): Promise<Response> {
  return fetch(`${url}/api/v1${route}`, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ASK_TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw commandInvalid(`The server at ${url} does not answer: start it with npm start.`, {}, { cause: error })
  })
}

/** Asks on the terminal without showing what is typed. */
async function askPassword(email: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: silent, terminal: process.stdin.isTTY })
  try {
    process.stdout.write(`Password of ${email}: `)
    return await lines.question('')
  } finally {
    lines.close()
    process.stdout.write('\n')
  }
}

/** Runs the gateway's replay and waits for it; Ctrl-C reaches it by itself and ends it in order. */
function stream(args: readonly string[]): Promise<number> {
  const ignore = () => undefined
  process.on('SIGINT', ignore)
  return new Promise<number>((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(CHECKOUT, 'apps/edge/src/replay.ts'), ...args], {
      stdio: 'inherit',
    })
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  }).finally(() => process.off('SIGINT', ignore))
}
