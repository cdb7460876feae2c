import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPool } from '@millrace/db'
import {
  answering,
  createLive,
  createOutbound,
  createQuotas,
  NO_MAIL,
  NO_QUOTAS,
  openWitness,
  parseOutboundAllow,
  type Runtime,
  secretsFrom,
} from '@millrace/runtime'
import { startCourier } from '../courier.ts'

/** What a test says to this process: deliver what waits in a database, until killed. */
export interface CourierOrder {
  readonly databaseUrl: string
  readonly rootKey: string
  readonly allow: string
  readonly timeoutMs: number
}

process.once('message', ({ databaseUrl: url, rootKey, allow, timeoutMs }: CourierOrder) => {
  const silent = () => undefined
  const runtime: Runtime = {
    app: openPool({ url, role: 'millrace_app', max: 5, onError: silent }),
    openPool: (role, max) => openPool({ url, role, max, onError: silent }),

    threadsDatabaseUrl: undefined,
    log: { info: silent, warn: silent, error: silent },
    live: createLive(),
    secrets: secretsFrom(Buffer.from(rootKey, 'base64')),
    quotas: createQuotas(() => NO_QUOTAS),
    witness: openWitness(join(tmpdir(), 'millrace-courier-witness')),
    outbound: createOutbound({ allow: parseOutboundAllow(allow).rules }),
    mail: NO_MAIL,
    publicUrl: undefined,
    permissions: [],
    announcements: [],
    announced: silent,
    answer: answering([]),
  }
  startCourier(runtime, { timeoutMs })
})
process.once('disconnect', () => process.exit())
