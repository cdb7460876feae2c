import { fileURLToPath } from 'node:url'
import { migrate, migrationFolders, openPool, readMigrations } from '@millrace/db'
import { type App, createApp, type Module } from '@millrace/http'
import {
  answering,
  createLive,
  createMail,
  createOutbound,
  createOutbox,
  createQuotas,
  type Log,
  type MailSettings,
  type OutboundRule,
  parseQuotas,
  type QuotaSettings,
  quotasOf,
  type Runtime,
  type Secrets,
  startTasks,
  type Witness,
} from '@millrace/runtime'
import { servingUrl } from './account.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
/** Connections for requests, tasks and listeners together. */
const POOL_MAX = 16

export const VERSION = '0.1.0'

export interface Server {
  readonly app: App
  readonly runtime: Runtime
  stop(): Promise<void>
}

/**
 * Puts the server together: migrates the database, opens it under the serving roles, starts outbox, tasks and modules.
 * Not listening yet.
 */
export async function createServer(options: {
  databaseUrl: string
  modules: readonly Module[]
  log: Log
  secrets: Secrets
  /** Hosts and networks inside that may be called by HTTP. */
  outboundAllow?: readonly OutboundRule[]
  /** Through whom mail goes out; without it none does. */
  mail?: MailSettings
  trustedProxies?: readonly string[]
  /** What companies may use at once; the defaults if left out. */
  quotas?: QuotaSettings
  publicUrl?: string
  witness: Witness
  webDir?: string
  /** Whether heavy work gets threads of its own. */
  threads?: boolean
}): Promise<Server> {
  const { modules, log } = options
  await migrate(options.databaseUrl, await readMigrations(migrationFolders(ROOT)))
  const url = await servingUrl(options.databaseUrl)
  const onError = (error: Error) => log.warn('A database connection broke.', {}, error)
  const live = createLive()
  const topics = modules.flatMap((module) => module.topics ?? [])
  const outbox = createOutbox(
    () => runtime,
    modules.flatMap((module) => module.listens ?? []),
    (enterpriseId, event) => {
      for (const topic of topics) {
        if (topic.events?.some((type) => type.type === event.type))
          live.publish(enterpriseId, topic.pattern, event.data)
      }
    },
  )
  const runtime: Runtime = {
    app: openPool({ url, role: 'millrace_app', max: POOL_MAX, onError }),
    openPool: (role, max) => openPool({ url, role, max, onError }),
    threadsDatabaseUrl: options.threads ? url : undefined,
    log,
    live,
    secrets: options.secrets,
    quotas: createQuotas(quotasOf(options.quotas ?? parseQuotas('').settings)),
    outbound: createOutbound({ allow: options.outboundAllow ?? [] }),
    mail: createMail(options.mail, log),
    publicUrl: options.publicUrl,
    witness: options.witness,
    permissions: modules.flatMap((module) => module.permissions ?? []),
    announcements: modules.flatMap((module) => module.announces ?? []),
    announced: outbox.poke,
    answer: answering(modules.flatMap((module) => module.extends ?? [])),
  }
  const started: { stop(): Promise<void> }[] = []
  for (const module of modules) if (module.start) started.push(await module.start(runtime))
  const tasks = startTasks(
    runtime,
    modules.flatMap((module) => module.tasks ?? []),
  )
  const app = await createApp({
    runtime,
    modules,
    version: VERSION,
    trustedProxies: options.trustedProxies ?? [],
    ...(options.webDir ? { webDir: options.webDir } : {}),
  })
  return {
    app,
    runtime,
    async stop() {
      // From the outside in: no new requests, then no new work, then nothing to work on.
      await app.close()
      await tasks.stop()
      for (const one of started.reverse()) await one.stop()
      await outbox.stop()
      await runtime.mail.stop()
      await runtime.app.close()
    },
  }
}
