import { SECOND_MS } from '@millrace/base'
import type { Cluster } from './cluster.ts'
import type { Live } from './live.ts'
import type { Log } from './log.ts'

/** A screen that comes back within this asks what it missed: what others publish is heard until then. */
const RESUMED_WITHIN_MS = 31 * SECOND_MS
/** How often each server says again what it watches; one that is silent for so long watches nothing any more. */
const SAY_EVERY_MS = 4 * SECOND_MS
const SILENT_MS = 13 * SECOND_MS
/** Names of topics in one message: well below what it may carry. */
const NAMES_MAX = 2000

const WATCH_SUBJECT = 'millrace.watch'

/** What servers tell each other of what their screens and gateways watch. */
interface Watch {
  readonly from: string
  /** `all` takes the place of what was said before; `hello` asks everybody to say it. */
  readonly kind: 'hello' | 'all' | 'more' | 'less'
  /** Enterprise and topic of each. */
  readonly keys: readonly (readonly [string, string])[]
}

interface LiveFrame {
  readonly from: string
  readonly enterpriseId: string
  readonly topic: string
  readonly data: unknown
}

export interface ClusterLive extends Live {
  stop(): void
}

/**
 * A live hub that reaches the subscribers of every server: what is published goes to those of this process at once, and to
 * the others through the cluster, under a subject that names enterprise and topic. `watched` counts theirs, too.
 */
export function createClusterLive(local: Live, cluster: Cluster, log: Log): ClusterLive {
  const own = new Map<string, { count: number; enterpriseId: string; topic: string; unsubscribe: () => void }>()
  const others = new Map<string, { keys: Set<string>; heardMs: number }>()

  function hear(subject: string, bytes: Uint8Array, act: (frame: LiveFrame) => void): void {
    try {
      const frame: LiveFrame = JSON.parse(new TextDecoder().decode(bytes))
      if (frame.from === cluster.processId) return
      // Said by two: nothing reaches another enterprise by a mistake in either (THREATS T-B10).
      if (subjectOf(frame.enterpriseId, frame.topic) !== subject) throw new Error('The subject is another.')
      act(frame)
    } catch (error) {
      log.error('A live message of another server cannot be read.', { subject }, error)
    }
  }

  function say(kind: Watch['kind'], keys: Watch['keys']): void {
    for (let start = 0; start === 0 || start < keys.length; start += NAMES_MAX) {
      const said: Watch = {
        from: cluster.processId,
        kind: kind === 'all' && start > 0 ? 'more' : kind,
        keys: keys.slice(start, start + NAMES_MAX),
      }
      cluster.publish(WATCH_SUBJECT, JSON.stringify(said))
    }
  }
  const sayAll = () =>
    say(
      'all',
      [...own.values()].map(({ enterpriseId, topic }) => [enterpriseId, topic]),
    )

  function takeWatch(bytes: Uint8Array): void {
    const { from, kind, keys }: Watch = JSON.parse(new TextDecoder().decode(bytes))
    if (from === cluster.processId) return
    if (kind === 'hello') {
      sayAll()
      return
    }
    const known = others.get(from) ?? { keys: new Set<string>(), heardMs: 0 }
    others.set(from, known)
    known.heardMs = performance.now()
    if (kind === 'all') known.keys = new Set()
    for (const [enterpriseId, topic] of keys) {
      if (kind === 'less') known.keys.delete(keyOf(enterpriseId, topic))
      else known.keys.add(keyOf(enterpriseId, topic))
    }
  }

  const endWatching = cluster.subscribe(WATCH_SUBJECT, ({ data }) => {
    try {
      takeWatch(data)
    } catch (error) {
      log.error('What another server watches cannot be read.', {}, error)
    }
  })
  say('hello', [])
  const timer = setInterval(() => {
    sayAll()
    for (const [from, { heardMs }] of others) if (performance.now() - heardMs > SILENT_MS) others.delete(from)
  }, SAY_EVERY_MS)
  timer.unref()

  function begin(enterpriseId: string, topic: string): void {
    const key = keyOf(enterpriseId, topic)
    const known = own.get(key)
    if (known) {
      known.count += 1
      return
    }
    const unsubscribe = cluster.subscribe(subjectOf(enterpriseId, topic), ({ subject, data }) =>
      hear(subject, data, (frame) => local.publish(frame.enterpriseId, frame.topic, frame.data)),
    )
    own.set(key, { count: 1, enterpriseId, topic, unsubscribe })
    say('more', [[enterpriseId, topic]])
  }

  function end(enterpriseId: string, topic: string): void {
    const key = keyOf(enterpriseId, topic)
    const known = own.get(key)
    if (!known) return
    known.count -= 1
    if (known.count > 0) return
    own.delete(key)
    known.unsubscribe()
    say('less', [[enterpriseId, topic]])
  }

  return {
    ...local,
    publish(enterpriseId, topic, data) {
      local.publish(enterpriseId, topic, data)
      const frame: LiveFrame = { from: cluster.processId, enterpriseId, topic, data }
      cluster.publish(subjectOf(enterpriseId, topic), JSON.stringify(frame))
    },
    watched: (enterpriseId, topic) =>
      local.watched(enterpriseId, topic) || others.values().some(({ keys }) => keys.has(keyOf(enterpriseId, topic))),
    subscribe(enterpriseId, topics, subscriber) {
      const unsubscribe = local.subscribe(enterpriseId, topics, subscriber)
      for (const topic of topics) begin(enterpriseId, topic)
      let isEnded = false
      return () => {
        unsubscribe()
        if (isEnded) return
        isEnded = true
        for (const topic of topics) end(enterpriseId, topic)
      }
    },
    wanted: (enterpriseId, topic) =>
      local.wanted(enterpriseId, topic) || others.values().some(({ keys }) => keys.has(keyOf(enterpriseId, topic))),
    watch(enterpriseId, topics, after) {
      for (const topic of topics.keys()) begin(enterpriseId, topic)
      const watch = local.watch(enterpriseId, topics, after)
      let isEnded = false
      return {
        ...watch,
        end() {
          watch.end()
          if (isEnded) return
          isEnded = true
          setTimeout(() => {
            for (const topic of topics.keys()) end(enterpriseId, topic)
          }, RESUMED_WITHIN_MS).unref()
        },
      }
    },
    follow(topic, hearing) {
      const unfollow = local.follow(topic, hearing)
      const unsubscribe = cluster.subscribe(subjectOf('*', topic), ({ subject, data }) =>
        hear(subject, data, ({ enterpriseId }) => {
          // Where a subscriber is, too, the hub of this process tells it.
          if (!own.has(keyOf(enterpriseId, topic))) hearing(enterpriseId)
        }),
      )
      return () => {
        unfollow()
        unsubscribe()
      }
    },
    stop() {
      clearInterval(timer)
      endWatching()
      say('all', [])
    },
  }
}

function keyOf(enterpriseId: string, topic: string): string {
  return `${enterpriseId} ${topic}`
}

/** A topic as one word of a subject. */
function subjectOf(enterpriseId: string, topic: string): string {
  return `millrace.live.${enterpriseId}.${Buffer.from(topic).toString('base64url')}`
}
