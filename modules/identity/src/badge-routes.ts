import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PageQuery, page } from '@millrace/base'
import { problems, signInNeeded } from '@millrace/http'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import * as service from './badges.ts'
import { PersonId, personMissing, signInPaused, signInRefused } from './contract.ts'
import { getOwnPin, setOwnPin } from './pin.ts'
import {
  BadgeHolder,
  badgeMissing,
  IssuedBadge,
  OwnPin,
  PinChange,
  personEnded,
  pinRefused,
  pinTrivial,
} from './station-contract.ts'

const closed = { additionalProperties: false }
const OfPerson = Type.Object({ id: PersonId }, closed)

/** With what people sign in at shared stations. */
export const badgeRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/badges',
    {
      config: { permission: 'identity:station:write', records: true },
      schema: {
        operationId: 'listBadgeHolders',
        summary: 'People and their badges and PINs',
        querystring: Type.Object(
          { ...PageQuery, text: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })) },
          closed,
        ),
        response: { 200: page(BadgeHolder), ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => service.listBadgeHolders(ctx, request.query)),
  )

  app.post(
    '/people/:id/badge',
    {
      config: { permission: 'identity:station:write', stepUp: true },
      schema: {
        operationId: 'issueBadge',
        summary: 'Issue a badge; the one before is blocked, and what it says is in the answer once',
        params: OfPerson,
        response: { 201: IssuedBadge, ...problems(personMissing, personEnded, forbidden) },
      },
    },
    async (request, reply) => {
      const issued = await app.inContext(request, (ctx) => service.issueBadge(ctx, request.params.id))
      return reply.code(201).send(issued)
    },
  )

  app.post(
    '/people/:id/badge/block',
    {
      config: { permission: 'identity:station:write' },
      schema: {
        operationId: 'blockBadge',
        summary: 'Block the badge of a person at once',
        params: OfPerson,
        body: Type.Object({ reason: Type.String({ minLength: 1, maxLength: 500 }) }, closed),
        response: { 204: Type.Null(), ...problems(personMissing, badgeMissing, forbidden) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => service.blockBadge(ctx, request.params.id, request.body.reason))
      return reply.code(204).send(null)
    },
  )

  app.delete(
    '/people/:id/pin',
    {
      config: { permission: 'identity:station:write' },
      schema: {
        operationId: 'removePin',
        summary: "Take a person's PIN away",
        params: OfPerson,
        response: { 204: Type.Null(), ...problems(personMissing, forbidden) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => service.removePin(ctx, request.params.id))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/pin',
    {
      config: { permission: 'signed-in', atStation: true },
      schema: {
        operationId: 'getOwnPin',
        summary: 'Whether I have a PIN for shared stations',
        response: { 200: OwnPin, ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => getOwnPin(ctx)),
  )

  app.put(
    '/pin',
    {
      config: { permission: 'signed-in', atStation: true },
      schema: {
        operationId: 'setOwnPin',
        summary: 'Set my PIN for shared stations',
        body: PinChange,
        response: { 204: Type.Null(), ...problems(pinTrivial, pinRefused, signInPaused, signInRefused) },
      },
    },
    async (request, reply) => {
      if (!request.actor) throw signInNeeded('Sign in to do this.')
      await setOwnPin(request.runtime, request.actor, request.body)
      return reply.code(204).send(null)
    },
  )
}
