import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a receiver got. */
export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly id: string
}

export interface Receiver {
  readonly port: number
  readonly received: Received[]
  /** What it does with a request; 204 unless set. */
  answer: (received: Received, response: ServerResponse) => void
  url(path?: string): string
  /** Waits until it got so many. */
  until(count: number, withinMs?: number): Promise<readonly Received[]>
  close(): Promise<void>
}

/** A receiver of webhooks on a real socket. */
export async function startReceiver(): Promise<Receiver> {
  const waiting = new Set<() => void>()
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const got: Received = {
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(pieces).toString(),
        id: String(request.headers['webhook-id']),
      }
      receiver.received.push(got)
      receiver.answer(got, response)
      for (const look of waiting) look()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const receiver: Receiver = {
    port,
    received: [],
    answer: (_received, response) => void response.writeHead(204).end(),
    url: (path = '/') => `http://127.0.0.1:${port}${path}`,
    until: (count, withinMs = 10_000) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          waiting.delete(look)
          reject(new Error(`Got ${receiver.received.length} of ${count} within ${withinMs} ms.`))
        }, withinMs)
        const look = () => {
          if (receiver.received.length < count) return
          clearTimeout(late)
          waiting.delete(look)
          resolve(receiver.received)
        }
        waiting.add(look)
        look()
      }),
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return receiver
}
