import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PageQuery, page } from '@millrace/base'
import { factsOf, problems } from '@millrace/http'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import { personLocked, Session, signInPaused, signInRefused } from './contract.ts'
import { placeUnknown } from './grant-contract.ts'
import { sessionCookie } from './session-cookie.ts'
import {
  badgeBlocked,
  badgeUnknown,
  codeExpired,
  codeUnknown,
  codeUsed,
  NewStation,
  notAStation,
  notAtThisStation,
  pinRefused,
  Station,
  StationChange,
  StationEnrolment,
  StationId,
  StationPerson,
  StationSignIn,
  StationWithCode,
  stationEnded,
  stationMissing,
  stationNameTaken,
  WhichStation,
} from './station-contract.ts'
import { STATION_COOKIE, stationCookie } from './station-cookie.ts'
import { listStationPeople, signInAtStation } from './station-sign-in.ts'
import * as service from './stations.ts'

const closed = { additionalProperties: false }
const OfStation = Type.Object({ id: StationId }, closed)

/** The stations of a company; and, below `/station`, what the browser that is one of them asks for. */
export const stationRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/stations',
    {
      config: { permission: 'identity:station:write' },
      schema: {
        operationId: 'listStations',
        summary: 'Shared stations',
        querystring: Type.Object(PageQuery, closed),
        response: { 200: page(Station), ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => service.listStations(ctx, request.query)),
  )

  app.post(
    '/stations',
    {
      config: { permission: 'identity:station:write' },
      schema: {
        operationId: 'createStation',
        summary: 'Add a shared station; its code makes one browser this station',
        body: NewStation,
        response: { 201: StationWithCode, ...problems(placeUnknown, stationNameTaken, forbidden) },
      },
    },
    async (request, reply) => {
      const made = await app.inContext(request, (ctx) => service.createStation(ctx, request.body))
      return reply.code(201).send(made)
    },
  )

  app.patch(
    '/stations/:id',
    {
      config: { permission: 'identity:station:write' },
      schema: {
        operationId: 'changeStation',
        summary: 'Rename a station or set how long it may stand unused',
        params: OfStation,
        body: StationChange,
        response: { 200: Station, ...problems(stationMissing, stationEnded, stationNameTaken, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.changeStation(ctx, request.params.id, request.body)),
  )

  app.post(
    '/stations/:id/code',
    {
      config: { permission: 'identity:station:write' },
      schema: {
        operationId: 'renewStationCode',
        summary: 'A new code for a station, for another browser; codes made before are void',
        params: OfStation,
        response: { 200: StationWithCode, ...problems(stationMissing, stationEnded, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.renewCode(ctx, request.params.id)),
  )

  app.post(
    '/stations/:id/revoke',
    {
      config: { permission: 'identity:station:write' },
      schema: {
        operationId: 'revokeStation',
        summary: 'End a station at once',
        params: OfStation,
        response: { 200: Station, ...problems(stationMissing, stationEnded, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.revokeStation(ctx, request.params.id)),
  )

  app.post(
    '/station/enrol',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'enrolStation',
        summary: 'Make this browser a station, by a one-time code',
        body: StationEnrolment,
        response: { 200: WhichStation, ...problems(codeUnknown, codeUsed, codeExpired, stationEnded) },
      },
    },
    async (request, reply) => {
      const { token, station } = await service.enrolStation(request.runtime, request.body.code)
      return reply.header('set-cookie', stationCookie(request, token)).send({ station })
    },
  )

  app.get(
    '/station',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'getStation',
        summary: 'The station this browser is',
        response: { 200: WhichStation, ...problems() },
      },
    },
    async (request, reply) => {
      const token = factsOf(request).cookie(STATION_COOKIE)
      const station = await service.findStationHere(app.runtime, token)
      // Each visit begins the cookie's life anew: a station in use never falls out of it.
      if (station && token !== undefined) reply.header('set-cookie', stationCookie(request, token))
      return reply.send({ station: station ?? null })
    },
  )

  app.get(
    '/station/people',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'listStationPeople',
        summary: 'Who may sign in at this station with a PIN',
        querystring: Type.Object({ text: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })) }, closed),
        response: { 200: Type.Object({ items: Type.Array(StationPerson) }), ...problems(notAStation) },
      },
    },
    async (request) => ({
      items: await listStationPeople(app.runtime, factsOf(request).cookie(STATION_COOKIE), request.query.text),
    }),
  )

  app.post(
    '/station/sessions',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'signInAtStation',
        summary: 'Sign in at this station with a badge, or with name and PIN; whoever was signed in here is signed out',
        body: StationSignIn,
        response: {
          201: Session,
          ...problems(
            ...[notAStation, badgeUnknown, badgeBlocked, pinRefused, signInPaused],
            ...[notAtThisStation, signInRefused, personLocked],
          ),
        },
      },
    },
    async (request, reply) => {
      const facts = factsOf(request)
      const { token, session } = await signInAtStation(
        request.runtime,
        facts.cookie(STATION_COOKIE),
        request.body,
        facts,
      )
      return reply.code(201).header('set-cookie', sessionCookie(request, token)).send(session)
    },
  )
}
