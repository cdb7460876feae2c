import { later, limitOf, newId, now, PAGE_LIMIT, type Page, pageOf } from '@millrace/base'
import { violates } from '@millrace/db'
import { authorize, type Context, inContext, type Runtime, reachOf, systemActor } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import { getEnterprise } from './enterprise-store.ts'
import { knownPlaces } from './extension-points.ts'
import { placeUnknown } from './grant-contract.ts'
import { placeOf } from './grants.ts'
import { deleteSessionsAt } from './session-store.ts'
import {
  codeExpired,
  codeUnknown,
  codeUsed,
  type NewStation,
  type Station,
  type StationChange,
  type StationHere,
  type StationId,
  type StationWithCode,
  stationEnded,
  stationMissing,
  stationNameTaken,
} from './station-contract.ts'
import { STATION_CODE_MS, STATION_IDLE_MINUTES } from './station-rules.ts'
import * as store from './station-store.ts'
import { enterpriseOf, newToken, sha256 } from './token.ts'

export type { StationRow } from './station-store.ts'
export const STATION_WRITE = 'identity:station:write'
/** How exactly it is known when a station was last seen. */
const SEEN_MS = 60_000

/** The stations of the places the actor looks after, revoked ones too. */
export async function listStations(ctx: Context, query: { limit?: number; cursor?: string }): Promise<Page<Station>> {
  const reach = reachOf(ctx.actor, STATION_WRITE)
  if (reach === undefined) return { items: [] }
  const limit = limitOf(query)
  const found = await store.listStations(ctx.db, { reach, after: query.cursor, limit: limit + 1 })
  const names = await placeNames(ctx, found)
  return pageOf(
    found.map((row) => shown(row, names)),
    limit,
    (last) => last.id,
  )
}

/** The stations of this context's company that were not revoked, oldest first. For the demo. */
export async function livingStations(ctx: Context): Promise<store.StationRow[]> {
  const found = await store.listStations(ctx.db, { reach: 'everywhere', after: undefined, limit: PAGE_LIMIT })
  return found.filter((row) => row.revokedAt === null)
}

async function placeNames(ctx: Context, rows: readonly store.StationRow[]): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(rows.map((row) => row.placeId))]
  const places = ids.length > 0 ? await ctx.ask(knownPlaces, ids) : []
  return new Map(places.flatMap((known) => [...known].map(([id, place]) => [id, place.name] as const)))
}

function shown(row: store.StationRow, names: ReadonlyMap<string, string>): Station {
  const { id, name, placeId, siteId, idleMinutes, enrolledAt, lastSeenAt, revokedAt } = row
  const state = revokedAt !== null ? 'revoked' : enrolledAt === null ? 'waiting' : 'enrolled'
  const placeName = names.get(placeId) ?? null
  return { id, name, placeId, siteId, placeName, state, idleMinutes, enrolledAt, lastSeenAt, revokedAt }
}

/** Makes a station, and the code for the browser that is to be it. @throws placeUnknown, stationNameTaken */
export async function createStation(ctx: Context, station: NewStation): Promise<StationWithCode> {
  const [place] = (await ctx.ask(knownPlaces, [station.placeId])).flatMap((known) => known.get(station.placeId) ?? [])
  if (!place) throw placeUnknown(`There is no place ${station.placeId}.`, { placeId: station.placeId })
  authorize(ctx.actor, STATION_WRITE, placeOf(place.siteId, station.placeId))
  const row: store.StationRow = {
    id: newId<'Station'>(ctx.nowMs),
    ...{ name: station.name, placeId: station.placeId, siteId: place.siteId },
    idleMinutes: station.idleMinutes ?? STATION_IDLE_MINUTES,
    ...{ createdAt: ctx.now, enrolledAt: null, lastSeenAt: null, revokedAt: null },
  }
  await store.saveStation(ctx.db, row).catch((error: unknown) => {
    throw asNameTaken(error, row.name)
  })
  ctx.audit({
    action: 'identity.station.create',
    object: `station ${row.id}`,
    detail: { name: row.name, placeId: row.placeId, placeName: place.name, idleMinutes: row.idleMinutes },
  })
  return withCode(ctx, row)
}

function asNameTaken(error: unknown, name: string): unknown {
  if (!violates(error, 'station_name')) return error
  return stationNameTaken(`A station at this plant is named ${name} already.`, {}, { cause: error })
}

async function withCode(ctx: Context, row: store.StationRow): Promise<StationWithCode> {
  const code = newToken('station-code', ctx.enterpriseId)
  const codeExpiresAt = later(ctx.now, STATION_CODE_MS)
  await store.deleteCodes(ctx.db, row.id, later(ctx.now, -STATION_CODE_MS))
  await store.saveCode(ctx.db, sha256(code), row.id, codeExpiresAt)
  return { station: shown(row, await placeNames(ctx, [row])), code, codeExpiresAt }
}

async function lockMine(ctx: Context, id: StationId): Promise<store.StationRow> {
  const row = await store.lockStation(ctx.db, id)
  if (!row) throw stationMissing(`There is no station ${id}.`)
  authorize(ctx.actor, STATION_WRITE, placeOf(row.siteId, row.placeId))
  if (row.revokedAt !== null) throw stationEnded(`${row.name} was revoked. Make a new station.`)
  return row
}

/** Gives another browser the chance to be the station; the one that is it now stays it until then. */
export async function renewCode(ctx: Context, id: StationId): Promise<StationWithCode> {
  const row = await lockMine(ctx, id)
  ctx.audit({ action: 'identity.station.renew-code', object: `station ${id}`, detail: { name: row.name } })
  return withCode(ctx, row)
}

/** Changes name or idle time. @throws stationMissing, stationEnded, stationNameTaken */
export async function changeStation(ctx: Context, id: StationId, change: StationChange): Promise<Station> {
  const row = await lockMine(ctx, id)
  await store.updateStation(ctx.db, id, change).catch((error: unknown) => {
    throw asNameTaken(error, change.name ?? '')
  })
  const { name, idleMinutes } = row
  ctx.audit({
    action: 'identity.station.change',
    object: `station ${id}`,
    detail: { before: { name, idleMinutes }, after: change },
  })
  return shown({ ...row, ...change }, await placeNames(ctx, [row]))
}

/** Ends a station: whoever is signed in there is signed out, and its browser is nobody's station. */
export async function revokeStation(ctx: Context, id: StationId): Promise<Station> {
  const row = await lockMine(ctx, id)
  await store.updateStation(ctx.db, id, { revokedAt: ctx.now })
  await deleteSessionsAt(ctx.db, id)
  ctx.audit({ action: 'identity.station.revoke', object: `station ${id}`, detail: { name: row.name } })
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
  return shown({ ...row, revokedAt: ctx.now }, await placeNames(ctx, [row]))
}

/** A browser that has just become a station, with the token only it keeps. */
export interface EnrolledStation {
  readonly token: string
  readonly station: StationHere
}

/**
 * Makes a browser a station by a one-time code. The browser that was this station before is it no more.
 *
 * @throws codeUnknown, codeUsed, codeExpired, stationEnded
 */
export async function enrolStation(runtime: Runtime, code: string): Promise<EnrolledStation> {
  const enterpriseId = enterpriseOf('station-code', code.trim())
  if (enterpriseId === undefined) throw codeUnknown('This is no code for a station. Make a new one.')
  return inContext(runtime, systemActor(enterpriseId, 'station enrolment'), async (ctx) => {
    const codeSha256 = sha256(code.trim())
    const found = await store.lockCode(ctx.db, codeSha256)
    if (!found) throw codeUnknown('This code is wrong, or a newer one was made. Ask for a new one.')
    if (found.usedAt !== null) throw codeUsed('This code made a browser a station already. Ask for a new one.')
    if (found.expiresAt <= ctx.now) throw codeExpired('This code was good for ten minutes. Ask for a new one.')
    await store.markCodeUsed(ctx.db, codeSha256, ctx.now)
    return giveToken(ctx, found.stationId)
  })
}

/** Makes the browser that is answered the station. For codes, and for the demo. @throws stationMissing, stationEnded */
export async function giveToken(ctx: Context, id: StationId): Promise<EnrolledStation> {
  const row = await store.lockStation(ctx.db, id)
  if (!row) throw stationMissing(`There is no station ${id}.`)
  if (row.revokedAt !== null) throw stationEnded(`${row.name} was revoked. Make a new station.`)
  const token = newToken('station', ctx.enterpriseId)
  const tokenSha256 = sha256(token)
  await store.updateStation(ctx.db, id, { tokenSha256, enrolledAt: ctx.now, lastSeenAt: ctx.now })
  // Somebody signed in at the browser that was this station would go on at a place nobody looks after.
  await deleteSessionsAt(ctx.db, id)
  ctx.audit({ action: 'identity.station.enrol', object: `station ${id}`, detail: { name: row.name } })
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
  return { token, station: await here(ctx, row) }
}

async function here(ctx: Context, row: store.StationRow): Promise<StationHere> {
  const { id, name, placeId, siteId, idleMinutes } = row
  const enterprise = await getEnterprise(ctx.db)
  const placeName = (await placeNames(ctx, [row])).get(placeId) ?? null
  return {
    ...{ id, name, placeId, siteId, placeName, idleMinutes },
    ...{ enterpriseName: enterprise.name, demo: enterprise.demo },
  }
}

/** The station a browser is by its token, if it is one. */
export async function findStationHere(runtime: Runtime, token: string | undefined): Promise<StationHere | undefined> {
  const enterpriseId = enterpriseOf('station', token ?? '')
  if (enterpriseId === undefined || token === undefined) return undefined
  return inContext(runtime, systemActor(enterpriseId, 'station'), async (ctx) => {
    const row = await store.findStationByToken(ctx.db, sha256(token))
    if (!row) return undefined
    if (row.lastSeenAt === null || row.lastSeenAt < later(now(), -SEEN_MS)) {
      await store.updateStation(ctx.db, row.id, { lastSeenAt: ctx.now })
    }
    return here(ctx, row)
  })
}
