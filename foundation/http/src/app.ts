import { createHash } from 'node:crypto'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { epochMs, newId, now } from '@millrace/base'
import {
  type Actor,
  type Context,
  forbidden,
  inContext,
  limited,
  mayAnywhere,
  type Permission,
  plays,
  type Role,
  type Runtime,
} from '@millrace/runtime'
import Fastify, { type FastifyInstance, type FastifyRequest, type RouteOptions } from 'fastify'
import { Type } from 'typebox'
import { compileWhenUsed } from './compilers.ts'
import { READING, refuseForeignOrigin, refuseOtherBodies } from './foreign-request.ts'
import { addHealth } from './health.ts'
import { parseJsonBody } from './json-body.ts'
import { authorizeTopics, createWatchers, streamEvents, topicUnknown, WATCH_LIMIT } from './live-route.ts'
import type { Act, Module, RequestFacts } from './module.ts'
import { addOpenApi } from './openapi.ts'
import { problems, routeMissing, secondFactorNeeded, sendProblem, signInNeeded } from './problem-reply.ts'
import { keepSlow, type Timing, timed, work } from './read-timing.ts'
import { sendSecurityHeaders } from './security-headers.ts'
import { SlowReads } from './slow-reads.ts'
import { RefusalLog, traceOf } from './trail.ts'
import { addWeb } from './web.ts'

/**
 * What a route demands of its caller: a permission held somewhere (the service checks where), any sign-in, any session
 * even if its second factor is still owed, or nothing. `visitor` demands nothing either, but tells the route who is
 * signed in, if anybody is. There is no default: a route without it stops the server from starting (THREATS T-B1).
 */
export type RoutePermission = 'public' | 'visitor' | 'half-signed-in' | 'signed-in' | Permission['name']

const OPEN: ReadonlySet<string> = new Set(['public', 'visitor', 'half-signed-in', 'signed-in'])
/** How a caller confirms a risky act. */
const STEP_UP_HEADER = 'millrace-step-up'

declare module 'fastify' {
  interface FastifyContextConfig {
    permission?: RoutePermission
    /** A risky act: to be confirmed anew, by the person, for exactly this (THREATS T-A5). */
    stepUp?: true
    /**
     * A read that leaves a trace: in the trail, or in a budget. Every other GET runs in a transaction that can change
     * nothing (THREATS T-A6).
     */
    records?: true
    /** The answer stays open and goes on: no page of another site may start it. */
    stream?: true
    /** Long work, of which a tenant has a few at once: waits for its turn (THREATS T-B8). */
    heavy?: 'queries' | 'exports'
    /** Kinds of body the route takes, lower case; without it JSON and nothing else (THREATS T-H1). */
    accepts?: readonly string[]
    /** Called by pages of other sites, such as an identity provider's: proves by itself who sends it. */
    fromOtherSites?: true
    /**
     * Open also to who signed in at a shared station. For routes that ask for no permission of their own: those that do are
     * open there when the permission is.
     */
    atStation?: true
    /**
     * Leaves no event in the trail although it is no GET: what changes nothing, or comes from machines many times a minute.
     * Say beside it which.
     */
    trail?: 'none'
    /** Which servers answer it, of several that share the work: those of the API if left out. */
    answeredBy?: Role | 'every'
  }
  interface FastifyInstance {
    /** One transaction of the caller's enterprise, for one service call. */
    inContext<T>(request: FastifyRequest, act: (ctx: Context) => Promise<T>, access?: 'read only'): Promise<T>
    /** The process' runtime, for what outlives a request. */
    runtime: Runtime
    /** Long reads that were slow lately. */
    slowReads: SlowReads
    /** Where refused acts are told. */
    refusals: RefusalLog
  }
  interface FastifyRequest {
    actor: Actor | undefined
    /** The process' runtime at work for this request, for routes that have no enterprise yet. */
    runtime: Runtime
    /** Of a long read: where its time went until it was done. */
    timing: Timing | undefined
  }
}

const BODY_LIMIT_BYTES = 1024 * 1024
const REQUEST_TIMEOUT_MS = 30_000
const API = '/api/v1'

export type App = FastifyInstance

/** The HTTP server of these modules. Not listening yet. */
export async function createApp(options: {
  runtime: Runtime
  modules: readonly Module[]
  version: string
  /** Folder of the built web app; undefined serves the API only. */
  webDir?: string
  /** Addresses and CIDR ranges of proxies whose forwarding headers count; without any, nobody's do (THREATS T-A1). */
  trustedProxies?: readonly string[]
  /** Whether requests may come; left out, always. */
  isReady?: () => Promise<boolean>
  /** Told of every route, for who checks them all. */
  onRoute?: (route: RouteOptions) => void
}): Promise<App> {
  const { runtime, modules, trustedProxies = [] } = options
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
    ...(trustedProxies.length > 0 && { trustProxy: [...trustedProxies] }),
    // Never the caller's own: a refusal is found by it in the trail.
    requestIdHeader: false,
    genReqId: () => newId(epochMs(now())),
  }).withTypeProvider<TypeBoxTypeProvider>()
  compileWhenUsed(app)
  app.decorate('runtime', runtime)
  app.decorate('inContext', (request: FastifyRequest, act: (ctx: Context) => Promise<unknown>, only?: 'read only') => {
    if (!request.actor) throw signInNeeded('Sign in to do this.')
    const { records, heavy } = request.routeOptions.config
    const access = only ?? (!READING.has(request.method) || records ? 'read write' : 'read only')
    if (!heavy) return inContext(request.runtime, request.actor, act, access)
    const actor = request.actor
    return timed(request, () => inTurn(runtime, actor, heavy, () => work(request, actor, act, access)))
  })
  app.decorate('slowReads', new SlowReads())
  app.decorateRequest('actor', undefined)
  app.decorateRequest('timing', undefined)
  // Set before anything else is done with a request.
  app.decorateRequest('runtime', null as unknown as Runtime)
  // One JSON parser and nothing else: other bodies are taken by the routes that declare them.
  app.removeContentTypeParser(['text/plain', 'application/json'])
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_: unknown, body: Buffer) =>
    parseJsonBody(body),
  )

  app.decorate('refusals', new RefusalLog())
  app.addHook('preClose', () => app.refusals.stop())
  app.setErrorHandler((error, request, reply) => sendProblem(runtime.log, error, request, reply))
  const registered: RouteOptions[] = []
  app.addHook('onRoute', (route) => {
    registered.push(route)
    options.onRoute?.(route)
  })
  app.addHook('onReady', async () => {
    const open = registered.filter((route) => route.config?.permission === undefined)
    if (open.length > 0) {
      throw new Error(
        `No permission is declared for ${open.map((route) => `${route.method} ${route.url}`).join(', ')}.`,
      )
    }
    const declared = new Set<string>(
      modules.flatMap((module) => module.permissions ?? []).map((permission) => permission.name),
    )
    const unknown = registered.flatMap((route) => route.config?.permission ?? []).filter((name) => !OPEN.has(name))
    const undeclared = [
      ...unknown,
      ...modules.flatMap((module) => module.topics ?? []).map((topic) => topic.permission),
      ...modules.flatMap((module) => module.announces ?? []).map((one) => one.permission),
    ].filter((name) => !declared.has(name))
    if (undeclared.length > 0) throw new Error(`No module declares ${[...new Set(undeclared)].join(', ')}.`)
  })
  app.addHook('onRequest', async (request, reply) => {
    sendSecurityHeaders(request, reply)
    request.runtime = { ...runtime, request: traceOf(request, request.id) }
  })
  app.addHook('onRequest', async (request) => {
    const { permission, accepts, fromOtherSites, stream, answeredBy = 'api' } = request.routeOptions.config
    if (permission === undefined) return
    if (answeredBy !== 'every' && !plays(runtime, answeredBy)) {
      throw routeMissing(`This server does not answer ${request.method} ${request.url.slice(0, 200)}.`)
    }
    if (!fromOtherSites) refuseForeignOrigin(request, stream ? 'stream' : 'answer')
    refuseOtherBodies(request, accepts)
    if (permission === 'public') return
    const facts = factsOf(request)
    for (const authenticate of modules.flatMap((module) => module.authenticators ?? [])) {
      request.actor = await authenticate(facts, runtime)
      if (request.actor) break
    }
    if (request.actor?.signIn?.level === 1 && permission !== 'half-signed-in') {
      if (permission !== 'visitor') throw secondFactorNeeded('Show your second factor to go on.')
      request.actor = undefined
    }
    if (request.actor) countRequest(runtime, request.actor)
    if (permission === 'visitor') return
    if (!request.actor) throw signInNeeded('Sign in to do this.')
    if (OPEN.has(permission) && request.actor.signIn?.station && !request.routeOptions.config.atStation) {
      throw forbidden('This is not done at a shared station. Sign in at a computer of your own.')
    }
    if (!OPEN.has(permission) && !mayAnywhere(request.actor, permission)) {
      throw forbidden(`${request.actor.name} may not do this.`, { permission })
    }
  })
  const stepUp = modules.find((module) => module.stepUp)?.stepUp
  app.addHook('preHandler', async (request) => {
    const { stepUp: needed } = request.routeOptions.config
    if (!needed || !request.actor) return
    if (!stepUp) throw forbidden('This act has to be confirmed, and nothing here can confirm it.')
    const proof = request.headers[STEP_UP_HEADER]
    // What it asks or refuses is the event of this request; that it agrees is none.
    const { duty: _, ...trace } = request.runtime.request ?? traceOf(request, request.id)
    try {
      const confirming = { ...request.runtime, request: trace }
      await stepUp(confirming, request.actor, actOf(request), typeof proof === 'string' ? proof : undefined)
    } finally {
      if (request.runtime.request) request.runtime.request.told += trace.told
    }
  })
  app.addHook('onResponse', async (request, reply) => {
    if (request.timing && request.actor) keepSlow(app.slowReads, request, reply, request.actor, request.timing)
  })
  // Done without a transaction of the caller's: something was set going, or it happened elsewhere.
  app.addHook('onSend', async (request, reply) => {
    const { actor, runtime: at } = request
    const { duty, told } = at?.request ?? {}
    if (!actor || !duty || told !== 0 || reply.statusCode >= 400) return
    await inContext(at, actor, async () => undefined)
  })

  await addOpenApi(app, options.version)
  addHealth(app, options.isReady)
  for (const module of modules) {
    if (module.routes) await app.register(tagged(module.routes, module.name), { prefix: `${API}/${module.name}` })
  }
  addLiveRoute(app, modules)
  if (options.webDir) await addWeb(app, options.webDir)
  app.setNotFoundHandler((request, reply) =>
    sendProblem(runtime.log, routeMissing(`There is nothing at ${request.url.slice(0, 200)}.`), request, reply),
  )
  return app
}

/** Every request of somebody known counts, for that one and for the tenant (THREATS T-B8). */
function countRequest({ quotas }: Runtime, actor: Actor): void {
  quotas.check(actor, 'requestsEach')
  // A gateway asks by itself and is counted alone: people who ask much must not keep samples and commands from it.
  if (actor.kind !== 'gateway') {
    quotas.check(actor, 'requests')
    quotas.charge(actor, 'requests', 1)
  }
  quotas.charge(actor, 'requestsEach', 1)
}

/** Given back when the work is done, not when the caller left: what still runs still counts. */
async function inTurn<T>(
  { quotas }: Runtime,
  actor: Actor,
  heavy: 'queries' | 'exports',
  act: () => Promise<T>,
): Promise<T> {
  const end = await quotas.turn(actor, heavy)
  try {
    return await act()
  } finally {
    end()
  }
}

/** Names the module in the OpenAPI description of each of its routes. */
function tagged(routes: NonNullable<Module['routes']>, name: string): NonNullable<Module['routes']> {
  return async (scope, options) => {
    scope.addHook('onRoute', (route) => {
      route.schema = { tags: [name], ...route.schema }
    })
    await routes(scope, options)
  }
}

/** What a person confirms: this method at this address with this body, and nothing else. */
function actOf(request: FastifyRequest): Act {
  const text = JSON.stringify([request.method, request.url, request.body ?? null])
  const { operationId, summary } = request.routeOptions.schema as { operationId?: string; summary?: string }
  return {
    operationId: operationId ?? request.url,
    summary: summary ?? request.url,
    digest: createHash('sha256').update(text).digest('base64url'),
  }
}

/** What identity may know of a request. */
export function factsOf(request: FastifyRequest): RequestFacts {
  const { authorization, cookie } = request.headers
  return {
    address: request.ip,
    userAgent: request.headers['user-agent']?.slice(0, 300),
    origin: request.server.runtime.publicUrl ?? `${request.protocol}://${request.host}`,
    bearer: bearerIn(authorization),
    cookie: (name) => {
      for (const pair of (cookie ?? '').split(';')) {
        const at = pair.indexOf('=')
        if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
      }
      return undefined
    },
  }
}

/**
 * The token of `Authorization: Bearer`, empty when none follows. Another scheme (RFC 9110 §11.1) is none of ours: a proxy in
 * front may ask for one of its own.
 */
function bearerIn(authorization: string | undefined): string | undefined {
  const found = /^bearer(?: +(.*))?$/i.exec(authorization?.trim() ?? '')
  return found ? (found[1] ?? '') : undefined
}

function addLiveRoute(app: FastifyInstance, modules: readonly Module[]): void {
  const topics = modules.flatMap((module) => module.topics ?? [])
  const typed = app.withTypeProvider<TypeBoxTypeProvider>()
  const watchers = createWatchers(app.runtime, modules.find((module) => module.stillSignedIn)?.stillSignedIn)
  app.addHook('preClose', async () => watchers.stop())
  typed.get(
    `${API}/live`,
    {
      config: { permission: 'signed-in', atStation: true, stream: true },
      schema: {
        operationId: 'watch',
        summary: 'Watch topics as server-sent events',
        tags: ['live'],
        querystring: Type.Object(
          {
            watch: Type.String({ minLength: 1, maxLength: 5000 }),
            after: Type.Optional(Type.String({ maxLength: 60 })),
          },
          { additionalProperties: false },
        ),
        headers: Type.Object({ 'last-event-id': Type.Optional(Type.String()) }),
        response: { 200: Type.String(), ...problems(topicUnknown, forbidden, limited) },
      },
    },
    async (request, reply) => {
      const { actor } = request
      if (!actor) throw signInNeeded('Sign in to watch.')
      const names = [...new Set(request.query.watch.split(','))].slice(0, WATCH_LIMIT)
      const watched = await authorizeTopics(app.runtime, topics, actor, names)
      const giveBack = app.runtime.quotas.hold(actor, 'sockets')
      // A browser that connects again by itself says where it is; its address only says where it was.
      const after = request.headers['last-event-id'] ?? request.query.after
      const stream = streamEvents(app.runtime, reply, actor.enterpriseId, watched, after)
      const forget = watchers.add(actor, stream.end)
      const done = () => {
        giveBack()
        forget()
      }
      reply.raw.on('close', done)
      // Gone before we began: its close has been.
      if (reply.raw.destroyed) done()
    },
  )
}
