import { setFlagsFromString } from 'node:v8'
import { readConfig } from './config.ts'
import { log } from './log.ts'

// The OPC UA library is large and mostly idle: lazily compiled code and a small nursery keep 50 MiB back. This must
// happen before it is loaded, hence the import further down.
setFlagsFromString('--optimize-for-size')
setFlagsFromString('--max-semi-space-size=2')

const STOP_TIMEOUT_MS = 2000

async function main(): Promise<void> {
  const config = readConfig()
  const { startSimulator } = await import('./simulator.ts')
  const simulator = await startSimulator(config)

  let stopping = false
  const stop = (): void => {
    if (stopping) process.exit(1)
    stopping = true
    // Whatever hangs, nobody waits for a simulator.
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref()
    simulator.stop().then(
      () => process.exit(0),
      (error) => {
        log.error({ err: error }, 'The simulator did not stop cleanly')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  if (process.send) {
    // Ctrl-C reaches every process of the terminal; the supervisor decides and tells.
    process.on('SIGINT', () => undefined)
    process.on('message', (message) => {
      if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'stop') stop()
    })
    process.on('disconnect', stop)
    process.send({ type: 'ready', endpoints: simulator.endpoints })
  } else {
    process.on('SIGINT', stop)
    process.stdout.write(`${JSON.stringify(simulator.endpoints)}\n`)
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`Error: ${error instanceof Error ? error.message : String(error)}\n`)
  log.debug({ err: error }, 'The simulator could not start')
  process.exit(1)
})
