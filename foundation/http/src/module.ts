import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { EventType } from '@millrace/base'
import type { Actor, Extension, Listener, Runtime, Task } from '@millrace/runtime'
import type { TSchema } from 'typebox'

/**
 * Recognises one way of saying who one is.
 *
 * @returns undefined when the request does not use this way at all.
 * @throws a Problem when it does, wrongly.
 */
export type Authenticator = (request: RequestFacts, runtime: Runtime) => Promise<Actor | undefined>

/** What an authenticator may look at. */
export interface RequestFacts {
  readonly cookie: (name: string) => string | undefined
  readonly bearer: string | undefined
}

/** Something screens may watch. */
export interface Topic {
  /** `telemetry.site/:siteId` or, without a parameter, `insight.findings`. */
  readonly pattern: string
  /** What the watcher must hold: at the site that `siteOf` finds, or somewhere. */
  readonly permission: string
  /** The site a watched topic belongs to, for the permission; undefined = the permission held anywhere is enough. */
  readonly siteOf?: (runtime: Runtime, actor: Actor, parameter: string) => Promise<string | undefined>
  /** Domain events that are passed on to the topic's watchers after delivery. */
  readonly events?: readonly EventType<TSchema>[]
}

/** A capability: what it adds to the server. The list of all is in apps/server/src/modules.ts. */
export interface Module {
  /** The one word: URL segment, SQL schema, prefix of problems, events and permissions. */
  readonly name: string
  readonly routes?: FastifyPluginAsyncTypebox
  readonly authenticators?: readonly Authenticator[]
  readonly topics?: readonly Topic[]
  readonly tasks?: readonly Task[]
  readonly listens?: readonly Listener[]
  readonly extends?: readonly Extension[]
  /** Longer life than a request: started after the database, stopped before it. */
  readonly start?: (runtime: Runtime) => Promise<{ stop(): Promise<void> }>
}

export function defineModule(module: Module): Module {
  return module
}
