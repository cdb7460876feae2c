import { MINUTE_MS } from '@millrace/base'
import type { RequestFacts } from '@millrace/http'
import { type Context, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import { judgedOf } from './actors.ts'
import { findBadge } from './badge-store.ts'
import { badgeHash } from './badges.ts'
import type { PersonId } from './contract.ts'
import { knownPlaces } from './extension-points.ts'
import type { Grant } from './grant-contract.ts'
import { grantsOf } from './grant-store.ts'
import { guess } from './guesses.ts'
import { holdingsFrom } from './holdings.ts'
import { guessPin } from './pin.ts'
import { deleteSessionsAt } from './session-store.ts'
import { type OpenedSession, openSession } from './sessions.ts'
import {
  badgeBlocked,
  badgeUnknown,
  notAStation,
  notAtThisStation,
  pinRefused,
  STATION_PEOPLE_LIMIT,
  type StationPerson,
  type StationSignIn,
} from './station-contract.ts'
import { parseBadge, worksAt } from './station-rules.ts'
import * as store from './station-store.ts'
import { enterpriseOf, sha256 } from './token.ts'

/** Looked through for those who have something to do at one place of a site. */
const LOOKED_THROUGH = 5 * STATION_PEOPLE_LIMIT

/** Acts for the station a browser is by its token. @throws notAStation */
function atStation<T>(
  runtime: Runtime,
  token: string | undefined,
  act: (ctx: Context, station: store.StationRow) => Promise<T>,
): Promise<T> {
  const enterpriseId = enterpriseOf('station', token ?? '')
  if (enterpriseId === undefined || token === undefined) {
    throw notAStation('This browser is no station. An administrator can make it one.')
  }
  return inContext(runtime, systemActor(enterpriseId, 'station sign-in'), async (ctx) => {
    const station = await store.findStationByToken(ctx.db, sha256(token), true)
    if (!station) throw notAStation('This browser is no station any more. An administrator can make it one again.')
    return act(ctx, station)
  })
}

/** Who may sign in at this station with a PIN, by name. @throws notAStation */
export function listStationPeople(
  runtime: Runtime,
  token: string | undefined,
  text: string | undefined,
): Promise<StationPerson[]> {
  return atStation(runtime, token, async (ctx, { siteId, placeId }) => {
    const found = await store.listPeopleWithPin(ctx.db, { siteId, limit: LOOKED_THROUGH, text })
    const grants = await grantsOf(
      ctx.db,
      'person',
      found.map((person) => person.id),
    )
    const works = await workersAt(ctx, placeId, [...grants.values()].flat())
    return found.filter(({ id }) => works(grants.get(id) ?? [])).slice(0, STATION_PEOPLE_LIMIT)
  })
}

/** Tells of grants whether their holder has something to do at a place now. @param all every grant it may be asked of. */
async function workersAt(
  ctx: Context,
  placeId: string,
  all: readonly Grant[],
): Promise<(own: readonly Grant[]) => boolean> {
  const [place] = (await ctx.ask(knownPlaces, [placeId])).flatMap((known) => known.get(placeId) ?? [])
  if (!place) return () => false
  const judged = await judgedOf(ctx, {
    holder: { kind: 'person', id: '' },
    grants: all,
    standing: { kind: 'person', level: 2, station: true },
    address: undefined,
  })
  return (own) => {
    const held = holdingsFrom({ ...judged, grants: own, catalogue: ctx.permissions })
    return worksAt(
      [...held.values()].flatMap((holdings) => holdings.map(({ where }) => where)),
      place,
    )
  }
}

/** Whose badge or PIN was shown, as far as it was right. */
type Proof =
  | { readonly method: 'badge' | 'pin'; readonly personId: PersonId }
  | { readonly refused: () => Error; readonly object: string }

/**
 * Signs an operator in at a station, by badge or by name and PIN, and whoever was signed in there out. One request: the
 * next one may already be the operator's.
 *
 * @throws notAStation       the browser is no station, or no more; nothing else is looked at then
 * @throws badgeUnknown, badgeBlocked, pinRefused
 * @throws signInPaused      too many failures of this person, or at this station
 * @throws notAtThisStation  the right person, at a place where that person has nothing to do
 */
export async function signInAtStation(
  runtime: Runtime,
  token: string | undefined,
  shown: StationSignIn,
  facts: RequestFacts,
): Promise<OpenedSession> {
  const stationId = await atStation(runtime, token, async (_, station) => station.id)
  const at = { token, stationId, address: facts.address }
  const proof = 'badge' in shown ? await proveByBadge(runtime, at, shown.badge) : await proveByPin(runtime, at, shown)

  return atStation(runtime, token, async (ctx, station) => {
    if ('refused' in proof) {
      ctx.auditRefusal({
        ...{ action: 'identity.station.refuse', object: proof.object },
        detail: { stationId: station.id, station: station.name },
      })
      throw proof.refused()
    }
    const { method, personId } = proof
    const grants = (await grantsOf(ctx.db, 'person', [personId])).get(personId) ?? []
    const works = await workersAt(ctx, station.placeId, grants)
    if (!works(grants)) {
      ctx.auditRefusal({
        ...{ action: 'identity.station.refuse', object: `person ${personId}` },
        detail: { stationId: station.id, station: station.name },
      })
      throw notAtThisStation(`You have no role at ${station.name}. Ask whoever runs the plant.`)
    }
    await deleteSessionsAt(ctx.db, station.id)
    ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
    return openSession(
      ctx,
      personId,
      { method, level: 2, station: true, stationId: station.id, idleMs: station.idleMinutes * MINUTE_MS },
      facts,
    )
  })
}

/** Where something is shown. */
interface Spot {
  readonly token: string | undefined
  readonly stationId: string
  readonly address: string | undefined
}

/** A badge is looked for in the station's own company only: one of another company is unknown. */
async function proveByBadge(runtime: Runtime, { token, stationId, address }: Spot, text: string): Promise<Proof> {
  const badge = parseBadge(text)
  const found = await guess(
    runtime,
    { kind: 'badge', account: stationId, address },
    async () => badge && (await atStation(runtime, token, (ctx) => findBadge(ctx.db, badgeHash(badge)))),
  )
  if (!found) {
    return { refused: () => badgeUnknown('This badge is not known here. Try again, or use your PIN.'), object: 'badge' }
  }
  if (found.blockedAt !== null) {
    const refused = () => badgeBlocked('This badge is blocked. Ask for a new one.')
    return { refused, object: `person ${found.personId}` }
  }
  return { method: 'badge', personId: found.personId }
}

async function proveByPin(
  runtime: Runtime,
  { token, stationId, address }: Spot,
  { personId, pin }: { personId: PersonId; pin: string },
): Promise<Proof> {
  const hash = await atStation(runtime, token, (ctx) => store.findPin(ctx.db, personId))
  const enterpriseId = enterpriseOf('station', token ?? '') ?? ''
  // Outside of any transaction: it takes a fifth of a second.
  const right = await guessPin(runtime, { enterpriseId, personId, pin, hash, stationId, address })
  if (right) return { method: 'pin', personId }
  return { refused: () => pinRefused('This name and PIN do not fit.'), object: `person ${personId}` }
}
