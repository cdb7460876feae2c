import { createHash } from 'node:crypto'
import { epochMs, later } from '@millrace/base'
import type { Authenticator, RequestFacts } from '@millrace/http'
import {
  type Actor,
  type Context,
  inContext,
  isGuarded,
  type Permission,
  type Question,
  type Runtime,
  systemActor,
} from '@millrace/runtime'
import { knownActor, rememberActor } from './actor-cache.ts'
import { findKey, touchKey } from './api-key-store.ts'
import { knownPlaces, runningShifts } from './extension-points.ts'
import type { Grant } from './grant-contract.ts'
import { grantsOf } from './grant-store.ts'
import { builtInRoles, type Facts, holdingsFrom, isConditional, type Standing } from './holdings.ts'
import { zonesOf } from './network-zones.ts'
import { type Judged, judge } from './policy.ts'
import { listRoles } from './role-store.ts'
import { actorOfToken } from './scim-tokens.ts'
import { sessionTokenOf } from './session-cookie.ts'
import { findSession, touchSession } from './session-store.ts'
import { sha256, tokenFacts } from './token.ts'

const TOUCH_MS = 60_000

/** Recognises people by their session and programs by their key. */
export const sessionAuthenticator: Authenticator = async (request, runtime) => {
  // A browser brings a cookie; the command line the same token, and a program its key, as a bearer. Who says by a bearer who
  // is asking is not taken for whoever the cookie names, which came along by itself.
  const token = request.bearer ?? sessionTokenOf(request)
  if (token === undefined) return undefined
  // The address is part of what is known: conditions of grants depend on it.
  const cacheKey = createHash('sha256').update(`${token} ${request.address}`).digest('base64')
  const known = knownActor(cacheKey)
  if (known) return known
  const actor = await recognised(runtime, token, request)
  if (actor) rememberActor(cacheKey, actor)
  return actor
}

/** Who acts by themselves with a token; a station and an invitation only open a session. */
const RECOGNISERS = new Map<string, (ctx: Context, token: string, request: RequestFacts) => Promise<Actor | undefined>>(
  [
    ['session', actorOfSession],
    ['key', actorOfKey],
    ['provisioning', actorOfToken],
  ],
)

async function recognised(runtime: Runtime, token: string, request: RequestFacts): Promise<Actor | undefined> {
  const facts = tokenFacts(token)
  if (!facts) return undefined
  const recognise = RECOGNISERS.get(facts.kind)
  if (!recognise) return undefined
  return inContext(runtime, systemActor(facts.enterpriseId, 'session'), (ctx) => recognise(ctx, token, request))
}

async function actorOfSession(ctx: Context, token: string, request: RequestFacts): Promise<Actor | undefined> {
  const session = await findSession(ctx.db, sha256(token))
  if (!session || session.expiresAt <= ctx.now) return undefined
  const idleMs = ctx.nowMs - epochMs(session.lastUsedAt)
  if (idleMs > session.idleMs) return undefined
  if (idleMs > TOUCH_MS) await touchSession(ctx.db, session.id, ctx.now)
  const grants = (await grantsOf(ctx.db, 'person', [session.personId])).get(session.personId) ?? []
  const { level, station, id: sessionId, accessVersion } = session
  const judged = await judgedOf(ctx, {
    holder: { kind: 'person', id: session.personId },
    grants,
    standing: { kind: 'person', level, station },
    address: request.address,
  })
  return {
    ...actorFrom(ctx, judged, session.name),
    accessVersion,
    signIn: { sessionId, level, station, address: request.address },
  }
}

async function actorOfKey(ctx: Context, token: string, request: RequestFacts): Promise<Actor | undefined> {
  const key = await findKey(ctx.db, sha256(token))
  if (!key || key.endedAt !== null || key.expiresAt <= ctx.now) return undefined
  if (key.lastUsedAt === null || key.lastUsedAt < later(ctx.now, -TOUCH_MS)) {
    await touchKey(ctx.db, key.id, ctx.now, request.address ?? null)
  }
  const grants = (await grantsOf(ctx.db, 'key', [key.id])).get(key.id) ?? []
  const judged = await judgedOf(ctx, {
    holder: { kind: 'key', id: key.id },
    grants,
    standing: { kind: 'key', level: 2, station: false },
    address: request.address,
  })
  return { ...actorFrom(ctx, judged, key.name), accessVersion: key.accessVersion }
}

/** Everything that decides what somebody may do now. Looks up only what the grants make matter. */
export async function judgedOf(
  ctx: Context,
  of: {
    holder: Judged['holder']
    grants: readonly Grant[]
    standing: Standing
    address: string | undefined
  },
): Promise<Judged> {
  const { grants } = of
  const builtIn = builtInRoles(ctx.permissions)
  const own = grants.some((grant) => !builtIn.has(grant.role))
    ? new Map((await listRoles(ctx.db)).map((role) => [role.id as string, new Set(role.permissions)]))
    : undefined
  const placeIds = [...new Set(grants.flatMap((grant) => grant.placeId ?? []))]
  const places = placeIds.length > 0 ? await ctx.ask(knownPlaces, placeIds) : []
  const shiftSites = [...new Set(grants.flatMap((grant) => (grant.conditions.shifts && grant.siteId) || []))]
  const shifts = shiftSites.length > 0 ? await ctx.ask(runningShifts, shiftSites) : []
  const zones = grants.some((grant) => grant.conditions.zones) ? await zonesOf(ctx, of.address) : new Set<string>()
  const facts: Facts = { nowMs: ctx.nowMs, zones, shifts: new Map(shifts.flatMap((one) => [...one])) }
  return {
    ...{ holder: of.holder, grants, standing: of.standing, facts },
    roles: (role) => builtIn.get(role) ?? own?.get(role),
    places: new Map(places.flatMap((one) => [...one])),
  }
}

function actorFrom(ctx: Context, judged: Judged, name: string): Actor {
  const catalogue = catalogueOf(ctx.permissions)
  const conditional = judged.grants.some(isConditional)
  return {
    ...{ kind: judged.holder.kind, id: judged.holder.id, name, enterpriseId: ctx.enterpriseId },
    permissions: holdingsFrom({ ...judged, catalogue: ctx.permissions }),
    guard: (question: Question) => {
      const kind = catalogue.get(question.permission)?.kind
      if (!conditional && kind !== undefined && !isGuarded(kind)) return undefined
      return judge(judged, catalogue, question).allowed
        ? undefined
        : `${name} may not do this here: the policy forbids it.`
    },
  }
}

let catalogueFor: readonly Permission[] | undefined
let catalogueByName: ReadonlyMap<string, Permission> = new Map()

/** The catalogue by name, made once. */
export function catalogueOf(permissions: readonly Permission[]): ReadonlyMap<string, Permission> {
  if (catalogueFor !== permissions) {
    catalogueFor = permissions
    catalogueByName = new Map(permissions.map((permission) => [permission.name, permission]))
  }
  return catalogueByName
}
