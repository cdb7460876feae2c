import { epochMs, now, problemType } from '@millrace/base'
import { type Actor, forbidden, type LiveMessage, may, type Place, type Runtime, reachOf } from '@millrace/runtime'
import type { FastifyReply } from 'fastify'
import type { Module, Narrowing, Topic } from './module.ts'

export const topicUnknown = problemType('http/topic-unknown', 'missing', 'Nothing to watch under this name')

/** The most topics one stream may watch. */
export const WATCH_LIMIT = 50
const BEAT_MS = 5000
/** A screen that does not read is dropped rather than kept in memory; it comes back by itself and reloads. */
const BACKLOG_BYTES = 1024 * 1024

/** A topic somebody may watch, and what of its messages. */
export interface Watched {
  readonly name: string
  /** Left out for who may see everything. */
  readonly narrowing?: Narrowing
}

/**
 * Checks that the actor may watch each topic, and finds how much of it.
 *
 * @throws topicUnknown, forbidden
 */
export async function authorizeTopics(
  runtime: Runtime,
  topics: readonly Topic[],
  actor: Actor,
  names: readonly string[],
): Promise<Watched[]> {
  const watched: Watched[] = []
  for (const name of names) {
    const found = topics
      .map((topic) => ({ topic, parameter: match(topic.pattern, name) }))
      .find((one) => one.parameter !== undefined)
    if (!found || found.parameter === undefined)
      throw topicUnknown(`There is nothing to watch named ${name.slice(0, 80)}.`)
    watched.push({ name, ...(await narrowingOf(runtime, found.topic, actor, found.parameter)) })
  }
  return watched
}

async function narrowingOf(
  runtime: Runtime,
  topic: Topic,
  actor: Actor,
  parameter: string,
): Promise<Pick<Watched, 'narrowing'>> {
  const { permission } = topic
  const mayAt = (place: Place) => may(actor, permission, place)
  if (topic.placeOf) {
    const place = await topic.placeOf(runtime, actor, parameter)
    if (place === undefined) throw topicUnknown(`There is nothing to watch named ${parameter.slice(0, 80)}.`)
    if (mayAt(place)) return {}
    const reach = reachOf(actor, permission)
    const partly = typeof place === 'string' && typeof reach === 'object' && reach.partly.has(place)
    if (!partly || !topic.narrow) throw forbidden(`${actor.name} may not watch this.`, { permission })
    return { narrowing: await topic.narrow(runtime, actor, parameter) }
  }
  const reach = reachOf(actor, permission)
  if (reach === undefined) throw forbidden(`${actor.name} may not watch this.`, { permission })
  return reach === 'everywhere' ? {} : { narrowing: { narrow: (data) => narrowEvent(data, mayAt) } }
}

/** An event says where it happened; who does not hold the permission there does not hear of it. */
function narrowEvent(data: unknown, mayAt: (place: Place) => boolean): unknown {
  if (typeof data !== 'object' || data === null || !('siteId' in data) || typeof data.siteId !== 'string')
    return undefined
  const { siteId } = data
  const unit = 'workUnitId' in data && typeof data.workUnitId === 'string' ? data.workUnitId : undefined
  return mayAt(unit === undefined ? siteId : { siteId, equipmentId: unit }) ? data : undefined
}

const LOOK_EVERY_MS = 1000

/** Who watches now. Ends the streams of sessions that were ended elsewhere (THREATS T-A3: within two seconds). */
export function createWatchers(runtime: Runtime, stillSignedIn: Module['stillSignedIn']) {
  const open = new Map<() => void, Actor>()
  let looking = false
  async function look(): Promise<void> {
    if (looking || open.size === 0 || !stillSignedIn) return
    looking = true
    try {
      const streams = [...open]
      const signedIn = await stillSignedIn(
        runtime,
        streams.map(([, actor]) => actor),
      )
      streams.forEach(([end], index) => {
        if (!signedIn[index]) end()
      })
    } catch (error) {
      runtime.log.warn('It could not be looked up who is still signed in.', {}, error)
    } finally {
      looking = false
    }
  }
  const timer = setInterval(() => void look(), LOOK_EVERY_MS)
  timer.unref()
  return {
    add(actor: Actor, end: () => void): () => void {
      open.set(end, actor)
      return () => open.delete(end)
    },
    stop(): void {
      clearInterval(timer)
      for (const end of open.keys()) end()
    },
  }
}

/** The parameter of a name that fits a pattern; an empty text for a pattern without one. */
function match(pattern: string, name: string): string | undefined {
  const [head, hole] = pattern.split('/:')
  if (hole === undefined) return pattern === name ? '' : undefined
  return name.startsWith(`${head}/`) ? name.slice((head ?? '').length + 1) : undefined
}

/** A stream of server-sent events (HTML standard §9.2) to one reply. */
export interface EventStream {
  readonly end: () => void
  readonly send: (topic: string, data: unknown) => void
}

/**
 * Turns a reply into a stream of server-sent events until either side ends it. It begins with `hello`, and beats as a sign of
 * life. Each message of a topic, and each beat, has an id: who comes back with it as `after` gets what was missed in between,
 * and `hello` says `resumed: true`. With `resumed: false` what was missed is not known, and has to be read again.
 */
export function streamEvents(
  runtime: Runtime,
  reply: FastifyReply,
  enterpriseId: string,
  watched: readonly Watched[],
  after?: string,
): EventStream {
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  const write = (bytes: Buffer) => {
    if (raw.destroyed) return
    if (raw.writableLength > BACKLOG_BYTES) raw.destroy()
    else raw.write(bytes)
  }
  const tell = (event: string, data: unknown, id?: string) => write(frame(event, JSON.stringify(data), id))
  const subscribers = new Map(
    watched.map(({ name, narrowing }) => [
      name,
      {
        send: (message: LiveMessage) => {
          const bytes = frameOf(message, narrowing)
          if (bytes) write(bytes)
        },
      },
    ]),
  )
  const watch = runtime.live.watch(enterpriseId, subscribers, after)
  // Who resumes is at its old place until it has got all that it missed.
  const resumed = watch.missed !== undefined
  tell('hello', { nowMs: epochMs(now()), resumed }, resumed ? after : watch.place())
  for (const message of watch.missed ?? []) subscribers.get(message.topic)?.send(message)
  const beat = setInterval(() => tell('beat', { nowMs: epochMs(now()) }, watch.place()), BEAT_MS)
  const end = () => {
    clearInterval(beat)
    watch.end()
    raw.end()
  }
  raw.on('close', end)
  raw.on('error', end)
  // Gone before we began: its close has been and will not come again.
  if (raw.destroyed) end()
  return { end, send: tell }
}

// By message and by narrowing: what many screens get is made once. Gone with the message.
const frames = new WeakMap<LiveMessage, Map<string, Buffer | undefined>>()
const WHOLE = ''

/** A message as bytes; undefined when nothing of it may be seen. */
function frameOf(message: LiveMessage, narrowing: Narrowing | undefined): Buffer | undefined {
  if (narrowing && narrowing.key === undefined) return frameNarrowed(message, narrowing)
  const key = narrowing?.key ?? WHOLE
  const made = frames.get(message) ?? new Map<string, Buffer | undefined>()
  frames.set(message, made)
  if (!made.has(key)) {
    made.set(key, narrowing ? frameNarrowed(message, narrowing) : frame(message.topic, message.data, message.id))
  }
  return made.get(key)
}

function frameNarrowed({ id, topic, data }: LiveMessage, { narrow }: Narrowing): Buffer | undefined {
  const visible = narrow(JSON.parse(data))
  return visible === undefined ? undefined : frame(topic, JSON.stringify(visible), id)
}

function frame(event: string, data: string, id?: string): Buffer {
  return Buffer.from(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`)
}
