import type { RequestFacts } from '@millrace/http'
import type { Runtime } from '@millrace/runtime'
import type { PersonId } from './contract.ts'
import { codeWrong } from './factor-contract.ts'
import { guess } from './guesses.ts'

/**
 * Looks at a code or password that somebody who is known shows, unless too many wrong ones came before.
 *
 * @param look throws when it is wrong, which counts
 * @throws signInPaused; whatever `look` throws
 */
export async function guessFactor<T>(
  runtime: Runtime,
  personId: PersonId,
  facts: RequestFacts,
  look: () => Promise<T>,
): Promise<T> {
  const shown = await guess(runtime, { kind: 'factor', account: personId, address: facts.address }, look)
  if (shown === undefined) throw codeWrong('This is wrong.')
  return shown
}
