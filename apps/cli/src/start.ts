import { chmod, mkdir, realpath } from 'node:fs/promises'
import path from 'node:path'
import { isProblem } from '@millrace/base'
import { CHECKOUT, readStartConfig, type StartConfig } from './config.ts'
import type { Programs } from './local-plant.ts'
import { cannotStart } from './problems.ts'
import { takeRunningLock } from './running-lock.ts'
import { Supervisor } from './supervisor.ts'
import type { Verb } from './verb.ts'

/**
 * One Ctrl-C reaches us from the terminal and again through npm and the bootstrap that pass it on. Whoever means it
 * twice takes longer than this.
 */
const SAME_PRESS_MS = 700

const PROGRAMS: Programs = {
  server: path.join(CHECKOUT, 'apps/server/src/main.ts'),
  simulator: path.join(CHECKOUT, 'apps/simulator/src/main.ts'),
  edge: path.join(CHECKOUT, 'apps/edge/src/main.ts'),
  webDir: path.join(CHECKOUT, 'apps/web/dist'),
}

export const start: Verb = {
  usage: 'start [--no-demo] [--port N] [--data DIR]',
  summary: 'start Millrace on this machine, with its database',
  run: (args) => runStart(readStartConfig(args), PROGRAMS),
}

/** Runs an installation until it is told to stop. @returns the exit code */
export async function runStart(given: StartConfig, programs: Programs): Promise<number> {
  const say = (line: string) => console.log(line)
  const config = { ...given, dataDir: await makeDataDir(given.dataDir) }
  const lock = await refusingFullDisk(config.dataDir, () => takeRunningLock(config.dataDir))
  if ('heldBy' in lock) {
    const { url, pid } = lock.heldBy
    const where = url === undefined ? 'and still starting' : `at ${url}`
    say(`Millrace is already running ${where} (process ${pid}, data in ${config.dataDir}).`)
    return 0
  }

  let exitCode = 0
  const ended = Promise.withResolvers<void>()
  const supervisor = new Supervisor({
    config,
    programs,
    lock,
    say,
    onGiveUp: (reason) => {
      console.error(reason)
      exitCode = 1
      supervisor.stop().then(ended.resolve, ended.reject)
    },
  })

  let firstPressMs: number | undefined
  const onSignal = () => {
    if (firstPressMs === undefined) {
      firstPressMs = performance.now()
      say('Stopping (Ctrl-C again ends everything at once).')
      supervisor.stop().then(ended.resolve, ended.reject)
    } else if (performance.now() - firstPressMs > SAME_PRESS_MS) {
      say('Ending everything at once.')
      exitCode = 1
      supervisor.kill().then(ended.resolve, ended.reject)
    }
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, onSignal)
  // Whoever started us is gone without a word: nobody could stop us any more.
  process.once('disconnect', onSignal)

  try {
    await refusingFullDisk(config.dataDir, () => supervisor.start())
    await ended.promise
    if (exitCode === 0) say('Stopped.')
  } catch (error) {
    await supervisor.stop()
    // A start that was told to stop half-way may fail in any way it likes.
    if (firstPressMs === undefined) throw error
  } finally {
    for (const signal of signals) process.off(signal, onSignal)
  }
  return exitCode
}

// The built-in database may run as another account, which must be able to pass through the folder of root.
async function makeDataDir(dataDir: string): Promise<string> {
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700
  return refusingFullDisk(dataDir, async () => {
    const made = await mkdir(dataDir, { recursive: true, mode })
    if (made !== undefined) await chmod(dataDir, mode)
    return await realpath(dataDir)
  })
}

async function refusingFullDisk<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isProblem(error) || !(error instanceof Error && 'code' in error)) throw error
    const say = SENTENCES[String(error.code)]
    if (!say) throw error
    throw cannotStart(say(dataDir), {}, { cause: error })
  }
}

const SENTENCES: Record<string, (dataDir: string) => string> = {
  ENOSPC: (dataDir) => `The disk that holds ${dataDir} is full: free some space and start again.`,
  EDQUOT: (dataDir) => `Your share of the disk that holds ${dataDir} is used up: free some space and start again.`,
  EROFS: (dataDir) => `${dataDir} cannot be written: choose another folder with --data DIR.`,
  EACCES: (dataDir) =>
    `${dataDir} cannot be written by you: correct its permissions, or choose another with --data DIR.`,
  EPERM: (dataDir) =>
    `${dataDir} cannot be written by you: correct its permissions, or choose another with --data DIR.`,
  ENOTDIR: (dataDir) => `${dataDir} cannot be a folder, a file is in the way: choose another with --data DIR.`,
  EEXIST: (dataDir) => `${dataDir} is a file, not a folder: choose another with --data DIR.`,
}
