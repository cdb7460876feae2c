import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that was cloned. */
export const CHECKOUT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

/** Something outside stands in the way. The message is one sentence that says what to do, and is all that is shown. */
export class Refusal extends Error {}

// What the operating system and npm call it, and what to do about it.
const CAUSES = [
  [/ENOSPC|EDQUOT|no space left/i, `The disk that holds ${CHECKOUT} is full: free some space and try again.`],
  [
    /EACCES|EPERM|EROFS|permission denied|read-only file system/i,
    `${CHECKOUT} cannot be written by you: correct its permissions, or clone into a folder of your own.`,
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR/,
    'The packages could not be fetched: check the network connection or the proxy and registry of npm, and try again.',
  ],
  [/EUSAGE/, 'package.json and package-lock.json do not fit together: run npm install once and try again.'],
  [/EINTEGRITY/, 'A package is not what it was when it was chosen: run npm cache clean --force and try again.'],
]

/** The sentence for a failure, undefined for one that nobody has met before. */
export function sentenceFor(text) {
  return CAUSES.find(([pattern]) => pattern.test(text))?.[1]
}

/** Turns a failure of the file system into a sentence; anything else stays what it is. */
export function refusalFor(error) {
  const sentence = sentenceFor(String(error?.code ?? ''))
  return sentence ? new Refusal(sentence) : error
}
