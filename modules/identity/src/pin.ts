import { createHmac } from 'node:crypto'
import { type Actor, type Context, inContext, type Runtime } from '@millrace/runtime'
import { type PersonId, signInRefused } from './contract.ts'
import { guess } from './guesses.ts'
import { oneself } from './oneself.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { type OwnPin, type PinChange, pinRefused, pinTrivial } from './station-contract.ts'
import { isTrivialPin } from './station-rules.ts'
import * as store from './station-store.ts'

const KEY_BYTES = 32

/**
 * What is hashed instead of the PIN itself: ten thousand PINs are tried in an hour by whoever has a copy of the database,
 * but the key of this lies beside it, not in it.
 */
function keyed(runtime: Pick<Runtime, 'secrets'>, personId: PersonId, pin: string): string {
  const key = runtime.secrets.derive('identity station pin', KEY_BYTES)
  return createHmac('sha256', key).update(`${personId} ${pin}`).digest('base64url')
}

interface PinGuess {
  readonly enterpriseId: string
  readonly personId: PersonId
  readonly pin: string
  /** Undefined for somebody without a PIN, which takes as long. */
  readonly hash: string | undefined
  /** Where it is tried, when at a station. */
  readonly stationId?: string
  readonly address: string | undefined
}

/** Whether a PIN is somebody's. @throws signInPaused */
export async function guessPin(runtime: Runtime, of: PinGuess): Promise<boolean> {
  const { enterpriseId, personId, pin, hash, stationId, address } = of
  // With the company: a person's id tried at another company's station counts for nobody.
  const subject = { kind: 'pin', account: `${enterpriseId}:${personId}`, address }
  const right = await guess(
    runtime,
    { ...subject, ...(stationId !== undefined && { station: `pin:${stationId}` }) },
    async () => (await verifyPassword(keyed(runtime, personId, pin), hash)) || undefined,
  )
  return right === true
}

/** Whether the actor has a PIN. */
export async function getOwnPin(ctx: Context): Promise<OwnPin> {
  return { isSet: (await store.findPin(ctx.db, oneself(ctx))) !== undefined }
}

/**
 * Sets the actor's own PIN.
 *
 * @throws pinTrivial
 * @throws pinRefused, signInPaused there is a PIN already, and `current` is not it
 */
export async function setOwnPin(runtime: Runtime, actor: Actor, change: PinChange): Promise<void> {
  if (!actor.signIn) throw signInRefused('Only people have a PIN.')
  const personId = actor.id as PersonId
  if (isTrivialPin(change.pin)) throw pinTrivial('This is one of the first that somebody would try. Choose another.')
  const known = await inContext(runtime, actor, (ctx) => store.findPin(ctx.db, personId))
  if (known !== undefined) {
    const right = await guessPin(runtime, {
      ...{ enterpriseId: actor.enterpriseId, personId, pin: change.current ?? '', hash: known },
      address: actor.signIn.address,
    })
    if (!right) throw pinRefused('This is not your PIN so far.')
  }
  const hash = await hashPassword(keyed(runtime, personId, change.pin))
  await inContext(runtime, actor, (ctx) => savePin(ctx, personId, hash))
}

/** Gives somebody a PIN, for the demo: there it stands on the screen. */
export async function givePin(ctx: Context, personId: PersonId, pin: string): Promise<void> {
  await savePin(ctx, personId, await hashPassword(keyed(ctx, personId, pin)))
}

async function savePin(ctx: Context, personId: PersonId, hash: string): Promise<void> {
  await store.savePin(ctx.db, personId, hash, ctx.now)
  ctx.audit({ action: 'identity.pin.set', object: `person ${personId}` })
}
