import { epochMs, now, problemType } from '@millrace/base'
import { type Actor, authorize, forbidden, type LiveMessage, type Runtime, reachOf } from '@millrace/runtime'
import type { FastifyReply } from 'fastify'
import type { Topic } from './module.ts'

export const topicUnknown = problemType('http/topic-unknown', 'missing', 'Nothing to watch under this name')

/** The most topics one stream may watch. */
export const WATCH_LIMIT = 50
const BEAT_MS = 5000
/** A screen that does not read is dropped rather than kept in memory; it comes back by itself and reloads. */
const BACKLOG_BYTES = 1024 * 1024

/**
 * Checks that the actor may watch each topic.
 *
 * @throws topicUnknown, forbidden
 */
export async function authorizeTopics(
  runtime: Runtime,
  topics: readonly Topic[],
  actor: Actor,
  watched: readonly string[],
) {
  for (const name of watched) {
    const found = topics
      .map((topic) => ({ topic, parameter: match(topic.pattern, name) }))
      .find((one) => one.parameter !== undefined)
    if (!found || found.parameter === undefined)
      throw topicUnknown(`There is nothing to watch named ${name.slice(0, 80)}.`)
    const { topic, parameter } = found
    if (topic.siteOf) {
      const siteId = await topic.siteOf(runtime, actor, parameter)
      if (siteId === undefined) throw topicUnknown(`There is nothing to watch named ${name.slice(0, 80)}.`)
      authorize(actor, topic.permission, siteId)
    } else if (reachOf(actor, topic.permission) === undefined) {
      throw forbidden(`${actor.name} may not watch this.`, { permission: topic.permission })
    }
  }
}

/** The parameter of a name that fits a pattern; an empty text for a pattern without one. */
function match(pattern: string, name: string): string | undefined {
  const [head, hole] = pattern.split('/:')
  if (hole === undefined) return pattern === name ? '' : undefined
  return name.startsWith(`${head}/`) ? name.slice((head ?? '').length + 1) : undefined
}

/** Turns a reply into a stream of server-sent events (HTML standard §9.2) until either side ends it. */
export function streamEvents(
  runtime: Runtime,
  reply: FastifyReply,
  enterpriseId: string,
  topics: readonly string[],
  first: readonly { topic: string; data: unknown }[] = [],
): { end: () => void; send: (topic: string, data: unknown) => void } {
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  const write = (text: string) => {
    if (raw.writableLength > BACKLOG_BYTES) raw.destroy()
    else raw.write(text)
  }
  const send = (message: LiveMessage) => write(`id: ${message.id}\nevent: ${message.topic}\ndata: ${message.data}\n\n`)
  const tell = (topic: string, data: unknown) => write(`event: ${topic}\ndata: ${JSON.stringify(data)}\n\n`)
  tell('hello', { nowMs: epochMs(now()) })
  const unsubscribe = runtime.live.subscribe(enterpriseId, topics, { send })
  for (const one of first) tell(one.topic, one.data)
  const beat = setInterval(() => tell('beat', { nowMs: epochMs(now()) }), BEAT_MS)
  const end = () => {
    clearInterval(beat)
    unsubscribe()
    raw.end()
  }
  raw.on('close', end)
  raw.on('error', end)
  // Gone before we began: its close has been and will not come again.
  if (raw.destroyed) end()
  return { end, send: tell }
}
