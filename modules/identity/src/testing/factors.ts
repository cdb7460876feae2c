import { Secret, TOTP } from 'otpauth'
import type { StepUpNeeded } from '../step-up-contract.ts'
import { type Answer, type Browser, ORIGIN, PASSWORD } from './company.ts'
import { SoftwareAuthenticator } from './software-authenticator.ts'

/** The code an authenticator app shows now, or so many half minutes from now. */
export type ShowCode = (steps?: number) => string

/** Does a risky act as somebody whose password alone confirms it: the first factor of theirs. */
export async function confirmed<T>(
  browser: Browser,
  act: readonly [method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object],
  shown: object | ((needed: StepUpNeeded) => object) = { password: PASSWORD },
): Promise<Answer<T>> {
  const { body: needed } = await browser.call<StepUpNeeded>(...act)
  const confirmation = typeof shown === 'function' ? shown(needed) : shown
  const { body: given } = await browser.call('POST', `/step-ups/${needed.stepUpId}/confirm`, confirmation)
  const [method, path, body] = act
  return browser.call<T>(method, path, body, given.proof)
}

/** Registers a passkey for who is signed in. */
export async function addPasskey(
  browser: Browser,
  shown?: object,
): Promise<{ authenticator: SoftwareAuthenticator; recoveryCodes: string[] }> {
  const { body: offer } = await confirmed<never>(browser, ['POST', '/passkey-offers'], shown)
  const authenticator = new SoftwareAuthenticator(ORIGIN)
  const kept = await browser.call('POST', '/passkeys', { name: 'Laptop', passkey: authenticator.make(offer) })
  if (kept.status !== 201) throw new Error(`Keeping a passkey was answered ${kept.code}.`)
  return { authenticator, recoveryCodes: kept.body.recoveryCodes }
}

/** Sets up an authenticator app for who is signed in. The code before the present one is taken by it. */
export async function addTotp(
  browser: Browser,
): Promise<{ code: ShowCode; firstCode: string; recoveryCodes: string[] }> {
  const { body: offer } = await confirmed<{ secret: string }>(browser, ['POST', '/totp'])
  const totp = new TOTP({ secret: Secret.fromBase32(offer.secret) })
  const code: ShowCode = (steps = 0) => totp.generate({ timestamp: Date.now() + steps * 30_000 })
  const firstCode = code(-1)
  const kept = await browser.call('POST', '/totp/confirm', { code: firstCode })
  if (kept.status !== 200) throw new Error(`Confirming the app was answered ${kept.code}.`)
  return { code, firstCode, recoveryCodes: kept.body.recoveryCodes }
}
