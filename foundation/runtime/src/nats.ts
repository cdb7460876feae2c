import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { SECOND_MS } from '@millrace/base'
import {
  AckPolicy,
  type Consumer,
  type ConsumerMessages,
  DiscardPolicy,
  type JsMsg,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream'
import {
  connect,
  credsAuthenticator,
  headers,
  type Msg,
  type NatsConnection,
  nanos,
  nuid,
} from '@nats-io/transport-node'
import type { Cluster, ClusterMessage, WorkStream } from './cluster.ts'
import type { Log } from './log.ts'
import type { NatsSettings } from './nats-settings.ts'

const CONNECT_WITHIN_MS = 30 * SECOND_MS
const AGAIN_MS = 500
/** A node that lost its power says nothing: it is missed after about three of these. */
const PING_MS = 2 * SECOND_MS
const RECONNECT_MS = 250
/** After the loss of its leader a stream has another within nine seconds (NATS waits four to nine for a word). */
const ADD_WITHIN_MS = 15 * SECOND_MS
const ADD_TRY_MS = 3 * SECOND_MS
const STREAMS_WITHIN_MS = 30 * SECOND_MS
const REQUEST_MS = 5 * SECOND_MS
/** One copy on each of so many nodes: any one may be lost. */
const COPIES = 3
/** Work that is neither done nor given back is given to somebody else after this. Longer than a commit may take. */
const ACK_WAIT_MS = 30 * SECOND_MS
const SAME_ID_MS = 120 * SECOND_MS
const NO_STREAMS = 'NATS does not keep our streams: it wants JetStream, and three nodes or one that is alone.'
/** Work is asked for again this often; a node that says nothing for two heartbeats is gone, and another is asked. */
const ASK_EVERY_MS = 4 * SECOND_MS
const HEARTBEAT_MS = SECOND_MS
/** The one consumer of each stream. */
const WORKER = 'worker'
/** Work of a stream that is remembered, because it comes on two ways. */
const REMEMBERED_MAX = 1000
const MESSAGE_ID = 'Nats-Msg-Id'

/**
 * Joins a NATS cluster. Kept connections find another node by themselves.
 *
 * @param name shown to whoever looks at the cluster's connections.
 * @param messageBytesMax what one message must be able to carry.
 * @throws Error when no node answers within half a minute, refuses us, or carries less.
 */
export async function joinNats(
  settings: NatsSettings,
  options: { readonly name: string; readonly messageBytesMax: number; readonly log: Log },
): Promise<Cluster> {
  const { log } = options
  const connection = await connectWithin(settings, options.name)
  const carried = connection.info?.max_payload ?? 0
  if (carried < options.messageBytesMax) {
    await connection.close()
    throw new Error(
      `NATS carries ${carried} bytes in a message: set max_payload to ${options.messageBytesMax} or more.`,
    )
  }
  return new NatsCluster(connection, log)
}

async function connectWithin(settings: NatsSettings, name: string): Promise<NatsConnection> {
  const { servers, tls, user, password: pass, credentialsFile, authorityFile } = settings
  const deadlineMs = performance.now() + CONNECT_WITHIN_MS
  for (;;) {
    try {
      return await connect({
        ...{ name, servers: [...servers], maxReconnectAttempts: -1, reconnectTimeWait: RECONNECT_MS },
        ...{ pingInterval: PING_MS, maxPingOut: 2, timeout: REQUEST_MS },
        ...(user !== undefined && { user }),
        ...(pass !== undefined && { pass }),
        ...(credentialsFile !== undefined && { authenticator: credsAuthenticator(await readFile(credentialsFile)) }),
        ...((tls || authorityFile !== undefined) && {
          tls: authorityFile === undefined ? {} : { caFile: authorityFile },
        }),
      })
    } catch (error) {
      if (performance.now() > deadlineMs) {
        throw new Error(`No node of NATS can be reached at ${servers.join(', ')}.`, { cause: error })
      }
      await pause(AGAIN_MS)
    }
  }
}

class NatsCluster implements Cluster {
  readonly processId = nuid.next()
  readonly #connection: NatsConnection
  readonly #log: Log
  #isConnected = true

  constructor(connection: NatsConnection, log: Log) {
    this.#connection = connection
    this.#log = log
    void this.#watch()
  }

  get isConnected(): boolean {
    return this.#isConnected && !this.#connection.isClosed()
  }

  publish(subject: string, data: string | Uint8Array, fields: Readonly<Record<string, string>> = {}): void {
    if (this.#connection.isClosed()) return
    try {
      this.#connection.publish(subject, data, { headers: headersOf(fields) })
    } catch (error) {
      this.#log.warn('Something could not be said to other servers.', { subject }, error)
    }
  }

  subscribe(subject: string, hear: (message: ClusterMessage) => void): () => void {
    const subscription = this.#connection.subscribe(subject, {
      callback: (error, message) => {
        if (!error) hear(messageOf(message))
      },
    })
    return () => subscription.unsubscribe()
  }

  async openStreams(streams: readonly WorkStream[]): Promise<void> {
    const deadlineMs = performance.now() + STREAMS_WITHIN_MS
    await Promise.all(
      streams.map(async (stream) => {
        for (;;) {
          try {
            return await this.#open(stream)
          } catch (cause) {
            // Nodes that have just met choose their leader first.
            if (performance.now() > deadlineMs) throw new Error(NO_STREAMS, { cause })
            await pause(AGAIN_MS)
          }
        }
      }),
    )
  }

  async #open({ name, subject, bytesMax }: WorkStream): Promise<void> {
    const manager = await jetstreamManager(this.#connection, { timeout: REQUEST_MS, checkAPI: false })
    if (await isThere(() => manager.streams.info(name))) return
    await manager.streams.add({
      ...{ name, subjects: [subject], max_bytes: bytesMax, duplicate_window: nanos(SAME_ID_MS) },
      ...{ retention: RetentionPolicy.Workqueue, storage: StorageType.File, discard: DiscardPolicy.New },
      num_replicas: this.#connection.info?.cluster === undefined ? 1 : COPIES,
    })
  }

  async addWork(
    subject: string,
    id: string,
    data: Uint8Array,
    fields: Readonly<Record<string, string>>,
  ): Promise<void> {
    const stream = jetstream(this.#connection, { timeout: ADD_TRY_MS })
    const deadlineMs = performance.now() + ADD_WITHIN_MS
    for (;;) {
      try {
        // Tried again under the same id: an answer that was lost does not make two of one.
        await stream.publish(subject, data, { msgID: id, headers: headersOf(fields) })
        return
      } catch (error) {
        if (performance.now() + ADD_TRY_MS > deadlineMs || this.#connection.isClosed()) throw error
        await pause(RECONNECT_MS)
      }
    }
  }

  doWork(
    stream: WorkStream,
    atOnce: number,
    perform: (message: ClusterMessage) => Promise<void>,
  ): { stop(): Promise<void> } {
    const working = new Set<Promise<void>>()
    let messages: ConsumerMessages | undefined
    let isStopped = false
    const act = once(perform)
    const follow = (done: Promise<void>) => {
      const work = done.finally(() => working.delete(work))
      working.add(work)
    }
    // Heard as it is said: a stream that has lost its leader hands nothing out until it has another.
    const unsubscribe = this.subscribe(stream.subject, (message) => {
      if (working.size < 2 * atOnce) follow(act(message).catch(() => undefined)) // it comes from the stream, too
    })
    const take = (message: JsMsg) =>
      follow(
        act(messageOf(message)).then(
          () => message.ack(),
          (error: unknown) => {
            this.#log.warn('Work was given back.', { stream: stream.name }, error)
            message.nak(SECOND_MS)
          },
        ),
      )
    const run = async () => {
      while (!isStopped) {
        try {
          const consumer = await this.#consumerOf(stream, atOnce)
          if (isStopped) return
          messages = await consumer.consume({
            ...{ max_messages: atOnce, callback: take, abort_on_missing_resource: true },
            ...{ expires: ASK_EVERY_MS, idle_heartbeat: HEARTBEAT_MS },
          })
          await messages.closed()
        } catch (error) {
          if (!isStopped) this.#log.warn('Work waits, NATS does not hand it out now.', { stream: stream.name }, error)
        }
        if (!isStopped) await pause(AGAIN_MS)
      }
    }
    const running = run()
    return {
      async stop() {
        isStopped = true
        unsubscribe()
        await messages?.close().catch(() => undefined) // it is over either way
        await running
        await Promise.all(working)
      },
    }
  }

  /** Made anew: it begins with the first that is not done, also of those that somebody else had begun. */
  async #consumerOf(stream: WorkStream, atOnce: number): Promise<Consumer> {
    const manager = await jetstreamManager(this.#connection, { timeout: REQUEST_MS, checkAPI: false })
    if (await isThere(() => manager.consumers.info(stream.name, WORKER))) {
      await manager.consumers.delete(stream.name, WORKER)
    }
    await manager.consumers.add(stream.name, {
      ...{ durable_name: WORKER, ack_policy: AckPolicy.Explicit, ack_wait: nanos(ACK_WAIT_MS) },
      // On every node, but not on their disks: whoever takes over makes it anew.
      ...{ max_ack_pending: 2 * atOnce, mem_storage: true },
    })
    return jetstream(this.#connection, { timeout: REQUEST_MS }).consumers.get(stream.name, WORKER)
  }

  async #watch(): Promise<void> {
    for await (const { type } of this.#connection.status()) {
      if (type === 'disconnect') {
        this.#isConnected = false
        this.#log.warn('The node of NATS is gone; another is looked for.')
      }
      if (type === 'reconnect') {
        this.#isConnected = true
        this.#log.info('NATS is there again.')
      }
    }
  }

  async stop(): Promise<void> {
    // What was said goes out first.
    await this.#connection.drain().catch(() => this.#connection.close())
  }
}

/** Does each message once, by its id; what failed may be tried again. */
function once(perform: (message: ClusterMessage) => Promise<void>): (message: ClusterMessage) => Promise<void> {
  const known = new Map<string, Promise<void>>()
  return (message) => {
    const id = message.header(MESSAGE_ID)
    if (id === undefined) return perform(message)
    const before = known.get(id)
    if (before !== undefined) return before
    const done = perform(message)
    known.set(id, done)
    done.catch(() => known.delete(id))
    const [oldest] = known.keys()
    if (known.size > REMEMBERED_MAX && oldest !== undefined) known.delete(oldest)
    return done
  }
}

async function isThere(look: () => Promise<unknown>): Promise<boolean> {
  try {
    await look()
    return true
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 404) return false
    if (error instanceof Error && 'code' in error && (error.code === 10059 || error.code === 10014)) return false
    throw error
  }
}

function headersOf(fields: Readonly<Record<string, string>>) {
  const made = headers()
  for (const [name, value] of Object.entries(fields)) made.set(name, value)
  return made
}

function messageOf(message: Msg | JsMsg): ClusterMessage {
  return {
    subject: message.subject,
    data: message.data,
    header: (name) => message.headers?.get(name) || undefined,
  }
}
