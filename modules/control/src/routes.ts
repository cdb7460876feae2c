import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { page } from '@millrace/base'
import { problems } from '@millrace/http'
import { EquipmentId } from '@millrace/plant/contract'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import { getCommand, listCommands, takeReport } from './commands.ts'
import {
  Command,
  CommandId,
  CommandQuery,
  CommandReport,
  commandMissing,
  gatewayOffline,
  keyReused,
  machineInterlocked,
  NewCommand,
  presentValueUnknown,
  SetPoint,
  setPointMissing,
  stepTooLarge,
  tooManyCommands,
  valueOutOfBounds,
} from './contract.ts'
import { requestCommand } from './request-command.ts'
import { listSetPoints } from './set-points.ts'

/** Mounted at /api/v1/control. */
export const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/set-points',
    {
      config: { permission: 'control:set-point:read' },
      schema: {
        operationId: 'listSetPoints',
        summary: 'What may be written to machines, and how far',
        querystring: Type.Object({ workUnitId: Type.Optional(EquipmentId) }, { additionalProperties: false }),
        response: { 200: Type.Object({ items: Type.Array(SetPoint) }), ...problems(forbidden) },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: await listSetPoints(ctx, request.query.workUnitId) })),
  )

  app.post(
    '/commands',
    {
      config: { permission: 'control:command:request' },
      schema: {
        operationId: 'requestCommand',
        summary: 'Write a value to a machine',
        body: NewCommand,
        response: {
          201: Command,
          ...problems(
            setPointMissing,
            forbidden,
            valueOutOfBounds,
            stepTooLarge,
            presentValueUnknown,
            tooManyCommands,
            machineInterlocked,
            gatewayOffline,
            keyReused,
          ),
        },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => requestCommand(ctx, request.body))),
  )

  app.get(
    '/commands',
    {
      config: { permission: 'control:command:read' },
      schema: {
        operationId: 'listCommands',
        summary: 'Commands and what became of them, newest first',
        querystring: CommandQuery,
        response: { 200: page(Command), ...problems(forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => listCommands(ctx, request.query)),
  )

  app.get(
    '/commands/:id',
    {
      config: { permission: 'control:command:read' },
      schema: {
        operationId: 'getCommand',
        summary: 'One command and its course',
        params: Type.Object({ id: CommandId }),
        response: { 200: Command, ...problems(commandMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => getCommand(ctx, request.params.id)),
  )

  app.post(
    '/commands/:id/reports',
    {
      config: { permission: 'control:command:report' },
      schema: {
        operationId: 'reportCommand',
        summary: 'Say, as the gateway, what became of a command',
        params: Type.Object({ id: CommandId }),
        body: CommandReport,
        response: { 204: Type.Null(), ...problems(commandMissing, forbidden) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => takeReport(ctx, request.params.id, request.body))
      return reply.code(204).send(null)
    },
  )
}
