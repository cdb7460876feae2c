import { streamEvents } from '@millrace/http'
import { type Actor, type Context, inContext, type Runtime } from '@millrace/runtime'
import type { FastifyReply } from 'fastify'
import { configurationOf } from './configuration.ts'
import { type GatewayId, gatewayChanged } from './contract.ts'
import { type GatewayMessage, gatewayBacklog } from './extension-points.ts'
import { gatewayTopic, hangUp, type LineMessage } from './gateway-line.ts'
import { saveSeen } from './gateway-store.ts'

/** How many message ids one stream remembers, to say nothing twice. */
const REMEMBERED_LIMIT = 1000

/**
 * Opens a gateway's event stream: its present configuration's revision and what it missed, then everything said to it.
 * A gateway has one stream: a new one ends the one before, which
 * may be half open after a broken line.
 */
export async function openGatewayStream(
  runtime: Runtime,
  actor: Actor,
  reply: FastifyReply,
): Promise<{ end: () => void }> {
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
    greeting = await inContext(runtime, actor, (ctx) => greet(ctx, gatewayId))
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

async function greet(ctx: Context, gatewayId: GatewayId): Promise<GatewayMessage[]> {
  await saveSeen(ctx.db, gatewayId, ctx.now)
  await ctx.emit(gatewayChanged({ gatewayId }))
  const { revision } = await configurationOf(ctx, gatewayId)
  const missed = await ctx.ask(gatewayBacklog, gatewayId)
  return [{ event: 'configuration', data: { revision } }, ...missed.flat()]
}
