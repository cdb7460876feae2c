import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { choosePort } from './ports.ts'

const HOST = '127.0.0.1'
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function occupy(port = 0): Promise<number> {
  const server = createServer().listen(port, HOST)
  servers.push(server)
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

test('a taken port makes way for the next free one, unless it was asked for', async () => {
  const taken = await occupy()
  const chosen = await choosePort(HOST, taken, false)
  expect(chosen).toBeGreaterThan(taken)
  expect(chosen).toBeLessThanOrEqual(taken + 20)
  await expect(choosePort(HOST, taken, true)).rejects.toThrow(`Port ${taken} is taken by another program`)
})

test('a free port is taken as it is, and left free', async () => {
  const port = await occupy()
  const [server] = servers.splice(0)
  server?.close()
  expect(await choosePort(HOST, port, true)).toBe(port)
  expect(await occupy(port)).toBe(port)
})

test('localhost is taken when another program listens at one of the loopback addresses', async () => {
  const taken = await occupy()
  expect(await choosePort('localhost', taken, false)).toBeGreaterThan(taken)
  const server = createServer().listen(0, '::1')
  servers.push(server)
  const listens = await Promise.race([
    once(server, 'listening').then(() => true),
    once(server, 'error').then(() => false),
  ])
  const address = server.address()
  // A machine without IPv6 has one loopback address.
  if (!listens || typeof address !== 'object' || !address) return
  await expect(choosePort('localhost', address.port, true)).rejects.toThrow('is taken by another program')
})

test('an address of another machine is refused with what to do', async () => {
  await expect(choosePort('192.0.2.1', 4680, false)).rejects.toThrow('192.0.2.1 is not an address of this machine')
})
