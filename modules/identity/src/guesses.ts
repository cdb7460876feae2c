import { createHmac } from 'node:crypto'
import { type Instant, later, now, SECOND_MS } from '@millrace/base'
import type { Context, Runtime } from '@millrace/runtime'
import { signInPaused } from './contract.ts'
import { GUESS_LIMITS, GUESS_MEMORY_MS, type GuessScope, networkOf, plainAddress } from './guess-rules.ts'
import * as store from './guess-store.ts'

/** Who tries to guess what. */
export interface Guess {
  /** What is guessed: `password`, `pin`. Each is counted by itself for an account. */
  readonly kind: string
  /** Whose it is: an e-mail address as typed in, a person's id. Need not exist. */
  readonly account: string
  /** The shared station it is tried at: one at which many names are tried pauses for all of them. */
  readonly station?: string
  /** Of the peer, or as a trusted proxy says. */
  readonly address: string | undefined
}

class Closed extends Error {}

/**
 * Looks at a guessed secret, unless there were too many guesses for this account, from this address or its network, or in
 * all (THREATS T-A1). Every guess is counted before it is looked at, so that many at the same moment are many; a right one
 * is taken back, and forgets the wrong ones of its account.
 *
 * @param check says what the secret opens; undefined = it was wrong.
 * @throws signInPaused with `retryAfterMs`; then `check` was not called
 */
export async function guess<T>(
  runtime: Runtime,
  of: Guess,
  check: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const at = now()
  const subjects = subjectsOf(runtime, of)
  const platform = runtime.app.kysely
  await refuseClosed(runtime, subjects, at)
  try {
    await platform.transaction().execute(async (db) => {
      // Always in this order, so that two guesses never wait for each other.
      for (const { subject, scope } of subjects) {
        const counted = { subject, limit: GUESS_LIMITS[scope] }
        if (!(await store.countGuess(db, counted, at, later(at, -GUESS_MEMORY_MS)))) throw new Closed()
      }
    })
  } catch (error) {
    if (!(error instanceof Closed)) throw error
    // Another one was quicker, by a moment.
    await refuseClosed(runtime, subjects, at)
    throw signInPaused('Too many attempts at the same time. Try again.', { retryAfterMs: SECOND_MS })
  }

  const opened = await check()
  if (opened === undefined) return undefined
  for (const { subject, scope } of subjects) {
    if (scope === 'account') await store.forgetGuesses(platform, subject)
    else await store.takeBackGuess(platform, { subject, limit: GUESS_LIMITS[scope] })
  }
  return opened
}

/** Forgets the wrong guesses of an account whose secret is another one now, with the pause they began. */
export async function forgetGuessesOf(runtime: Runtime, of: Pick<Guess, 'kind' | 'account'>): Promise<void> {
  for (const { subject, scope } of subjectsOf(runtime, { ...of, address: undefined })) {
    if (scope === 'account') await store.forgetGuesses(runtime.app.kysely, subject)
  }
}

async function refuseClosed(runtime: Runtime, subjects: readonly Subject[], at: Instant): Promise<void> {
  const openAt = await store.findClosed(
    runtime.app.kysely,
    subjects.map((one) => one.subject),
    at,
  )
  if (openAt === undefined) return
  const retryAfterMs = Date.parse(openAt) - Date.parse(at)
  throw signInPaused(`Too many attempts. Try again in ${inWords(retryAfterMs)}.`, { retryAfterMs })
}

function inWords(waitMs: number): string {
  const minutes = Math.ceil(waitMs / 60_000)
  return minutes === 1 ? 'a minute' : `${minutes} minutes`
}

interface Subject {
  readonly scope: GuessScope
  readonly subject: Buffer
}

function subjectsOf({ secrets }: Runtime, { kind, account, station, address }: Guess): Subject[] {
  const key = secrets.derive('guesses', 32)
  const subject = (scope: GuessScope, of: string): Subject => ({
    scope,
    subject: createHmac('sha256', key).update(`${scope}:${of}`).digest(),
  })
  const network = address === undefined ? undefined : networkOf(address)
  return [
    subject('account', `${kind}:${account.trim().toLowerCase()}`),
    ...(station === undefined ? [] : [subject('station', station)]),
    ...(address === undefined ? [] : [subject('address', plainAddress(address))]),
    ...(network === undefined ? [] : [subject('network', network)]),
    subject('everybody', ''),
  ]
}

/** Forgets what no longer counts. */
export async function forgetOldGuesses(ctx: Context): Promise<void> {
  await store.deleteGuessesBefore(ctx.db, later(ctx.now, -GUESS_MEMORY_MS))
}
