import { randomBytes } from 'node:crypto'
import type { Context } from '@millrace/runtime'
import type { PersonId } from './contract.ts'
import { recoveryCodeUsed, recoveryCodeWrong } from './factor-contract.ts'
import { legibleBytes, legibleText } from './legible.ts'
import * as store from './recovery-code-store.ts'
import { sha256 } from './token.ts'

const CODE_COUNT = 10
/** 80 bits: sixteen letters to write down, and nothing to guess back from a hash. */
const CODE_BYTES = 10

/** Makes ten new codes; the old ones are void. Shown once. */
export async function makeRecoveryCodes(ctx: Context, personId: PersonId): Promise<string[]> {
  const codes = Array.from({ length: CODE_COUNT }, () => randomBytes(CODE_BYTES))
  await store.replaceRecoveryCodes(ctx.db, personId, codes.map(hashOf), ctx.now)
  return codes.map(legibleText)
}

/** Takes a recovery code as it was written down. @throws recoveryCodeUsed, recoveryCodeWrong */
export async function takeRecoveryCode(ctx: Context, personId: PersonId, text: string): Promise<void> {
  const bytes = legibleBytes(text)
  const outcome = bytes ? await store.takeRecoveryCode(ctx.db, personId, hashOf(bytes), ctx.now) : 'unknown'
  if (outcome === 'used-before') throw recoveryCodeUsed('This recovery code was used before. Take another one.')
  if (outcome === 'unknown') throw recoveryCodeWrong('This is none of your recovery codes.')
}

function hashOf(code: Buffer): Buffer {
  return sha256(`recovery-code:${code.toString('hex')}`)
}
