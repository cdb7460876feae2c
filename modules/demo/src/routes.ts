import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@millrace/http'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import { DemoCompany, demoAbsent, demoBusy, Story, StoryMove, simulatorUnavailable } from './contract.ts'
import type { DemoKeeper } from './keeper.ts'
import { bringDemo, listStories, moveStory, removeDemo } from './service.ts'

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
  }
}
