import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPool } from '@millrace/db'
import { createApp } from '@millrace/http'
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
import { identity } from '../index.ts'

// Another server on the same database, in a process of its own, with real sockets.

async function serve(url: string): Promise<void> {
  const silent = () => undefined
  const runtime: Runtime = {
    app: openPool({ url, role: 'millrace_app', max: 3, onError: silent }),
    openPool: (role, max) => openPool({ url, role, max, onError: silent }),

    threadsDatabaseUrl: undefined,
    log: { info: silent, warn: silent, error: silent },
    live: createLive(),
    publicUrl: undefined,
    secrets: secretsFrom(randomBytes(32)),
    quotas: createQuotas(() => NO_QUOTAS),
    witness: openWitness(join(tmpdir(), 'millrace-second-witness')),
    outbound: createOutbound(),
    mail: NO_MAIL,
    permissions: identity.permissions ?? [],
    announcements: [],
    announced: silent,
    answer: answering(identity.extends ?? []),
  }
  const app = await createApp({ runtime, modules: [identity], version: 'test' })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined })
}

process.once('message', (url: string) => {
  serve(url).catch((error: unknown) => process.send?.({ failure: String(error) }))
})
process.once('disconnect', () => process.exit())
