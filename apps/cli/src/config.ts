import { isIP } from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { cannotStart, commandInvalid } from './problems.ts'

/** The checkout: everything that is started is started from here. */
export const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url))

export const DEFAULT_PORT = 4680
/** By its name: browsers have no passkeys at an address. The server listens at both loopback addresses then. */
const LOOPBACK = 'localhost'

export type StartConfig = {
  /** Absolute. */
  readonly dataDir: string
  readonly host: string
  readonly port: number
  /** Whether a person named the port: then another one would not do. */
  readonly isPortAsked: boolean
  readonly isDemo: boolean
  /** Undefined for the built-in database. Holds a password. */
  readonly databaseUrl: string | undefined
  /** What every child process inherits. The database's address goes to the server alone. */
  readonly inherited: Readonly<Record<string, string>>
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the arguments and variables of `millrace start`; arguments win.
 *
 * @throws cannotStart naming every invalid variable at once, each with its fix
 * @throws commandInvalid for an argument that does not exist
 */
export function readStartConfig(args: readonly string[], environment: Environment = process.env): StartConfig {
  const given = parseStart(args)
  const faults: string[] = []

  const portText = given.port ?? environment.MILLRACE_PORT
  const portName = given.port === undefined ? 'MILLRACE_PORT' : '--port'
  const port = portText === undefined ? DEFAULT_PORT : Number(portText)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    faults.push(`${portName} is "${portText}": give a number from 1 to 65535, or leave it out for ${DEFAULT_PORT}.`)
  }

  const host = environment.MILLRACE_HOST ?? LOOPBACK
  if (!isIP(host) && host !== 'localhost') {
    faults.push(`MILLRACE_HOST is "${host}": give an address of this machine, such as 127.0.0.1 or 0.0.0.0.`)
  }

  const dataDir = given.data ?? environment.MILLRACE_DATA_DIR ?? path.join(CHECKOUT, 'data')
  if (dataDir.trim() === '' || dataDir.includes('\0')) {
    faults.push('MILLRACE_DATA_DIR or --data is empty: name a folder, or leave it out for data/ in the checkout.')
  }

  const databaseUrl = environment.MILLRACE_DATABASE_URL
  if (databaseUrl !== undefined && !isDatabaseUrl(databaseUrl)) {
    // Its text is not repeated: it may hold a password.
    faults.push(
      'MILLRACE_DATABASE_URL is not an address of a PostgreSQL database: give postgres://USER:PASSWORD@HOST:PORT/DATABASE, or leave it out for the built-in one.',
    )
  }
  if (faults.length > 0) throw cannotStart(faults.join('\n'), { faults })

  const { MILLRACE_DATABASE_URL: _, ...rest } = environment
  return {
    dataDir: path.resolve(dataDir),
    host,
    port,
    isPortAsked: portText !== undefined,
    isDemo: !given['no-demo'],
    databaseUrl,
    inherited: {
      // Compiled once, not at every start: faster, and some 20 MiB less in each process.
      NODE_COMPILE_CACHE: path.join(path.resolve(dataDir), 'compile-cache'),
      ...Object.fromEntries(Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined)),
    },
  }
}

function parseStart(args: readonly string[]): { port?: string; data?: string; 'no-demo'?: boolean } {
  try {
    return parseArgs({
      args: [...args],
      options: { port: { type: 'string' }, data: { type: 'string' }, 'no-demo': { type: 'boolean' } },
    }).values
  } catch (error) {
    // Node's message goes on for several lines about how arguments may be spelled.
    const [sentence] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw commandInvalid(`${sentence} (start takes --no-demo, --port N and --data DIR).`, {}, { cause: error })
  }
}

function isDatabaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, pathname } = new URL(text)
  return (protocol === 'postgres:' || protocol === 'postgresql:') && pathname.length > 1
}
