import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { CHECKOUT } from './config.ts'
import { commandInvalid } from './problems.ts'

const ASK_TIMEOUT_MS = 15_000
const COOKIE = /millrace_session=([^;]+)/

/** Where the server of a data folder listens. @throws commandInvalid when none runs there */
export async function runningUrl(dataDir = path.join(CHECKOUT, 'data')): Promise<string> {
  const text = await readFile(path.join(dataDir, 'running.json'), 'utf8').catch(() => '{}')
  const { url } = JSON.parse(text) as { url?: string }
  if (!url)
    throw commandInvalid('Millrace does not run here: start it with npm start, or say where it is with --url URL.')
  return url
}

/** A session's token: of the person with this address, or of somebody of the demo company who has this role. */
export async function signIn(url: string, email: string | undefined, demoRole: string): Promise<string> {
  if (email !== undefined) {
    return tokenOf(
      await ask(url, 'POST', '/identity/sessions', undefined, { email, password: await askPassword(email) }),
    )
  }
  const { demoPeople } = (await (await ask(url, 'GET', '/identity/welcome')).json()) as {
    demoPeople: { id: string; role: string }[]
  }
  const person = demoPeople.find(({ role }) => role === demoRole)
  if (!person) throw commandInvalid('Say who you are with --email: there is no demo company to act in.')
  return tokenOf(await ask(url, 'POST', '/identity/demo-sessions', undefined, { personId: person.id }))
}

async function tokenOf(answer: Response): Promise<string> {
  const token = COOKIE.exec(answer.headers.get('set-cookie') ?? '')?.[1]
  if (token) return token
  const { detail } = (await answer.json().catch(() => ({}))) as { detail?: string }
  throw commandInvalid(detail ?? `The server answered ${answer.status}.`)
}

/** Asks the API. @throws commandInvalid when nobody answers */
export function ask(url: string, method: string, route: string, token?: string, body?: unknown): Promise<Response> {
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
