import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { CHECKOUT } from './config.ts'
import { ask, runningUrl, signIn } from './server-session.ts'
import type { Verb } from './verb.ts'

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
    const token = await signIn(url, values.email, 'it-admin')
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
