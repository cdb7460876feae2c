import { test } from '@millrace/testing'
import { expect } from 'vitest'
import { COST, hashPassword, setCost } from './password.ts'
import { openCompany } from './testing/company.ts'

/** So many pairs tell as a rule, and where a busy machine blurs the times, as many again, up to a limit. */
const PAIRS = 50
const PAIRS_MAX = 200
const AT_ONCE = 2

// proves: T-A2
test('whether a name is known shows neither in the answer nor in its time', async ({ runtime }) => {
  setCost(COST)
  expect(await hashPassword('anything')).toMatch(/^scrypt\$32768\$8\$/)
  const company = await openCompany(runtime)
  const known: string[] = []
  for (let person = 0; person < PAIRS_MAX; person += 1) known.push((await company.addPerson(`probe${person}`)).email)
  const probe = async (email: string, at: number) => {
    const startedMs = performance.now()
    const answer = await company.app.inject({
      ...{ method: 'POST', url: '/api/v1/identity/sessions', payload: { email, password: 'not the right one' } },
      // Each from elsewhere: what is measured is not the counting of guesses.
      remoteAddress: `10.${Math.floor(at / 250)}.${at % 250}.${known.includes(email) ? 1 : 2}`,
    })
    const { instance: _, ...words } = answer.json()
    return { tookMs: performance.now() - startedMs, words, status: answer.statusCode }
  }

  // Both of a pair run at the same moment, so that whatever else the machine does meets both; and in turns first.
  const differencesMs: number[] = []
  const tookMs: number[] = []
  const pairs = known.map((email, at) => ({ email, unknown: email.replace('probe', 'nobody'), at }))
  // A tenth of what one sign-in takes here and now: looking a person up is far less, hashing or not is far more.
  const isHidden = () => Math.abs(median(differencesMs)) < median(tookMs) / 10
  for (let from = 0; from < PAIRS_MAX; from += AT_ONCE) {
    if (from > 0 && from % PAIRS === 0 && isHidden()) break
    const outcomes = await Promise.all(
      pairs.slice(from, from + AT_ONCE).map(async ({ email, unknown, at }) => {
        const knownFirst = at % 2 === 0
        const [first, second] = await Promise.all(
          (knownFirst ? [email, unknown] : [unknown, email]).map((one) => probe(one, at)),
        )
        return knownFirst ? [first, second] : [second, first]
      }),
    )
    for (const [ofKnown, ofUnknown] of outcomes) {
      if (!ofKnown || !ofUnknown) throw new Error('Two probes make a pair.')
      expect(ofKnown.words).toEqual(ofUnknown.words)
      expect(ofKnown.status).toBe(401)
      differencesMs.push(ofKnown.tookMs - ofUnknown.tookMs)
      tookMs.push(ofKnown.tookMs)
    }
  }
  expect(isHidden(), `median difference ${median(differencesMs)} ms of ${median(tookMs)} ms`).toBe(true)
  await company.app.close()
}, 600_000)

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
