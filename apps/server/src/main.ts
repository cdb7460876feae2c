import { flushCompileCache } from 'node:module'
import { setTimeout as pause } from 'node:timers/promises'
import { createLog, openSecrets, openWitness } from '@millrace/runtime'
import { ConfigError, readConfig } from './config.ts'
import { openDevicesDoor } from './devices-door.ts'
import { connectHouse } from './house.ts'
import { modules } from './modules.ts'
import { createServer } from './server.ts'

const STOP_WITHIN_MS = 8000
/** What is handed to other servers takes longer to hand over. */
const STOP_SHARED_WITHIN_MS = 20_000
const log = createLog()

async function main(): Promise<void> {
  const config = readConfig()
  const server = await createServer({
    databaseUrl: config.databaseUrl,
    modules,
    log,
    secrets: openSecrets(config.secretsDir),
    outboundAllow: config.outboundAllow,
    trustedProxies: config.trustedProxies,
    quotas: config.quotas,
    ...(config.mail ? { mail: config.mail } : {}),
    ...(config.publicUrl ? { publicUrl: config.publicUrl } : {}),
    witness: openWitness(config.witnessDir),
    threads: true,
    ...(config.databaseDir ? { databaseDir: config.databaseDir } : {}),
    ...(config.webDir ? { webDir: config.webDir } : {}),
    roles: config.roles,
    ...(config.nats ? { nats: config.nats } : {}),
  })
  await server.app.listen({ host: config.host, port: config.port })
  const door = config.roles.has('ingest') ? await openDevicesDoor(server.runtime, config.mqtt) : undefined
  const address = server.app.server.address()
  const port = typeof address === 'object' && address ? address.port : config.port
  const url = `http://${nameOf(config.host)}:${port}`
  log.info('Listening.', { url })
  // Everything is loaded: what was compiled is kept for the next start, whatever ends this one.
  flushCompileCache()

  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), config.drainMs + (config.nats ? STOP_SHARED_WITHIN_MS : STOP_WITHIN_MS)).unref()
    server.drain()
    pause(config.drainMs)
      .then(() => house.stop())
      .then(() => door?.stop())
      .then(() => server.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.error('Stopping failed.', {}, error)
          process.exit(1)
        },
      )
  }
  const house = connectHouse({ runtime: server.runtime, url, demo: config.demo, stop })
  if (!process.connected) process.on('SIGINT', stop)
  else process.on('SIGINT', () => undefined)
  process.on('SIGTERM', stop)
}

/** How this machine's own browser calls it: by the name where it can, because passkeys need one. */
function nameOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

main().catch((error: unknown) => {
  log.error(error instanceof ConfigError ? error.message : 'The server could not start.', {}, error)
  process.exit(error instanceof ConfigError ? 2 : 1)
})
