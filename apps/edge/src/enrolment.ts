import { isProblem } from '@millrace/base'
import { Cloud, cloudUnreachable, problemText } from './cloud.ts'
import { type GatewayKey, type Identity, saveIdentity } from './identity.ts'
import type { Log } from './log.ts'
import { GrowingPause } from './pause.ts'

const PAUSE_FIRST_MS = 500
const PAUSE_MAX_MS = 10_000

/**
 * Shows the one-time code to the cloud, gives it this gateway's public key, and keeps the answer.
 * Tries again while the server cannot be reached or is busy.
 *
 * @throws Error, in a sentence for the log, when the code is refused: it lives ten minutes and works once.
 */
export async function enrol(
  dir: string,
  url: URL,
  code: string,
  key: GatewayKey,
  log: Log,
  signal: AbortSignal,
): Promise<Identity> {
  const cloud = new Cloud(url)
  const pause = new GrowingPause(PAUSE_FIRST_MS, PAUSE_MAX_MS)
  try {
    while (true) {
      signal.throwIfAborted()
      try {
        const json = { code, publicKey: key.publicKey }
        const answer = await cloud.send({ method: 'POST', path: '/plant/gateways/enrol', json, signal })
        if (answer.status >= 200 && answer.status < 300) return await saveIdentity(dir, answer.json)
        if (answer.status < 500 && answer.status !== 429) {
          throw new Error(`The server refused the enrolment code (${problemText(answer)}). Ask for a new code.`)
        }
        log.warn('The server cannot enrol this gateway now.', { reason: problemText(answer) })
      } catch (error) {
        if (!isProblem(error, cloudUnreachable)) throw error
        log.warn('The server cannot be reached for the enrolment.', { reason: error.message })
      }
      await pause.wait(signal)
    }
  } finally {
    cloud.close()
  }
}
