import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { EventType } from '@millrace/base'
import type { Actor, Announcement, Extension, Listener, Permission, Place, Runtime, Task } from '@millrace/runtime'
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
  /** The peer's address, or the one a trusted proxy forwarded. */
  readonly address: string | undefined
  readonly userAgent: string | undefined
  /** Where the browser believes to be, such as `https://millrace.example`. */
  readonly origin?: string | undefined
}

/** A risky act, as it was asked for. */
export interface Act {
  readonly operationId: string
  /** The operation in words, as the API describes it. */
  readonly summary: string
  /** SHA-256 of method, address and body, base64url: a confirmation is for exactly this. */
  readonly digest: string
}

/**
 * Insists that the actor has just confirmed a risky act (THREATS T-A5).
 *
 * @param proof what the caller brought in the header `millrace-step-up`.
 * @throws a Problem that tells how to confirm.
 */
export type StepUp = (runtime: Runtime, actor: Actor, act: Act, proof: string | undefined) => Promise<void>

/** How much of a topic's messages a watcher may see. */
export interface Narrowing {
  /** @returns the part of a message's data that may be seen, undefined = nothing. The data are not to be changed. */
  readonly narrow: (data: unknown) => unknown
  /** Watchers with the same key see the same of every message of the topic, so that it is made once for them all. */
  readonly key?: string
}

/** Something screens may watch. */
export interface Topic {
  /** `telemetry.site/:siteId` or, without a parameter, `insight.findings`. */
  readonly pattern: string
  /** What the watcher must hold: at the place that `placeOf` finds, or somewhere. */
  readonly permission: string
  /** The place a watched topic belongs to; undefined = there is no such thing. Without it any place will do. */
  readonly placeOf?: (runtime: Runtime, actor: Actor, parameter: string) => Promise<Place | undefined>
  /** For a watcher who holds the permission in a part of the place only. Without it such a watcher is refused. */
  readonly narrow?: (runtime: Runtime, actor: Actor, parameter: string) => Promise<Narrowing>
  /** Domain events that are passed on to the topic's watchers after delivery. */
  readonly events?: readonly EventType<TSchema>[]
}

/** A capability: what it adds to the server. The list of all is in apps/server/src/modules.ts. */
export interface Module {
  /** The one word: URL segment, SQL schema, prefix of problems, events and permissions. */
  readonly name: string
  readonly routes?: FastifyPluginAsyncTypebox
  /** What may be allowed in it. */
  readonly permissions?: readonly Permission[]
  readonly authenticators?: readonly Authenticator[]
  /** At most one module confirms risky acts. */
  readonly stepUp?: StepUp
  /** Which sessions, of those with an open stream, may go on watching. */
  readonly stillSignedIn?: (runtime: Runtime, actors: readonly Actor[]) => Promise<readonly boolean[]>
  readonly topics?: readonly Topic[]
  readonly tasks?: readonly Task[]
  /** The domain events of this module that others may be told of. */
  readonly announces?: readonly Announcement[]
  readonly listens?: readonly Listener[]
  readonly extends?: readonly Extension[]
  /** Longer life than a request: started after the database, stopped before it. */
  readonly start?: (runtime: Runtime) => Promise<{ stop(): Promise<void> }>
}

export function defineModule(module: Module): Module {
  return module
}
