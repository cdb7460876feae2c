import { type AddressInfo, createServer } from 'node:net'
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
    await house.stop()
    throw new Error(`The demo house did not come to life. It printed:\n${house.output()}`, { cause: error })
  }
  return () => house.stop()
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function untilFindingsAreThere(caller: Caller): Promise<void> {
  await until('the first findings', DEMO_MS, async () => {
    const { items } = await caller.get<{ items: { cause: string; actions: unknown[] }[] }>(
      '/insight/findings?state=open',
    )
    return items.some((finding) => finding.cause === 'tool-wear' && finding.actions.length > 0)
  })
}
