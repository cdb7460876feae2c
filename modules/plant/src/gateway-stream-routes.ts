import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems, signInNeeded, streamEvents } from '@millrace/http'
import { type Actor, inContext, type Runtime } from '@millrace/runtime'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { type GatewayId, gatewayMissing, gatewayRefused } from './contract.ts'
import type { GatewayMessage } from './extension-points.ts'
import { gatewayTopic, hangUp, type LineMessage } from './gateway-line.ts'
import { greetGateway } from './gateway-report.ts'

/** What is said to gateways while they listen. */
export const gatewayStreamRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const open = new Set<() => void>()
  // A stream ends only by itself: without this the server would wait for it.
  app.addHook('preClose', async () => {
    for (const end of open) end()
  })

  app.get(
    '/gateways/self/events',
    {
      config: { permission: 'plant:gateway:report' },
      schema: {
        operationId: 'watchAsGateway',
        summary: 'Hear of new configurations and commands, as server-sent events',
        response: { 200: Type.String(), ...problems(gatewayRefused, gatewayMissing) },
      },
    },
    async (request, reply) => {
      if (!request.actor) throw signInNeeded('Sign in to listen.')
      const { end } = await openGatewayStream(app.runtime, request.actor, reply)
      if (reply.raw.destroyed) return
      open.add(end)
      reply.raw.on('close', () => open.delete(end))
    },
  )
}

/** How many message ids one stream remembers, to say nothing twice. */
const REMEMBERED_LIMIT = 1000

/**
 * Opens a gateway's event stream: its present configuration's revision and what it missed, then everything said to it.
 * A gateway has one stream: a new one ends the one before, which may be half open after a broken line.
 */
async function openGatewayStream(runtime: Runtime, actor: Actor, reply: FastifyReply): Promise<{ end: () => void }> {
  const { enterpriseId } = actor
  const gatewayId = actor.id as GatewayId
  hangUp({ live: runtime.live, enterpriseId }, gatewayId)

  // Listening begins before the backlog is read: a message in between comes twice and is said once.
  const early: LineMessage[] = []
  let take = (message: LineMessage): void => void early.push(message)
  const unsubscribe = runtime.live.subscribe(enterpriseId, [gatewayTopic(gatewayId)], {
    send: ({ data }) => take(JSON.parse(data)),
  })
  let greeting: readonly GatewayMessage[]
  try {
    greeting = await inContext(runtime, actor, (ctx) => greetGateway(ctx, gatewayId))
  } catch (error) {
    unsubscribe()
    throw error
  }

  const stream = streamEvents(runtime, reply, enterpriseId, [])
  const end = () => {
    unsubscribe()
    stream.end()
  }
  const said = new Set<string>()
  take = (message) => {
    if (message.event === 'end') return end()
    if (message.id !== undefined) {
      if (said.has(message.id)) return
      if (said.size >= REMEMBERED_LIMIT) said.clear()
      said.add(message.id)
    }
    stream.send(message.event, message.data)
  }
  if (reply.raw.destroyed) end()
  else reply.raw.on('close', end)
  for (const message of [...greeting, ...early]) take(message)
  return { end }
}
