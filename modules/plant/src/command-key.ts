import type { Context } from '@millrace/runtime'
import { CompactSign, exportJWK, generateKeyPair, importJWK } from 'jose'
import * as store from './command-key-store.ts'
import type { PublicJwk } from './contract.ts'

/** The public half of the key that signs the enterprise's commands. */
export async function commandKey(ctx: Context): Promise<PublicJwk> {
  return { kty: 'OKP', crv: 'Ed25519', x: (await keyPair(ctx)).publicKey }
}

/**
 * Signs a command for the enterprise's gateways: a compact JWS (RFC 7515) with EdDSA. The private key goes no further
 * than this file. Asks for no permission: only control calls it, after its own guard.
 */
export async function signCommand(ctx: Context, payload: Readonly<Record<string, unknown>>): Promise<string> {
  const { publicKey: x, privateKey: d } = await keyPair(ctx)
  const key = await importJWK({ kty: 'OKP', crv: 'Ed25519', x, d }, 'EdDSA')
  return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'EdDSA', typ: 'millrace-command' })
    .sign(key)
}

async function keyPair(ctx: Context): Promise<store.KeyPair> {
  const known = await store.findKeyPair(ctx.db)
  if (known) return known
  const made = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const { x, d } = await exportJWK(made.privateKey)
  if (x === undefined || d === undefined) throw new Error('A key pair lacks a half.')
  await store.addKeyPair(ctx.db, { publicKey: x, privateKey: d }, ctx.now)
  // Somebody else may have been quicker: theirs counts then.
  const kept = await store.findKeyPair(ctx.db)
  if (!kept) throw new Error('The command key was not kept.')
  return kept
}
