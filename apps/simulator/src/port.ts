import { createServer, type Server } from 'node:net'

/** Only this machine may talk to simulated controllers. */
export const LOOPBACK = '127.0.0.1'

/** Listens on the preferred port, or on any free one when that is taken or none is preferred. @returns the port. */
export async function listen(server: Server, preferredPort: number | undefined): Promise<number> {
  try {
    return await listenOn(server, preferredPort ?? 0)
  } catch (error) {
    if (preferredPort === undefined || !(error instanceof Error && 'code' in error)) throw error
    return await listenOn(server, 0)
  }
}

/** A port nobody listens on now: the preferred one if it is free. */
export async function freePort(preferredPort: number | undefined): Promise<number> {
  const server = createServer()
  const port = await listen(server, preferredPort)
  await new Promise((resolve) => server.close(resolve))
  return port
}

function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      server.off('error', reject)
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new Error('The server has no port.'))
      else resolve(address.port)
    })
  })
}
