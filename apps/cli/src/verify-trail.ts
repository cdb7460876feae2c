import { createHash, createPublicKey, verify } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { createTrailCheck, type TrailKey, type TrailLine, type TrailReport } from '@millrace/trail'

// Verifies an exported trail with nothing of the server: node apps/cli/src/verify-trail.ts FILE [--witness FILE] [--key KEY].
// Exit code 0: nothing was done to it. 1: something was, and it says what. 2: it could not be verified.

const USAGE = 'FILE [--witness FILE] [--key KEY]'
/** RFC 8410: what stands before the 32 bytes of an Ed25519 key. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')
const KEY_BYTES = 32
const KEY_ID_LENGTH = 16

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

/** Why a file cannot be verified at all; one sentence. */
export class CannotVerify extends Error {
  override readonly name = 'CannotVerify'
}

/**
 * Reads an export line by line and verifies it.
 *
 * @param of.witness the witness file, kept outside the database; without it changes are found between heads only.
 * @param of.key     the public key that is trusted, base64url, or a file of the JSON that `GET /identity/trail/key` answers.
 * @throws CannotVerify
 */
export async function verifyTrail(of: { file: string; witness?: string; key?: string }): Promise<TrailReport> {
  const witness = of.witness === undefined ? undefined : await linesOf(of.witness)
  const check = createTrailCheck({
    ...{ hash: sha256, verify: isSignedBy },
    ...(of.key !== undefined && { key: await keyOf(of.key) }),
    ...(witness && { witness }),
  })
  let place = 0
  try {
    for await (const text of createInterface({ input: createReadStream(of.file), crlfDelay: Infinity })) {
      place += 1
      if (text !== '') check.take(JSON.parse(text) as TrailLine)
    }
  } catch (error) {
    const why =
      error instanceof SyntaxError ? `line ${place} is no JSON` : error instanceof Error ? error.message : error
    throw new CannotVerify(`${of.file} cannot be read: ${why}.`, { cause: error })
  }
  return check.finish()
}

async function linesOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CannotVerify(`The witness ${file} cannot be read.`, { cause: error })
  })
  return text.split('\n').filter((line) => line.trim() !== '')
}

async function keyOf(given: string): Promise<TrailKey> {
  const text = await readFile(given, 'utf8').catch(() => given)
  const publicKey = text.trim().startsWith('{') ? (JSON.parse(text) as Partial<TrailKey>).publicKey : text.trim()
  const raw = Buffer.from(publicKey ?? '', 'base64url')
  if (raw.length !== KEY_BYTES) throw new CannotVerify('The key is neither 32 bytes in base64url nor a file with them.')
  return { keyId: sha256(raw).toString('hex').slice(0, KEY_ID_LENGTH), publicKey: raw.toString('base64url') }
}

function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  const raw = Buffer.from(publicKey, 'base64url')
  if (raw.length !== KEY_BYTES) return false
  const key = createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' })
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'))
}

/** What a verification found, in sentences. */
export function reportLines(report: TrailReport, hasWitness: boolean): string[] {
  const { findings, events, size, head, headCount, witnessedHeadCount, unplaced, key, isKeyPinned } = report
  const lines = findings.map(({ kind, sentence }) => `${kind.toUpperCase().padEnd(8)}  ${sentence}`)
  lines.push(`${events} events read, ${size} in the tree, ${headCount} signed heads.`)
  if (head) lines.push(`Signed: the first ${head.size} events, at ${head.at}, root ${head.root}.`)
  else lines.push('No signed head covers these events.')
  if (head && size > head.size) lines.push(`${size - head.size} events are younger than the newest head.`)
  if (unplaced > 0) lines.push(`${unplaced} events have no place yet.`)
  if (hasWitness) lines.push(`Witness: ${witnessedHeadCount} heads.`)
  else lines.push('Without the witness file (--witness) a change is found between two heads and not named.')
  if (key && !isKeyPinned) {
    lines.push(`The key ${key.publicKey} was taken from the export: compare it with the one you know (--key).`)
  }
  lines.push(findings.length === 0 ? 'Nothing was changed.' : 'The trail was changed.')
  return lines
}

/**
 * Binds the key to its option: one in sixty-four begins with a dash, like an option itself.
 *
 * @param args of a command line.
 */
export function bindKey(args: readonly string[]): string[] {
  const at = args.indexOf('--key')
  const key = args[at + 1]
  if (at < 0 || key === undefined) return [...args]
  return [...args.slice(0, at), `--key=${key}`, ...args.slice(at + 2)]
}

/** @returns the exit code */
export async function runVerify(args: readonly string[], say: (line: string) => void): Promise<0 | 1 | 2> {
  try {
    const text = { type: 'string' } as const
    const { values, positionals } = parseArgs({
      args: bindKey(args),
      allowPositionals: true,
      options: { witness: text, key: text },
    })
    const [file, ...rest] = positionals
    if (file === undefined || rest.length > 0) throw new CannotVerify(`Say which file: ${USAGE}.`)
    const report = await verifyTrail({ file, ...values })
    for (const line of reportLines(report, values.witness !== undefined)) say(line)
    // A file that is not whole says nothing about the trail.
    if (report.findings.some(({ kind }) => kind === 'file')) return 2
    return report.findings.length === 0 ? 0 : 1
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    return 2
  }
}

if (import.meta.main)
  process.exitCode = await runVerify(process.argv.slice(2), (line) => process.stdout.write(`${line}\n`))
