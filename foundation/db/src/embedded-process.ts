import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { hasCode } from './embedded-problem.ts'

const run = promisify(execFile)
const FIRST_PAUSE_MS = 10
const LONGEST_PAUSE_MS = 250
const PS_TIMEOUT_MS = 5000

/** What a running PostgreSQL writes into its data folder (postmaster.pid, one value a line). */
export type PidFile = { readonly pid: number; readonly port: number }

/** Reads `postmaster.pid`; undefined when there is none or it was cut short. */
export async function readPidFile(clusterDir: string): Promise<PidFile | undefined> {
  let text: string
  try {
    text = await readFile(path.join(clusterDir, 'postmaster.pid'), 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  }
  const lines = text.split('\n')
  const pid = Number(lines[0])
  const port = Number(lines[3])
  return Number.isInteger(pid) && pid > 0 ? { pid, port: Number.isInteger(port) ? port : 0 } : undefined
}

/**
 * The command line of a process; empty when there is no such process, it has ended, or it may not be seen.
 * Where the system shows only one string (`ps`), that string is the only element.
 */
export async function commandLineOf(pid: number): Promise<readonly string[]> {
  try {
    const bytes = await readFile(`/proc/${pid}/cmdline`, 'utf8')
    return bytes.split('\0').filter((part) => part !== '')
  } catch {
    // No /proc on this system, or no such process: ps knows the difference.
  }
  if (process.platform === 'linux' || process.platform === 'win32') return []
  try {
    const { stdout } = await run('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { timeout: PS_TIMEOUT_MS })
    return stdout.trim() === '' ? [] : [stdout.trim()]
  } catch {
    return []
  }
}

/** Whether this process is a PostgreSQL server of exactly this data folder. Anything else is none of our business. */
export async function servesCluster(pid: number, clusterDir: string): Promise<boolean> {
  const args = await commandLineOf(pid)
  if (args.length === 1) return /(^|\/)postgres /.test(args[0] ?? '') && `${args[0]} `.includes(` -D ${clusterDir} `)
  const folder = args.indexOf('-D')
  return path.basename(args[0] ?? '') === 'postgres' && folder > 0 && args[folder + 1] === clusterDir
}

/** Waits until the condition holds, asking with growing pauses. @returns whether it came to hold in time */
export async function waitUntil(condition: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + timeoutMs
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    if (await condition()) return true
    if (performance.now() + pauseMs > deadlineMs) return false
    await pause(pauseMs)
  }
}

/** Sends a signal; a process that is gone already is no failure. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error
  }
}

const FAST_STOP_MS = 30_000
const QUICK_STOP_MS = 3000

/**
 * Stops a server of this data folder: first politely (SIGINT: transactions are rolled back, all is written), then with
 * SIGQUIT (the next start recovers from the log), then with SIGKILL. Asks before every signal whether it is still ours.
 *
 * @param atOnce leaves out the polite part
 */
export async function stopServer(pid: number, clusterDir: string, atOnce = false): Promise<void> {
  const steps: [NodeJS.Signals, number][] = [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', QUICK_STOP_MS],
    ['SIGKILL', QUICK_STOP_MS],
  ]
  for (const [name, waitMs] of atOnce ? steps.slice(1) : steps) {
    if (!(await servesCluster(pid, clusterDir))) return
    signal(pid, name)
    if (await waitUntil(async () => !(await servesCluster(pid, clusterDir)), waitMs)) return
  }
}
