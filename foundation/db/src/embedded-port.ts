import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { readLine } from './embedded-place.ts'

const LOOPBACK = '127.0.0.1'

/** The port this database had last time if it is still free, else any free one, which is then remembered. */
export async function choosePort(dataDir: string): Promise<number> {
  const file = path.join(dataDir, 'port')
  const last = Number(await readLine(file))
  if (last > 0 && (await listenOnce(last)) !== undefined) return last

  const port = await listenOnce(0)
  if (port === undefined) throw new Error(`no free port on ${LOOPBACK}`)
  await writeFile(file, `${port}\n`, { mode: 0o600 })
  return port
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined))
    })
  })
}
