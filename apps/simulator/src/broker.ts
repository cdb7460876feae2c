import { createServer, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import { log } from './log.ts'
import { LOOPBACK, listen } from './port.ts'

const CLIENTS_MAX = 40
const PAYLOAD_MAX_BYTES = 1024 * 1024
const CONNECT_TIMEOUT_MS = 5000

/** The MQTT broker of one plant, on loopback. */
export async function startBroker(preferredPort: number | undefined) {
  const aedes = await Aedes.createBroker({ connectTimeout: CONNECT_TIMEOUT_MS, drainTimeout: CONNECT_TIMEOUT_MS })
  // Sparkplug 3.0 asks for clean sessions; others would queue without bound while their client is away.
  aedes.preConnect = (_client, packet, callback) => callback(null, packet.clean === true)
  aedes.authorizePublish = (_client, packet, callback) => {
    const tooLong = packet.payload.length > PAYLOAD_MAX_BYTES
    callback(tooLong || packet.topic.startsWith('$') ? new Error('Not accepted.') : null)
  }
  aedes.on('clientError', (_client, error) => log.debug({ err: error }, 'A client misbehaved'))
  aedes.on('connectionError', (_client, error) => log.debug({ err: error }, 'A connection misbehaved'))

  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', (error) => log.debug({ err: error }, 'A socket failed'))
    aedes.handle(socket)
  })
  server.maxConnections = CLIENTS_MAX
  const port = await listen(server, preferredPort)

  return {
    url: `mqtt://${LOOPBACK}:${port}`,
    port,
    async stop(): Promise<void> {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      await new Promise<void>((resolve) => aedes.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
