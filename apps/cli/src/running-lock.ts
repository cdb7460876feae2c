import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { cannotStart } from './problems.ts'
import { identify, isAlive, type ProcessIdentity, waitOrKill } from './process-identity.ts'

const TRIES = 5

/** What the file `running.json` in the data folder says. */
export type RunningState = ProcessIdentity & {
  /** The web address, once there is one. */
  readonly url?: string
  /** The children, for the next start to see off if we are killed. */
  readonly children: readonly ProcessIdentity[]
}

export type RunningLock = {
  /** Says where it runs and with whom. */
  update(url: string | undefined, children: readonly ProcessIdentity[]): Promise<void>
  release(): Promise<void>
}

/**
 * Takes the data folder for this process. A lock left behind by a process that is gone is no lock; what is left of
 * that process's children is seen off first.
 *
 * @returns the lock, or the state of the process that holds it
 */
export async function takeRunningLock(dataDir: string): Promise<RunningLock | { readonly heldBy: RunningState }> {
  const file = path.join(dataDir, 'running.json')
  const mine = `${file}.${process.pid}`
  const self = await identify(process.pid)
  if (!self) throw new Error('this process does not exist')
  await writeWhole(mine, { ...self, children: [] })

  try {
    for (let tries = 0; tries < TRIES; tries++) {
      if (await tryLink(mine, file)) return lockOf(file, self)
      const holder = await readState(file)
      if (holder && (await isAlive(holder))) return { heldBy: holder }
      if (await setAside(file, holder)) await waitOrKill(holder?.children ?? [])
    }
  } finally {
    await rm(mine, { force: true })
  }
  throw cannotStart(`The data folder ${dataDir} is being started by somebody else: try again in a moment.`)
}

function lockOf(file: string, self: ProcessIdentity): RunningLock {
  let writing = Promise.resolve()
  return {
    update(url, children) {
      // One after the other: the last word must win.
      writing = writing.then(() => writeWhole(file, { ...self, ...(url && { url }), children })).catch(() => undefined)
      return writing
    },
    async release() {
      await writing
      await rm(file, { force: true })
    },
  }
}

// link(2) makes the name only if there is none, and the file is whole from its first moment.
async function tryLink(mine: string, file: string): Promise<boolean> {
  try {
    await link(mine, file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

// Two starts may find the same stale lock. One moves it away; the other may then move away the new lock of the first,
// sees that it is not the one it judged, and puts it back.
async function setAside(file: string, judged: RunningState | undefined): Promise<boolean> {
  const aside = `${file}.stale.${process.pid}`
  try {
    await rename(file, aside)
  } catch {
    return false // somebody was quicker
  }
  const moved = await readState(aside)
  if (moved && (moved.pid !== judged?.pid || moved.startedAt !== judged.startedAt)) await tryLink(aside, file)
  await rm(aside, { force: true })
  return true
}

async function writeWhole(file: string, state: RunningState): Promise<void> {
  const unfinished = `${file}.new`
  await writeFile(unfinished, `${JSON.stringify(state)}\n`, { mode: 0o600 })
  await rename(unfinished, file)
}

async function readState(file: string): Promise<RunningState | undefined> {
  try {
    const state: RunningState = JSON.parse(await readFile(file, 'utf8'))
    return typeof state.pid === 'number' && Array.isArray(state.children) ? state : undefined
  } catch {
    return undefined // gone, or nothing we have written
  }
}
