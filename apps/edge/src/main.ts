// First, so that its setting counts for everything that follows.
import './memory.ts'
import { resolve } from 'node:path'
import { AllowList } from './allow-list.ts'
import { readConfig } from './config.ts'
import { startEdge } from './edge.ts'
import { createLog, messageOf } from './log.ts'
import { stopSignal } from './parent.ts'
import { settle } from './settle.ts'

const log = createLog()

/** A stop that takes longer than this is one that will not end. */
const STOP_MAX_MS = 8_000

/** By then the first connections stand. */
const SETTLED_MS = 10_000

// Libraries of field protocols throw from timers and sockets when a device sends nonsense. The conversation is lost either
// way and its supervisor sees that; the gateway and its other machines go on.
process.on('uncaughtException', (error) => log.warn('Something failed outside any task.', { reason: messageOf(error) }))
process.on('unhandledRejection', (error) =>
  log.warn('Something failed outside any task.', { reason: messageOf(error) }),
)

async function run(): Promise<void> {
  const signal = stopSignal()
  const edge = await startEdge(readConfig(), log, signal)
  const settled = setTimeout(settle, SETTLED_MS)
  const stopped = new Promise<undefined>((done) =>
    signal.addEventListener('abort', () => done(undefined), { once: true }),
  )
  const failed = signal.aborted ? undefined : await Promise.race([stopped, edge.failure])
  clearTimeout(settled)
  // Told at once: what follows may hang on the same thing.
  if (failed !== undefined) log.warn('A task of this gateway failed: it ends.', { reason: messageOf(failed) })
  setTimeout(() => {
    process.stderr.write(
      `Error: This gateway did not end in time${failed === undefined ? '' : ` (${messageOf(failed)})`}.\n`,
    )
    process.exit(1)
  }, STOP_MAX_MS).unref()
  await edge.close()
  if (failed !== undefined) throw failed
}

/** `confirm DIR`: shows the list that the cloud offers, and puts it in force. */
async function confirm(dir: string): Promise<void> {
  const list = await new AllowList(resolve(dir)).confirm()
  if (!list) {
    process.stdout.write('There is no new allow-list to confirm.\n')
    return
  }
  process.stdout.write(
    `From now on this gateway may write:\n${list.map((entry) => `  ${JSON.stringify(entry)}\n`).join('')}`,
  )
}

const [command, dir] = process.argv.slice(2)
try {
  if (command === undefined) await run()
  else if (command === 'confirm' && dir !== undefined) await confirm(dir)
  else throw new Error('Use: main.ts, or main.ts confirm FOLDER')
  process.exit(0)
} catch (error) {
  // Whoever supervises this program looks for a line that begins like that.
  process.stderr.write(`Error: ${messageOf(error)}\n`)
  process.exit(1)
}
