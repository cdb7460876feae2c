import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Enrolled, PublicJwk } from '@millrace/plant/contract'
import { importJWK, type JWK, SignJWT } from 'jose'
import { readJson, replaceFile } from './files.ts'

/** Who this gateway is, once a cloud has enrolled it. */
export type Identity = Pick<Enrolled, 'gatewayId' | 'enterpriseId' | 'siteId' | 'commandKey'>

const KEY_FILE = 'key.json'
const IDENTITY_FILE = 'identity.json'

/** A token is made for a minute and used for half of it; the server accepts at most five. */
const TOKEN_LIFETIME_S = 60
const TOKEN_USE_MS = 30_000

/** The Ed25519 key of this gateway. The private half never leaves the folder. */
export type GatewayKey = { publicKey: PublicJwk; privateKey: JWK }

/** Reads the key of this folder, or makes it. Readable for its owner only. */
export async function loadKey(dir: string): Promise<GatewayKey> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const path = join(dir, KEY_FILE)
  const known = await readJson(path)
  if (known !== undefined) return keyOf(known, path)
  const made = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  await replaceFile(path, JSON.stringify(made))
  return keyOf(made, path)
}

function keyOf(json: unknown, path: string): GatewayKey {
  if (typeof json === 'object' && json !== null && 'x' in json && 'd' in json) {
    const { x, d } = json
    if (typeof x === 'string' && typeof d === 'string') {
      const publicKey: PublicJwk = { kty: 'OKP', crv: 'Ed25519', x }
      return { publicKey, privateKey: { ...publicKey, d } }
    }
  }
  throw new Error(
    `${path} is no Ed25519 key. Restore it from a copy, or delete the folder and enrol the gateway again.`,
  )
}

/** Reads who this gateway is; undefined before enrolment. */
export async function loadIdentity(dir: string): Promise<Identity | undefined> {
  const json = await readJson(join(dir, IDENTITY_FILE))
  return json === undefined ? undefined : identityOf(json)
}

/** Keeps the answer to an enrolment. @throws Error when the answer is none. */
export async function saveIdentity(dir: string, answer: unknown): Promise<Identity> {
  const identity = identityOf(answer)
  await replaceFile(join(dir, IDENTITY_FILE), JSON.stringify(identity))
  return identity
}

function identityOf(json: unknown): Identity {
  if (typeof json === 'object' && json !== null && 'gatewayId' in json && 'commandKey' in json) {
    const { gatewayId, enterpriseId, siteId, commandKey } = json as Partial<Identity>
    if (gatewayId && enterpriseId && siteId && commandKey?.crv === 'Ed25519' && commandKey.kty === 'OKP') {
      return { gatewayId, enterpriseId, siteId, commandKey }
    }
  }
  throw new Error('The server did not say who this gateway is.')
}

/** Makes the bearer tokens of this gateway: signed by its key, short-lived, one used for several requests. */
export class TokenMaker {
  private readonly identity: Identity
  private readonly key: GatewayKey
  private token: { text: string; madeAtMs: number } | undefined

  constructor(identity: Identity, key: GatewayKey) {
    this.identity = identity
    this.key = key
  }

  async make(nowMs: number): Promise<string> {
    const known = this.token
    if (known && nowMs >= known.madeAtMs && nowMs - known.madeAtMs < TOKEN_USE_MS) return known.text
    const { gatewayId, enterpriseId } = this.identity
    const text = await new SignJWT()
      .setProtectedHeader({ alg: 'EdDSA', kid: gatewayId })
      .setIssuer(gatewayId)
      .setSubject(enterpriseId)
      .setAudience('millrace')
      .setIssuedAt(Math.floor(nowMs / 1000))
      .setExpirationTime(Math.floor(nowMs / 1000) + TOKEN_LIFETIME_S)
      .setJti(randomUUID())
      .sign(await importJWK(this.key.privateKey, 'EdDSA'))
    this.token = { text, madeAtMs: nowMs }
    return text
  }
}
