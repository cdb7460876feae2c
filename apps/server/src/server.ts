import { fileURLToPath } from 'node:url'
import { migrate, migrationFolders, openPool, readMigrations } from '@millrace/db'
import { type App, createApp, type Module } from '@millrace/http'
import {
  answering,
  type Cluster,
  createClusterLive,
  createLive,
  createMail,
  createOutbound,
  createOutbox,
  createQuotas,
  type Log,
  type MailSettings,
  type NatsSettings,
  type OutboundRule,
  parseQuotas,
  plays,
  type QuotaSettings,
  quotasOf,
  type Role,
  type Runtime,
  type Secrets,
  startTasks,
  type Witness,
} from '@millrace/runtime'
import { sql } from 'kysely'
import { servingUrl } from './account.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
/** Connections for requests, tasks and listeners together. */
const POOL_MAX = 16

export const VERSION = '0.1.0'

/** What a batch of samples needs in one message of the cluster, its headers included. */
const MESSAGE_BYTES_MAX = 2 * 1024 * 1024
const READY_WITHIN_MS = 2000

export interface Server {
  readonly app: App
  readonly runtime: Runtime
  /** Says from now on that it is about to stop. */
  drain(): void
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
  /** Where the database lies, if on this machine. */
  databaseDir?: string
  webDir?: string
  /** What it does; everything if left out. */
  roles?: ReadonlySet<Role>
  /** Through what it reaches the servers it shares the work with; alone if left out. */
  nats?: NatsSettings
  /** Whether heavy work gets threads of its own. */
  threads?: boolean
}): Promise<Server> {
  const { modules, log, roles } = options
  await migrate(options.databaseUrl, await readMigrations(migrationFolders(ROOT)))
  const url = await servingUrl(options.databaseUrl, options.secrets)
  const onError = (error: Error) => log.warn('A database connection broke.', {}, error)
  const cluster = options.nats ? await join(options.nats, log, roles) : undefined
  const clusterLive = cluster ? createClusterLive(createLive(), cluster, log) : undefined
  const live = clusterLive ?? createLive()
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
    { sweeps: plays(options, 'worker') },
  )
  const runtime: Runtime = {
    app: openPool({ url, role: 'millrace_app', max: POOL_MAX, onError }),
    openPool: (role, max) => openPool({ url, role, max, onError }),
    threadsDatabaseUrl: options.threads ? url : undefined,
    log,
    ...(roles && { roles }),
    ...(cluster && { cluster }),
    live,
    secrets: options.secrets,
    quotas: createQuotas(quotasOf(options.quotas ?? parseQuotas('').settings)),
    outbound: createOutbound({ allow: options.outboundAllow ?? [] }),
    mail: createMail(options.mail, log),
    publicUrl: options.publicUrl,
    witness: options.witness,
    ...(options.databaseDir === undefined ? {} : { databaseDir: options.databaseDir }),
    permissions: modules.flatMap((module) => module.permissions ?? []),
    announcements: modules.flatMap((module) => module.announces ?? []),
    announced: outbox.poke,
    answer: answering(modules.flatMap((module) => module.extends ?? [])),
  }
  const started: { stop(): Promise<void> }[] = []
  for (const module of modules) if (module.start) started.push(await module.start(runtime))
  const tasks = startTasks(runtime, plays(runtime, 'worker') ? modules.flatMap((module) => module.tasks ?? []) : [])
  let isDraining = false
  const app = await createApp({
    runtime,
    modules,
    version: VERSION,
    trustedProxies: options.trustedProxies ?? [],
    isReady: async () => !isDraining && (cluster?.isConnected ?? true) && (await answers(runtime)),
    ...(options.webDir ? { webDir: options.webDir } : {}),
  })
  return {
    app,
    runtime,
    drain() {
      isDraining = true
    },
    async stop() {
      // From the outside in: no new requests, then no new work, then nothing to work on.
      await app.close()
      await tasks.stop()
      for (const one of started.reverse()) await one.stop()
      await outbox.stop()
      await runtime.mail.stop()
      clusterLive?.stop()
      await cluster?.stop()
      await runtime.app.close()
    },
  }
}

/** Joins the other servers. Read only where there are any: one machine needs nothing of it. */
async function join(nats: NatsSettings, log: Log, roles: ReadonlySet<Role> | undefined): Promise<Cluster> {
  const { joinNats } = await import('@millrace/runtime/nats')
  const name = `millrace ${[...(roles ?? [])].join(' ') || 'all'}`
  return joinNats(nats, { name, messageBytesMax: MESSAGE_BYTES_MAX, log })
}

/** Whether the database answers in time. */
async function answers({ app }: Runtime): Promise<boolean> {
  const silence = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('The database is silent.')), READY_WITHIN_MS).unref()
  })
  await Promise.race([sql`select 1`.execute(app.kysely), silence])
  return true
}
