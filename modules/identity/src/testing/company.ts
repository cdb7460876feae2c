import { newId } from '@millrace/base'
import { type App, createApp, type Module } from '@millrace/http'
import { inContext, type Runtime, systemActor } from '@millrace/runtime'
import { withModules } from '@millrace/testing'
import type { EnterpriseId, PersonId } from '../contract.ts'
import { listFoundings } from '../enterprise-store.ts'
import { createEnterprise } from '../enterprises.ts'
import type { NewGrant } from '../grant-contract.ts'
import { identity } from '../index.ts'
import { hashPassword } from '../password.ts'
import { createPerson } from '../people.ts'

export const PASSWORD = 'correct horse battery'
export const ORIGIN = 'http://localhost'

/** The whole of identity over HTTP, with a company of one's own or the demo's. */
export interface Company {
  readonly app: App
  readonly runtime: Runtime
  readonly enterpriseId: EnterpriseId
  /** Adds somebody who signs in with {@link PASSWORD}; of the demo, without a password. */
  addPerson(name: string, grants?: readonly NewGrant[]): Promise<{ id: PersonId; email: string }>
  /** A browser of somebody's own; nobody is signed in in it yet. */
  browser(): Browser
  /** A browser in which somebody is signed in. */
  signIn(person: { id: PersonId; email: string }): Promise<Browser>
}

export interface Answer<T = Record<string, never>> {
  readonly status: number
  readonly code: string | undefined
  readonly body: T
}

/** Keeps the session's cookie and calls the API, as a browser does. */
export interface Browser {
  cookie: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever comes
  call<T = any>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
    proof?: string,
  ): Promise<Answer<T>>
}

export async function openCompany(
  bare: Runtime,
  options: { demo?: boolean; modules?: readonly Module[] } = {},
): Promise<Company> {
  const { demo = false, modules = [identity] } = options
  const runtime = withModules(bare, modules)
  const app = await createApp({ runtime, modules, version: 'test' })
  // A database holds one company of each kind: tests of one file share it.
  const founded = (await listFoundings(runtime.app.kysely)).find((one) => one.demo === demo)
  const enterpriseId = founded?.enterpriseId ?? newId<'Enterprise'>(Date.now())
  const passwordHash = demo ? null : await hashPassword(PASSWORD)
  const within = systemActor(enterpriseId, 'test')
  if (!founded) {
    await inContext(runtime, within, (ctx) =>
      createEnterprise(ctx, { id: enterpriseId, name: demo ? 'Demo AG' : 'Muster AG', demo }),
    )
  }

  function browser(): Browser {
    const own: Browser = {
      cookie: '',
      async call(method, path, body, proof) {
        const answer = await app.inject({
          ...{ method, url: `/api/v1/identity${path}` },
          headers: {
            ...{ host: 'localhost', 'user-agent': 'Mozilla/5.0 (X11; Linux x64) Chrome/150.0', cookie: own.cookie },
            ...(proof !== undefined && { 'millrace-step-up': proof }),
          },
          ...(body && { payload: body }),
        })
        const set = answer.headers['set-cookie']
        if (set !== undefined) own.cookie = String(set).split(';')[0] ?? ''
        const value = answer.body === '' ? undefined : answer.json()
        return { status: answer.statusCode, code: value?.code, body: value }
      },
    }
    return own
  }

  return {
    ...{ app, runtime, enterpriseId, browser },
    async addPerson(name, grants = []) {
      const email = `${name.toLowerCase()}@muster-${enterpriseId.slice(-6)}.example`
      const id = await inContext(runtime, within, (ctx) =>
        createPerson(ctx, { name, email, title: '', grants, passwordHash }),
      )
      return { id, email }
    },
    async signIn({ id, email }) {
      const own = browser()
      const { status } = demo
        ? await own.call('POST', '/demo-sessions', { personId: id })
        : await own.call('POST', '/sessions', { email, password: PASSWORD })
      if (status !== 201) throw new Error(`Signing in was answered ${status}.`)
      return own
    },
  }
}
