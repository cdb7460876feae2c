import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPool } from '@millrace/db'
import { createApp } from '@millrace/http'
import { plant } from '@millrace/plant'
import {
  answering,
  createLive,
  createOutbound,
  createQuotas,
  NO_MAIL,
  NO_QUOTAS,
  openWitness,
  type Runtime,
  secretsFrom,
} from '@millrace/runtime'
import { telemetry } from '../index.ts'

/** What the durability test says to this process: a server with real sockets that takes batches, to be killed. */
export interface ServerOrder {
  readonly databaseUrl: string
  readonly port: number
}

async function serve({ databaseUrl: url, port }: ServerOrder): Promise<void> {
  const silent = () => undefined
  const runtime: Runtime = {
    app: openPool({ url, role: 'millrace_app', max: 5, onError: silent }),
    openPool: (role, max) => openPool({ url, role, max, onError: silent }),

    threadsDatabaseUrl: undefined,
    log: { info: silent, warn: silent, error: silent },
    live: createLive(),
    publicUrl: undefined,
    secrets: secretsFrom(randomBytes(32)),
    quotas: createQuotas(() => NO_QUOTAS),
    outbound: createOutbound(),
    mail: NO_MAIL,
    witness: openWitness(join(tmpdir(), 'millrace-durability-witness')),
    permissions: [],
    announcements: [],
    announced: silent,
    answer: answering([]),
  }
  await telemetry.start?.(runtime)
  const app = await createApp({ runtime, modules: [plant, telemetry], version: 'test' })
  await app.listen({ host: '127.0.0.1', port })
  const address = app.server.address()
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined })
}

process.once('message', (order: ServerOrder) => {
  serve(order).catch((error: unknown) => process.send?.({ failure: String(error) }))
})
process.once('disconnect', () => process.exit())
