import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The installation's own secrets, all derived from one root key that never enters the database (THREATS T-I5). */
export interface Secrets {
  /** The same bytes for the same purpose, as long as the root key lives. */
  derive(purpose: string, bytes: number): Buffer
  /** Encrypts and binds: what was sealed for one purpose and row opens for no other. */
  seal(purpose: string, bound: string, plain: Buffer): Buffer
  /** @throws Error for anything that was not sealed here, for this purpose and row. */
  open(purpose: string, bound: string, sealed: Buffer): Buffer
}

const FILE = 'root-key'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const VERSION = 1

/**
 * Opens the secrets in a folder, making the root key at first start.
 *
 * @throws Error naming the file when it is readable by others or holds no key.
 */
export function openSecrets(folder: string): Secrets {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, FILE)
  return secretsFrom(readOrMake(file))
}

function readOrMake(file: string): Buffer {
  // Where it is there nothing is written: the folder may be one that can only be read.
  if (!existsSync(file)) makeKey(file)
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url')
  if (key.length !== KEY_BYTES || new Set(key).size < 8) {
    throw new Error(`${file} does not hold a root key. Put the right one back from your backup.`)
  }
  return key
}

function makeKey(file: string): void {
  // Written whole beside it first and then linked: of two servers starting at once one wins, and nobody reads half a key.
  const draft = `${file}.${process.pid}`
  try {
    writeFileSync(draft, `${randomBytes(KEY_BYTES).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
    chmodSync(draft, 0o600)
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Secrets from a root key of 32 bytes. */
export function secretsFrom(root: Buffer): Secrets {
  const derive = (purpose: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', root, Buffer.alloc(0), `millrace ${purpose}`, bytes))
  return {
    derive,
    seal(purpose, bound, plain) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', derive(purpose, KEY_BYTES), nonce, { authTagLength: TAG_BYTES })
      cipher.setAAD(Buffer.from(bound))
      const body = Buffer.concat([cipher.update(plain), cipher.final()])
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), body])
    },
    open(purpose, bound, sealed) {
      const head = 1 + NONCE_BYTES + TAG_BYTES
      if (sealed.length < head || sealed[0] !== VERSION) throw new Error('This was not sealed here.')
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', derive(purpose, KEY_BYTES), nonce, { authTagLength: TAG_BYTES })
      decipher.setAAD(Buffer.from(bound))
      decipher.setAuthTag(sealed.subarray(1 + NONCE_BYTES, head))
      return Buffer.concat([decipher.update(sealed.subarray(head)), decipher.final()])
    },
  }
}
