import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPool } from '@millrace/db'
import {
  answering,
  createLive,
  createOutbound,
  createQuotas,
  type Extension,
  type Log,
  NO_MAIL,
  NO_QUOTAS,
  openWitness,
  type Runtime,
  secretsFrom,
} from '@millrace/runtime'

const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** A runtime on a database, without listeners: what is announced stays in the outbox. */
export function testRuntime(
  url: string,
  onError: (error: Error) => void = () => undefined,
  _modules: Partial<Pick<Runtime, 'permissions' | 'answer'>> = {},
): Runtime {
  return {
    app: openPool({ url, role: 'millrace_app', max: 5, onError }),
    openPool: (role, max) => openPool({ url, role, max, onError }),
    threadsDatabaseUrl: undefined,
    log: SILENT,
    live: createLive(),
    secrets: secretsFrom(randomBytes(32)),
    quotas: createQuotas(() => NO_QUOTAS),
    outbound: createOutbound(),
    mail: NO_MAIL,
    publicUrl: undefined,
    witness: openWitness(join(tmpdir(), `millrace-witness-${randomBytes(8).toString('hex')}`)),
    permissions: [],
    announcements: [],
    announced: () => undefined,
    answer: answering([]),
  }
}

/** The runtime of a program of these modules: it knows their permissions and asks their extensions. */
export function withModules(runtime: Runtime, modules: readonly Module[]): Runtime {
  return {
    ...runtime,
    permissions: modules.flatMap((module) => module.permissions ?? []),
    announcements: modules.flatMap((module) => module.announces ?? []),
    answer: answering(modules.flatMap((module) => module.extends ?? [])),
  }
}

/** What is needed of a module. */
interface Module {
  readonly permissions?: Runtime['permissions']
  readonly announces?: Runtime['announcements']
  readonly extends?: readonly Extension[]
}
