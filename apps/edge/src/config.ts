import { resolve } from 'node:path'

/** What the gateway is told from outside, read once. */
export type EdgeConfig = {
  /** Folder of key, allow-list and journal. */
  dir: string
  cloudUrl: URL
  /** Only until enrolled. */
  enrolmentCode: string | undefined
  /** Take the first offered allow-list without asking: only for the gateways of the demo. */
  confirmFirst: boolean
  journalMaxBytes: number
}

const MIB = 1024 * 1024
const JOURNAL_MIB_DEFAULT = 1024
const JOURNAL_MIB_MIN = 8

/**
 * Reads the environment.
 *
 * @throws Error with one sentence per wrong variable, all at once.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): EdgeConfig {
  const faults: string[] = []
  const dir = env.MILLRACE_EDGE_DIR ?? ''
  if (dir === '') faults.push('MILLRACE_EDGE_DIR must name the folder in which this gateway keeps its key and journal.')

  const cloudUrl = urlOf(env.MILLRACE_CLOUD_URL ?? '')
  if (!cloudUrl) faults.push('MILLRACE_CLOUD_URL must be the http or https address of the server.')

  const confirm = env.MILLRACE_EDGE_CONFIRM ?? ''
  if (confirm !== '' && confirm !== 'first') faults.push("MILLRACE_EDGE_CONFIRM may only be 'first' or absent.")

  const journalMib = Number(env.MILLRACE_EDGE_JOURNAL_MIB ?? JOURNAL_MIB_DEFAULT)
  if (!Number.isInteger(journalMib) || journalMib < JOURNAL_MIB_MIN) {
    faults.push(`MILLRACE_EDGE_JOURNAL_MIB must be a whole number of at least ${JOURNAL_MIB_MIN}.`)
  }
  if (faults.length > 0 || !cloudUrl) throw new Error(faults.join('\n'))
  return {
    dir: resolve(dir),
    cloudUrl,
    enrolmentCode: env.MILLRACE_ENROLMENT_CODE || undefined,
    confirmFirst: confirm === 'first',
    journalMaxBytes: journalMib * MIB,
  }
}

/** The address without path or trailing slash, undefined when it is not http(s). */
export function urlOf(text: string): URL | undefined {
  const url = URL.parse(text)
  return url && (url.protocol === 'http:' || url.protocol === 'https:') ? url : undefined
}
