import { createServer } from 'node:net'
import { type Caller, startHouse, until, untilDemoLives } from '@millrace/testing/house'

/** Where the tests find the demo house; set by hand, the tests use a house that runs already. */
export const DEMO_URL = 'MILLRACE_E2E_URL'
/** The process that supervises that house. */
export const DEMO_PID = 'MILLRACE_E2E_PID'

/** A port of this machine that the house may call: a test listens there for webhooks. */
export const RECEIVER_PORT = 'MILLRACE_E2E_RECEIVER_PORT'
/** Another one: there stands the company's identity provider. */
export const PROVIDER_PORT = 'MILLRACE_E2E_PROVIDER_PORT'

const DEMO_MS = 240_000
const PORT_FROM = 20_000
const PORTS = 10_000

/** Starts the one house of the demo tests, and stops it after the last of them. */
// biome-ignore lint/style/noDefaultExport: Playwright asks for one
export default async function startDemoHouse(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[DEMO_URL]) return undefined
  const port = await freePort()
  process.env[RECEIVER_PORT] = String(port)
  const providerPort = await freePort()
  process.env[PROVIDER_PORT] = String(providerPort)
  process.env.MILLRACE_OUTBOUND_ALLOW = `127.0.0.1:${port}, 127.0.0.1:${providerPort}`
  // Any port: devices ask the house where it is.
  process.env.MILLRACE_MQTT_PORT = '0'
  const house = await startHouse()
  process.env[DEMO_URL] = house.url
  process.env[DEMO_PID] = String(house.process.pid)
  try {
    await untilFindingsAreThere(await untilDemoLives(house.url, DEMO_MS))
  } catch (error) {
    const logs = await house.logs()
    await house.stop()
    throw new Error(`The demo house did not come to life. It printed:\n${house.output()}\n${logs}`, { cause: error })
  }
  return () => house.stop()
}

/** A port that nobody is given by chance while no test listens there: systems hand out those from 32768 on. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = PORT_FROM + Math.floor(Math.random() * PORTS)
    const server = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!isFree) continue
    await new Promise((resolve) => server.close(resolve))
    return port
  }
}

async function untilFindingsAreThere(caller: Caller): Promise<void> {
  await until('the first findings', DEMO_MS, async () => {
    const { items } = await caller.get<{ items: { cause: string; actions: unknown[] }[] }>(
      '/insight/findings?state=open',
    )
    return items.some((finding) => finding.cause === 'tool-wear' && finding.actions.length > 0)
  })
}
