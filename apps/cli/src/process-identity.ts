import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const PS_TIMEOUT_MS = 5000
const LEAVE_MS = 5000
const LOOK_MS = 50

/**
 * Names one process for good: its number alone is given again to somebody else.
 * `startedAt` is whatever the system says of its start, to be compared and nothing else.
 */
export type ProcessIdentity = { readonly pid: number; readonly startedAt: string }

/** The identity of a living process; undefined when there is none with this number. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const startedAt = await startOf(pid)
  return startedAt === undefined ? undefined : { pid, startedAt }
}

export async function isAlive(one: ProcessIdentity): Promise<boolean> {
  return (await startOf(one.pid)) === one.startedAt
}

/** Waits for processes that were told to leave, then kills those that did not. Never touches any other. */
export async function waitOrKill(all: readonly ProcessIdentity[]): Promise<void> {
  const deadlineMs = performance.now() + LEAVE_MS
  for (const one of all) {
    while ((await isAlive(one)) && performance.now() < deadlineMs) await pause(LOOK_MS)
    if (await isAlive(one)) process.kill(one.pid, 'SIGKILL')
  }
}

async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    try {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
      // proc(5): the name, second, may hold anything, even spaces and parentheses; state is 3, starttime is 22.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return fields[0] === 'Z' ? undefined : fields[19]
    } catch {
      return undefined
    }
  }
  try {
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)], { timeout: PS_TIMEOUT_MS })
    return stdout.trim() || undefined
  } catch {
    return undefined
  }
}
