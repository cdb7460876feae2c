import { once } from 'node:events'
import { createServer } from 'node:net'
import { cannotStart } from './problems.ts'

/** How many ports after the default are tried. */
const NEXT_PORTS = 20

/**
 * Chooses the port of the web address: the one asked for, or the default or the next free one after it.
 *
 * @throws cannotStart when the one asked for, or all of them, are taken
 */
export async function choosePort(host: string, port: number, isAsked: boolean): Promise<number> {
  if (isAsked) {
    const fault = await faultOf(host, port)
    if (fault === undefined) return port
    throw cannotStart(sentence(host, port, fault))
  }
  for (let candidate = port; candidate <= port + NEXT_PORTS; candidate++) {
    const fault = await faultOf(host, candidate)
    if (fault === undefined) return candidate
    if (fault !== 'EADDRINUSE') throw cannotStart(sentence(host, candidate, fault))
  }
  throw cannotStart(`The ports ${port} to ${port + NEXT_PORTS} are all taken: choose another with --port N.`)
}

function sentence(host: string, port: number, fault: string): string {
  if (fault === 'EADDRINUSE')
    return `Port ${port} is taken by another program: stop it, or choose another with --port N.`
  if (fault === 'EACCES') return `Port ${port} needs more rights than you have: choose one above 1023 with --port N.`
  if (fault === 'EADDRNOTAVAIL') return `${host} is not an address of this machine: correct or unset MILLRACE_HOST.`
  return `Port ${port} on ${host} cannot be used (${fault}): choose another with --port N.`
}

/**
 * Why nothing could listen there now: a code of the operating system; undefined when it could. At `localhost` both loopback
 * addresses have to be free, for a browser may come by either; a machine without IPv6 has one.
 */
async function faultOf(host: string, port: number): Promise<string | undefined> {
  if (host !== 'localhost') return addressFault(host, port)
  const second = await addressFault('::1', port)
  const isThere = second !== 'EADDRNOTAVAIL' && second !== 'EAFNOSUPPORT'
  return (await addressFault('127.0.0.1', port)) ?? (isThere ? second : undefined)
}

async function addressFault(host: string, port: number): Promise<string | undefined> {
  const server = createServer()
  try {
    server.listen({ host, port, exclusive: true })
    await once(server, 'listening')
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  } finally {
    server.close()
  }
}
