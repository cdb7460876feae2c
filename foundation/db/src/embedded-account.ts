import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { databaseUnusable, hasCode } from './embedded-problem.ts'

const run = promisify(execFile)
const COMMAND_TIMEOUT_MS = 20_000

/** The account PostgreSQL runs as. It refuses to run as root, whatever one tells it. */
export type Account = { readonly name: string; readonly uid: number; readonly gid: number }

const ROOT_UID = 0
// A safe search path: these commands run as root.
const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin'

/** Whether PostgreSQL must be given another account than ours. */
export function isRoot(): boolean {
  return process.getuid?.() === ROOT_UID
}

/** The owner of an existing data folder: PostgreSQL runs as that account only. */
export async function ownerOf(clusterDir: string): Promise<Account> {
  const { uid, gid } = await stat(path.join(clusterDir, 'PG_VERSION'))
  if (uid === ROOT_UID) {
    throw databaseUnusable(
      `The database in ${clusterDir} belongs to root, which PostgreSQL refuses: give it to another user with chown -R.`,
    )
  }
  return { name: `user ${uid}`, uid, gid }
}

/** Chooses an account for a new database: `postgres` if the system has it, else `millrace`, made if need be, else `nobody`. */
export async function chooseAccount(): Promise<Account> {
  const known = (await findAccount('postgres')) ?? (await findAccount('millrace'))
  if (known) return known

  try {
    const args = ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', '--user-group', 'millrace']
    await run('useradd', args, { timeout: COMMAND_TIMEOUT_MS, env: { PATH: SYSTEM_PATH } })
  } catch {
    // No useradd here, or a read-only /etc: nobody exists everywhere.
  }
  const made = (await findAccount('millrace')) ?? (await findAccount('nobody'))
  if (made) return made
  throw databaseUnusable(
    'PostgreSQL cannot run as root and no other user could be made: create one with useradd --system millrace.',
  )
}

async function findAccount(name: string): Promise<Account | undefined> {
  try {
    const options = { timeout: COMMAND_TIMEOUT_MS, env: { PATH: SYSTEM_PATH } }
    const uid = Number((await run('id', ['-u', name], options)).stdout)
    const gid = Number((await run('id', ['-g', name], options)).stdout)
    return uid > ROOT_UID && gid > 0 ? { name, uid, gid } : undefined
  } catch {
    return undefined
  }
}

/** Whether the account can enter this folder. Tried, not computed: access lists and mounts decide too. */
export function canEnter(account: Account, folder: string): Promise<boolean> {
  return succeeds(account, '/bin/sh', ['-c', 'cd "$1"', 'sh', folder])
}

/** Whether the account can run this program with all its libraries. */
export function canRun(account: Account, program: string): Promise<boolean> {
  return succeeds(account, program, ['--version'])
}

async function succeeds(account: Account, program: string, args: readonly string[]): Promise<boolean> {
  try {
    await run(program, args, {
      uid: account.uid,
      gid: account.gid,
      cwd: '/',
      timeout: COMMAND_TIMEOUT_MS,
      env: { PATH: SYSTEM_PATH },
    })
    return true
  } catch (error) {
    if (hasCode(error, 'EPERM')) {
      throw databaseUnusable(
        `Root may not start a program as ${account.name} here: start Millrace as an ordinary user, or set MILLRACE_DATABASE_URL.`,
        {},
        { cause: error },
      )
    }
    return false
  }
}
