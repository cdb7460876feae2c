import { randomBytes } from 'node:crypto'
import { instant, isProblem, later, MINUTE_MS } from '@millrace/base'
import type { RequestFacts } from '@millrace/http'
import { type Actor, type Context, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { admit } from './admission.ts'
import { listFoundings } from './enterprise-store.ts'
import {
  oidcStateUnknown,
  type ProviderPath,
  providerMissing,
  type SignInOptions,
  type SignInTryId,
  type StartedTry,
  samlReplayed,
  samlRequestUnknown,
  samlUnsolicited,
  signInBusy,
  startedElsewhere,
} from './identity-provider-contract.ts'
import { levelOf, placeWithin, type Received, requiredFor } from './identity-provider-rules.ts'
import { listProviders } from './identity-provider-store.ts'
import { type LoadedProvider, loadProvider } from './identity-providers.ts'
import { authorizationUrl, newOidcSecrets, redeem } from './oidc-client.ts'
import { ourMetadata } from './saml-metadata.ts'
import { receivedFrom, requestUrl, signedAssertion } from './saml-response.ts'
import { assertionFaults, rememberedUntilMs } from './saml-rules.ts'
import { type OpenedSession, openSession, owesSecondFactor } from './sessions.ts'
import * as attempts from './sign-in-attempt-store.ts'
import { beginTry, concludeFailedTry, concludeTry } from './sign-in-tries.ts'
import { sha256 } from './token.ts'

/** As long as somebody may take at the provider. */
export const ATTEMPT_MS = 10 * MINUTE_MS
/** Of one company at the same time: more are started by nobody who means to finish. */
const ATTEMPTS_OPEN = 2000
const PROOF = 'single sign-on'

/** How a way to a provider and back ended. */
export type Arrival =
  | { readonly kind: 'signed-in'; readonly opened: OpenedSession; readonly next: string }
  | { readonly kind: 'tried'; readonly tryId: SignInTryId; readonly providerId: string }
  /** SAML: proved, but the browser has still to show that it is the one that began. */
  | { readonly kind: 'collect'; readonly ticket: string }

/** The providers that a visitor is offered; with a domain, only those of it. Names, nothing else. */
export async function signInOptions(runtime: Runtime, domain: string | undefined): Promise<SignInOptions> {
  const providers: SignInOptions['providers'] = []
  for (const { enterpriseId } of await listFoundings(runtime.app.kysely)) {
    const rows = await asSystem(runtime, enterpriseId, (ctx) => listProviders(ctx.db))
    const offered = rows.filter((row) => row.state !== 'off' && (domain === undefined || row.domains.includes(domain)))
    for (const row of offered) {
      providers.push({
        name: row.name,
        startUrl: `${row.origin}/api/v1/identity/single-sign-on/${enterpriseId}/${row.id}/start`,
        required: domain !== undefined && requiredFor(`@${domain}`, [row]).length > 0,
      })
    }
  }
  return { providers }
}

function asSystem<T>(runtime: Runtime, enterpriseId: string, act: (ctx: Context) => Promise<T>): Promise<T> {
  return inContext(runtime, systemActor(enterpriseId, 'single sign-on'), act)
}

/** A new secret that binds a sign-in to a browser. */
export function newBrowserSecret(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * Begins a sign-in. @returns where the browser goes.
 *
 * @throws providerMissing also for one that is switched off
 * @throws providerAway, oidcMisconfigured, signInBusy
 */
export async function startSignIn(
  runtime: Runtime,
  { enterpriseId, providerId }: ProviderPath,
  of: { next: string | undefined; browser: string },
): Promise<string> {
  const provider = await asSystem(runtime, enterpriseId, (ctx) => loadProvider(ctx, providerId))
  if (provider.state === 'off') throw providerMissing(`There is no identity provider ${providerId}.`)
  return begin(runtime, enterpriseId, provider, { ...of, tryId: null })
}

/**
 * Begins a try of a provider, whatever its state. Nobody is signed in by it.
 *
 * @throws providerMissing
 */
export async function startTry(
  runtime: Runtime,
  actor: Actor,
  providerId: ProviderPath['providerId'],
  browser: string,
): Promise<StartedTry> {
  const { provider, tryId } = await inContext(runtime, actor, async (ctx) => {
    const provider = await loadProvider(ctx, providerId)
    return { provider, tryId: await beginTry(ctx, provider) }
  })
  try {
    const continueAt = await begin(runtime, actor.enterpriseId, provider, { next: undefined, browser, tryId })
    return { tryId, continueAt }
  } catch (error) {
    await concludeFailedTry(runtime, actor.enterpriseId, tryId, [error])
    return { tryId, continueAt: null }
  }
}

async function begin(
  runtime: Runtime,
  enterpriseId: string,
  provider: LoadedProvider,
  of: { next: string | undefined; browser: string; tryId: SignInTryId | null },
): Promise<string> {
  const { protocol } = provider
  const secrets = newOidcSecrets()
  // XML ids begin with a letter or an underscore.
  const requestId = `_${randomBytes(20).toString('hex')}`
  const url =
    protocol.kind === 'oidc'
      ? await authorizationUrl(runtime.outbound, protocol.client, secrets)
      : await requestUrl(protocol.party, requestId, secrets.state)
  await asSystem(runtime, enterpriseId, async (ctx) => {
    if ((await attempts.countAttempts(ctx.db, ctx.now, ATTEMPTS_OPEN)) >= ATTEMPTS_OPEN) {
      throw signInBusy('Too many sign-ins are on the way. Try again in some minutes.')
    }
    await attempts.saveAttempt(ctx.db, {
      ...{ stateSha256: sha256(secrets.state), browserSha256: sha256(of.browser), providerId: provider.id },
      ...{ tryId: of.tryId, next: placeWithin(provider.origin, of.next), requestId },
      ...{ nonce: secrets.nonce, verifier: secrets.verifier, ticketSha256: null, proof: null },
      expiresAt: later(ctx.now, ATTEMPT_MS),
    })
  })
  return url
}

/**
 * OpenID Connect: the browser is back.
 *
 * @param query of the callback, as it came.
 * @param browser the secret of the browser's cookie.
 * @throws oidcStateUnknown  never begun, used already, too old, or another provider's
 * @throws startedElsewhere  begun in another browser
 * @throws whatever is wrong with the provider's answer, or with whom it names
 */
export async function finishOidc(
  runtime: Runtime,
  { enterpriseId, providerId }: ProviderPath,
  query: string,
  of: { browser: string | undefined; facts: RequestFacts },
): Promise<Arrival> {
  const state = new URLSearchParams(query).get('state') ?? ''
  // Ended in a transaction of its own: whatever comes of it, it was used.
  const { provider, attempt } = await asSystem(runtime, enterpriseId, async (ctx) => ({
    provider: await loadProvider(ctx, providerId),
    attempt: await attempts.takeAttempt(ctx.db, providerId, sha256(state), ctx.now),
  }))
  const { protocol } = provider
  if (!attempt || protocol.kind !== 'oidc') {
    throw oidcStateUnknown('This sign-in is not known, was used already or took longer than ten minutes. Begin again.')
  }
  insistOnBrowser(attempt, of.browser)
  const secrets = { state, nonce: attempt.nonce, verifier: attempt.verifier }
  const answer = await outcome(() => redeem(runtime.outbound, protocol.client, query, secrets))
  if ('failure' in answer) return fail(runtime, enterpriseId, provider, attempt, [answer.failure])
  return arrive(runtime, enterpriseId, provider, attempt, answer.value, of.facts)
}

function insistOnBrowser(attempt: attempts.AttemptRow, browser: string | undefined): void {
  if (browser === undefined || !sha256(browser).equals(attempt.browserSha256)) {
    throw startedElsewhere('This sign-in was begun in another browser. Begin again in this one.')
  }
}

async function outcome<T>(act: () => Promise<T>): Promise<{ value: T } | { failure: unknown }> {
  try {
    return { value: await act() }
  } catch (error) {
    if (!isProblem(error)) throw error
    return { failure: error }
  }
}

/** A try is told what went wrong, all of it; somebody who signs in the first of it. */
async function fail(
  runtime: Runtime,
  enterpriseId: string,
  provider: LoadedProvider,
  attempt: Pick<attempts.AttemptRow, 'tryId'> | undefined,
  failures: readonly unknown[],
  received?: Received,
): Promise<Arrival> {
  const [first] = failures
  if (attempt?.tryId) {
    await concludeFailedTry(runtime, enterpriseId, attempt.tryId, failures, received)
    return { kind: 'tried', tryId: attempt.tryId, providerId: provider.id }
  }
  // Only what somebody of ours began is written down; what strangers post would fill the trail.
  if (attempt) {
    await asSystem(runtime, enterpriseId, async (ctx) => {
      ctx.audit({
        action: 'identity.single-sign-on.refuse',
        object: `provider ${provider.id}`,
        detail: { name: provider.name, ...(isProblem(first) && { code: first.type.code, detail: first.message }) },
      })
    })
  }
  throw first
}

async function arrive(
  runtime: Runtime,
  enterpriseId: string,
  provider: LoadedProvider,
  attempt: Pick<attempts.AttemptRow, 'tryId' | 'next'>,
  received: Received,
  facts: RequestFacts,
): Promise<Arrival> {
  const { tryId } = attempt
  if (tryId !== null) {
    await asSystem(runtime, enterpriseId, (ctx) => concludeTry(ctx, provider, tryId, received))
    return { kind: 'tried', tryId, providerId: provider.id }
  }
  const signedIn = await outcome(() =>
    asSystem(runtime, enterpriseId, async (ctx) => {
      // As it is now: it may have been switched off while the person was at the provider.
      const now = await loadProvider(ctx, provider.id)
      if (now.state === 'off') throw providerMissing(`There is no identity provider ${provider.id}.`)
      const personId = await admit(ctx, now, received)
      const level = levelOf(received, now.choices, await owesSecondFactor(ctx, personId))
      return openSession(ctx, personId, { method: provider.protocol.kind, level }, facts)
    }),
  )
  if ('failure' in signedIn) return fail(runtime, enterpriseId, provider, attempt, [signedIn.failure])
  return { kind: 'signed-in', opened: signedIn.value, next: attempt.next }
}

/**
 * SAML: the provider's form arrives. It comes from another site and so without our cookies: what it proves is kept, and the
 * browser that began collects it with its ticket.
 *
 * @throws samlReplayed, samlUnsolicited, samlRequestUnknown and whatever else is wrong with the answer
 */
export async function receiveSaml(
  runtime: Runtime,
  { enterpriseId, providerId }: ProviderPath,
  form: { response: string; relayState: string },
  facts: RequestFacts,
): Promise<Arrival> {
  const { provider, attempt } = await asSystem(runtime, enterpriseId, async (ctx) => ({
    provider: await loadProvider(ctx, providerId),
    attempt: await attempts.takeAttempt(ctx.db, providerId, sha256(form.relayState), ctx.now),
  }))
  const { protocol, choices } = provider
  if (protocol.kind !== 'saml' || (provider.state === 'off' && !attempt?.tryId)) {
    throw providerMissing(`There is no identity provider ${providerId}.`)
  }
  const { connection, ours } = protocol.party
  const answer = await outcome(() => signedAssertion(form.response, protocol.party))
  if ('failure' in answer) return fail(runtime, enterpriseId, provider, attempt, [answer.failure])
  const assertion = answer.value
  const received = receivedFrom(assertion, connection, choices.groupsClaim)

  const verdict = await asSystem(runtime, enterpriseId, async (ctx) => {
    const faults = assertionFaults(assertion, {
      ...{ issuer: connection.entityId, audience: ours.entityId, recipient: ours.assertionConsumerUrl },
      ...{ requestId: attempt?.requestId, nowMs: ctx.nowMs },
    })
    const seen = { providerId, assertionSha256: sha256(assertion.id) }
    // An instant that no calendar holds is as good as for ever.
    const expiresAt = instant(Math.min(rememberedUntilMs(assertion), FOR_EVER_MS))
    // What is refused anyway does not use it up: of two at the same moment the one that was asked for counts.
    const isNew =
      faults.length === 0
        ? await attempts.saveAssertion(ctx.db, { ...seen, expiresAt })
        : !(await attempts.wasSeen(ctx.db, seen))
    const isAnswer = assertion.confirmations.some((one) => one.inResponseTo !== undefined)
    if (!isNew) faults.unshift(samlReplayed('This answer of the provider was used before. Sign in again.'))
    else if (!attempt && !isAnswer && !connection.allowsUnsolicited) {
      faults.push(samlUnsolicited('Nobody here asked for this sign-in. Begin at our sign-in page.'))
    }
    return faults
  })
  if (verdict.length > 0) return fail(runtime, enterpriseId, provider, attempt, verdict, received)
  if (!attempt) return arrive(runtime, enterpriseId, provider, { tryId: null, next: '/' }, received, facts)

  const ticket = newBrowserSecret()
  await asSystem(runtime, enterpriseId, (ctx) =>
    attempts.saveAttempt(ctx.db, {
      ...attempt,
      ticketSha256: sha256(ticket),
      proof: ctx.secrets.seal(PROOF, `${enterpriseId} ${ticket}`, Buffer.from(JSON.stringify(received))),
    }),
  )
  return { kind: 'collect', ticket }
}

const FOR_EVER_MS = Date.UTC(2999, 0)

/**
 * SAML: the browser collects what its provider proved.
 *
 * @throws samlRequestUnknown, startedElsewhere, and whatever is wrong with whom the answer names
 */
export async function collectSaml(
  runtime: Runtime,
  { enterpriseId, providerId }: ProviderPath,
  ticket: string,
  of: { browser: string | undefined; facts: RequestFacts },
): Promise<Arrival> {
  const { provider, attempt, proof } = await asSystem(runtime, enterpriseId, async (ctx) => {
    const attempt = await attempts.takeTicket(ctx.db, providerId, sha256(ticket), ctx.now)
    const sealed = attempt?.proof
    const proof = sealed && ctx.secrets.open(PROOF, `${enterpriseId} ${ticket}`, sealed)
    return { provider: await loadProvider(ctx, providerId), attempt, proof }
  })
  if (!attempt || !proof)
    throw samlRequestUnknown('This sign-in is not known, was used already or took too long. Begin again.')
  insistOnBrowser(attempt, of.browser)
  // Sealed by us: it has the form it was given.
  const received = JSON.parse(proof.toString()) as Received
  return arrive(runtime, enterpriseId, provider, attempt, received, of.facts)
}

/** Our metadata document for a SAML provider. @throws providerMissing */
export async function metadataFor(runtime: Runtime, { enterpriseId, providerId }: ProviderPath): Promise<string> {
  const { protocol } = await asSystem(runtime, enterpriseId, (ctx) => loadProvider(ctx, providerId))
  if (protocol.kind !== 'saml') throw providerMissing(`There is no SAML provider ${providerId}.`)
  return ourMetadata(protocol.party.ours)
}

/** Forgets who never came back. */
export function forgetAttempts(ctx: Context): Promise<void> {
  return attempts.deleteOldAttempts(ctx.db, ctx.now)
}
