import { randomUUID } from 'node:crypto'
import { newId } from '@millrace/base'
import { type App, createApp } from '@millrace/http'
import { createOutbound, inContext, parseOutboundAllow, type Runtime, systemActor } from '@millrace/runtime'
import { withModules } from '@millrace/testing'
import type { EnterpriseId, PersonId } from '../contract.ts'
import { createEnterprise } from '../enterprises.ts'
import type { NewGrant } from '../grant-contract.ts'
import type { IdentityProvider, NewProvider, SignInTry } from '../identity-provider-contract.ts'
import { identity } from '../index.ts'
import { createPerson } from '../people.ts'
import { openSession } from '../sessions.ts'
import type { Browser } from './browser.ts'

const FACTS = { cookie: () => undefined, bearer: undefined, address: '127.0.0.1', userAgent: 'test' }

/** A server on a real socket with a company in it. Risky acts are confirmed here by nobody: what follows them is tried. */
export interface SingleSignOnHouse {
  readonly runtime: Runtime
  readonly url: string
  readonly enterpriseId: EnterpriseId
  readonly administrator: PersonId
  call(method: string, path: string, body?: unknown, as?: PersonId): Promise<{ status: number; json: never }>
  addPerson(name: string, email: string, grants?: readonly NewGrant[]): Promise<PersonId>
  addProvider(of: Partial<NewProvider> & Pick<NewProvider, 'connection'>, state?: string): Promise<IdentityProvider>
  /** Where a visitor begins. */
  startUrl(provider: IdentityProvider, next?: string): string
  /** Who is signed in in a browser. */
  whoIn(browser: Browser): Promise<{ person: { name: string; email: string }; level: number } | undefined>
  /** Tries a provider as the administrator, in a browser. */
  tryIn(browser: Browser, provider: IdentityProvider, go: (url: string) => Promise<unknown>): Promise<SignInTry>
  stop(): Promise<void>
}

export async function startHouse(base: Runtime, demo = false): Promise<SingleSignOnHouse> {
  const runtime: Runtime = {
    ...withModules(base, [identity]),
    outbound: createOutbound({ allow: parseOutboundAllow('127.0.0.0/8').rules }),
  }
  const enterpriseId = newId<'Enterprise'>(Date.now())
  const system = systemActor(enterpriseId, 'test')
  await inContext(runtime, system, (ctx) => createEnterprise(ctx, { id: enterpriseId, name: 'Muster AG', demo }))
  const app: App = await createApp({
    runtime,
    modules: [{ ...identity, stepUp: async () => undefined }],
    version: 'test',
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const addPerson = (name: string, email: string, grants: readonly NewGrant[] = []) =>
    inContext(runtime, system, (ctx) => createPerson(ctx, { name, email, title: '', grants, passwordHash: null }))
  const administrator = await addPerson('Ada Administrator', `ada-${randomUUID()}@muster.example`, [
    { role: 'it-admin', placeId: null },
  ])
  const tokens = new Map<PersonId, string>()

  async function tokenOf(personId: PersonId): Promise<string> {
    const known = tokens.get(personId)
    if (known) return known
    const { token } = await inContext(runtime, system, (ctx) =>
      openSession(ctx, personId, { method: 'demo', level: 2 }, FACTS),
    )
    tokens.set(personId, token)
    return token
  }

  const house: SingleSignOnHouse = {
    ...{ runtime, url, enterpriseId, administrator, addPerson },
    async call(method, path, body, as = administrator) {
      const answer = await fetch(`${url}/api/v1/identity${path}`, {
        method,
        headers: {
          cookie: `millrace_session=${await tokenOf(as)}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      return { status: answer.status, json: (text === '' ? undefined : JSON.parse(text)) as never }
    },
    async addProvider(of, state = 'offered') {
      const asked: NewProvider = {
        ...{ name: `Provider ${randomUUID()}`, origin: url, domains: ['muster.example'], trustsMail: false },
        ...{ newcomers: null, groupsClaim: null, groupRoles: [], provesSecondFactor: false },
        ...of,
      }
      const made = await house.call('POST', '/providers', asked)
      if (made.status !== 201) throw new Error(JSON.stringify(made.json))
      const provider: IdentityProvider = made.json
      if (state === 'off') return provider
      const moved = await house.call('PUT', `/providers/${provider.id}/state`, { state, reason: 'Test' })
      if (moved.status !== 200) throw new Error(JSON.stringify(moved.json))
      return moved.json
    },
    startUrl: (provider, next) =>
      `${url}/api/v1/identity/single-sign-on/${enterpriseId}/${provider.id}/start${next === undefined ? '' : `?next=${encodeURIComponent(next)}`}`,
    async whoIn(browser) {
      const token = browser.cookie(url, 'millrace_session')
      const answer = await fetch(`${url}/api/v1/identity/session`, {
        headers: { cookie: `millrace_session=${token ?? ''}` },
      })
      return answer.ok ? ((await answer.json()) as never) : undefined
    },
    async tryIn(browser, provider, go) {
      const answer = await fetch(`${url}/api/v1/identity/providers/${provider.id}/tries`, {
        method: 'POST',
        headers: { cookie: `millrace_session=${await tokenOf(administrator)}` },
      })
      const cookie = /millrace_sign_in=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1] ?? ''
      browser.setCookie(url, 'millrace_sign_in', cookie)
      const { tryId, continueAt } = (await answer.json()) as { tryId: string; continueAt: string | null }
      if (continueAt !== null) await go(continueAt)
      return (await house.call('GET', `/providers/${provider.id}/tries/${tryId}`)).json
    },
    stop: () => app.close(),
  }
  return house
}
