import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Uuid } from '@millrace/base'
import { problems } from '@millrace/http'
import { stationCookie } from '@millrace/identity'
import { stationEnded, stationMissing, WhichStation } from '@millrace/identity/contract'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import {
  Breakdown,
  BreakdownMove,
  DemoCompany,
  DemoStations,
  demoAbsent,
  demoBusy,
  Story,
  StoryMove,
  simulatorUnavailable,
} from './contract.ts'
import type { DemoKeeper } from './keeper.ts'
import { bringDemo, listBreakdowns, listStories, moveBreakdown, moveStory, removeDemo } from './service.ts'
import { enrolDemoStation, listDemoStations } from './stations.ts'

/** Mounted at /api/v1/demo. */
export function demoRoutes(keeper: DemoKeeper): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/company',
      {
        config: { permission: 'public' },
        schema: {
          operationId: 'getDemoCompany',
          summary: 'Whether the demo company is here, or how far it is',
          response: { 200: DemoCompany, ...problems() },
        },
      },
      () => keeper.company,
    )

    app.post(
      '/company',
      {
        config: { permission: 'visitor' },
        schema: {
          operationId: 'bringDemoCompany',
          summary: 'Bring the demo company',
          response: { 202: DemoCompany, ...problems(forbidden, demoBusy) },
        },
      },
      async (request, reply) => reply.code(202).send(await bringDemo(app.runtime, keeper, request.actor)),
    )

    app.delete(
      '/company',
      {
        config: { permission: 'demo:company:write' },
        schema: {
          operationId: 'removeDemoCompany',
          summary: 'Remove the demo company with all its data',
          response: { 202: DemoCompany, ...problems(demoAbsent, demoBusy) },
        },
      },
      async (request, reply) =>
        reply.code(202).send(await app.inContext(request, (ctx) => removeDemo(app.runtime, ctx, keeper))),
    )

    app.get(
      '/stations',
      {
        config: { permission: 'public' },
        schema: {
          operationId: 'listDemoStations',
          summary: 'Shared stations of the demo company, and the PINs to try there',
          response: { 200: DemoStations, ...problems() },
        },
      },
      () => listDemoStations(app.runtime),
    )

    app.post(
      '/stations/:id/enrol',
      {
        config: { permission: 'public' },
        schema: {
          operationId: 'enrolDemoStation',
          summary: 'Make this browser a station of the demo company',
          params: Type.Object({ id: Uuid }, { additionalProperties: false }),
          response: { 200: WhichStation, ...problems(demoAbsent, stationMissing, stationEnded) },
        },
      },
      async (request, reply) => {
        const { token, station } = await enrolDemoStation(app.runtime, request.params.id)
        return reply.header('set-cookie', stationCookie(request, token)).send({ station })
      },
    )

    app.get(
      '/stories',
      {
        config: { permission: 'demo:story:read' },
        schema: {
          operationId: 'listStories',
          summary: 'Faults and opportunities the simulator can tell',
          response: { 200: Type.Object({ items: Type.Array(Story) }), ...problems(demoAbsent, simulatorUnavailable) },
        },
      },
      (request) => app.inContext(request, (ctx) => listStories(ctx, keeper)),
    )

    app.post(
      '/stories/:id',
      {
        config: { permission: 'demo:story:write' },
        schema: {
          operationId: 'moveStory',
          summary: 'Start, speed up or reset a story',
          params: Type.Object({ id: Type.String({ maxLength: 60 }) }),
          body: StoryMove,
          response: { 200: Story, ...problems(demoAbsent, simulatorUnavailable) },
        },
      },
      (request) => app.inContext(request, (ctx) => moveStory(ctx, keeper, request.params.id, request.body)),
    )

    app.get(
      '/breakdowns',
      {
        config: { permission: 'demo:story:read' },
        schema: {
          operationId: 'listBreakdowns',
          summary: 'Machines of the simulator that can be made to break down',
          response: {
            200: Type.Object({ items: Type.Array(Breakdown) }),
            ...problems(demoAbsent, simulatorUnavailable),
          },
        },
      },
      (request) => app.inContext(request, (ctx) => listBreakdowns(ctx, keeper)),
    )

    app.post(
      '/breakdowns/:id',
      {
        config: { permission: 'demo:story:write' },
        schema: {
          operationId: 'moveBreakdown',
          summary: 'Break a machine of the simulator down, or repair it',
          params: Type.Object({ id: Type.String({ maxLength: 60 }) }),
          body: BreakdownMove,
          response: { 200: Breakdown, ...problems(demoAbsent, simulatorUnavailable) },
        },
      },
      (request) => app.inContext(request, (ctx) => moveBreakdown(ctx, keeper, request.params.id, request.body)),
    )
  }
}
