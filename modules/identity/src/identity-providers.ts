import { limitOf, newId, type Page, pageOf } from '@millrace/base'
import { violates } from '@millrace/db'
import { authorize, type Context } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import type { AdmittingProvider } from './admission.ts'
import { findReady } from './break-glass-store.ts'
import type { EnterpriseId, PersonId } from './contract.ts'
import { deleteGrants, touchAccess } from './grant-store.ts'
import { checkGrants, placeOf } from './grants.ts'
import {
  breakGlassNeeded,
  type IdentityProvider,
  linkMissing,
  type NewConnection,
  type NewProvider,
  type OurSide,
  originInvalid,
  type ProviderChange,
  type ProviderChoices,
  type ProviderId,
  type ProviderLink,
  type ProviderState,
  providerExists,
  providerKindFixed,
  providerLimit,
  providerMissing,
  providerNameTaken,
  providerNeedsDomains,
  providerNotTried,
} from './identity-provider-contract.ts'
import { ourSide } from './identity-provider-rules.ts'
import * as store from './identity-provider-store.ts'
import type { OidcClient } from './oidc-client.ts'
import { recordOpened } from './read-budget.ts'
import { readProviderMetadata } from './saml-metadata.ts'
import type { SamlParty } from './saml-response.ts'
import { latestTries, type TryRow, wasTried } from './sign-in-attempt-store.ts'
import type { ProviderSettings } from './tables.ts'

const PROVIDERS = 20
const SECRET = 'identity provider'

/** The providers of the company, with what an administrator enters there. */
export async function listProviders(ctx: Context): Promise<IdentityProvider[]> {
  authorize(ctx.actor, 'identity:provider:read')
  const [rows, tries, links] = [
    await store.listProviders(ctx.db),
    await latestTries(ctx.db),
    await store.countLinks(ctx.db),
  ]
  return rows.map((row) => described(ctx, row, tries.get(row.id), links.get(row.id) ?? 0))
}

async function getProvider(ctx: Context, id: ProviderId): Promise<IdentityProvider> {
  const found = (await listProviders(ctx)).find((one) => one.id === id)
  if (!found) throw missing(id)
  return found
}

function missing(id: string): Error {
  return providerMissing(`There is no identity provider ${id}.`)
}

/**
 * Adds a provider. Nobody signs in with it before it is switched on.
 *
 * @throws providerExists, providerNameTaken, providerLimit, providerNeedsDomains, metadataInvalid, outboundRefused
 * @throws roleUnknown, placeUnknown; forbidden for roles the actor may not give itself
 */
export async function createProvider(ctx: Context, asked: NewProvider): Promise<IdentityProvider> {
  authorize(ctx.actor, 'identity:provider:write')
  if ((await store.listProviders(ctx.db)).length >= PROVIDERS) {
    throw providerLimit(`A company has at most ${PROVIDERS} identity providers.`)
  }
  await checkChoices(ctx, asked)
  const id = asked.id ?? newId<'IdentityProvider'>(ctx.nowMs)
  const row: store.ProviderRow = {
    id,
    state: 'off',
    revision: 1,
    ...(await rowFrom(ctx, id, settingsOf(asked), undefined)),
  }
  await store.saveProvider(ctx.db, row, ctx.now).catch((error: unknown) => {
    if (violates(error, 'provider_pkey')) throw providerExists('It is in the list already.', {}, { cause: error })
    throw asNameTaken(error, asked.name)
  })
  ctx.audit({ action: 'identity.provider.create', object: `provider ${id}`, detail: { after: auditable(row) } })
  return getProvider(ctx, id)
}

/**
 * Changes the settings. A required provider is only offered afterwards: it has to be tried again first.
 *
 * @throws providerMissing, providerKindFixed, and as {@link createProvider}
 */
export async function changeProvider(ctx: Context, id: ProviderId, asked: ProviderChange): Promise<IdentityProvider> {
  authorize(ctx.actor, 'identity:provider:write')
  const before = await store.lockProvider(ctx.db, id)
  if (!before) throw missing(id)
  if (before.settings.connection.kind !== asked.connection.kind) {
    throw providerKindFixed('Add another provider instead: this one stays what it is.')
  }
  await checkChoices(ctx, asked)
  const row: store.ProviderRow = {
    ...{ id, state: before.state === 'required' ? 'offered' : before.state, revision: before.revision + 1 },
    ...(await rowFrom(ctx, id, asked, before)),
  }
  await store.updateProvider(ctx.db, row).catch((error: unknown) => {
    throw asNameTaken(error, asked.name)
  })
  ctx.audit({
    action: 'identity.provider.change',
    object: `provider ${id}`,
    detail: { before: auditable(before), after: auditable(row) },
  })
  return getProvider(ctx, id)
}

/**
 * Switches a provider off, on, or makes it the only way for the people of its domains.
 *
 * @throws providerMissing
 * @throws providerNeedsDomains, providerNotTried, breakGlassNeeded before it may be required
 */
export async function moveProvider(
  ctx: Context,
  id: ProviderId,
  state: ProviderState,
  reason: string,
): Promise<IdentityProvider> {
  authorize(ctx.actor, 'identity:provider:write')
  const before = await store.lockProvider(ctx.db, id)
  if (!before) throw missing(id)
  if (state === 'required') await insistOnReadiness(ctx, before)
  if (before.state !== state) {
    await store.updateProvider(ctx.db, { ...before, state })
    ctx.audit({
      action: 'identity.provider.move',
      object: `provider ${id}`,
      detail: { name: before.name, before: before.state, after: state, domains: before.domains },
      reason,
    })
  }
  return getProvider(ctx, id)
}

/** Whoever may sign in only by a provider is locked out when it does not work: so it has to have worked. */
async function insistOnReadiness(ctx: Context, row: store.ProviderRow): Promise<void> {
  if (row.domains.length === 0) {
    throw providerNeedsDomains('Name the mail domains whose people are to sign in only this way.')
  }
  if (!(await wasTried(ctx.db, row.id, row.revision))) {
    throw providerNotTried('Try the present settings first, so that nobody is locked out by a mistake in them.')
  }
  if (!(await findReady(ctx.db))) {
    throw breakGlassNeeded('Set up the break-glass account first: it is the way in when the provider is down.')
  }
}

/** Removes a provider, with its links and with the roles that its groups gave. @throws providerMissing */
export async function removeProvider(ctx: Context, id: ProviderId): Promise<void> {
  authorize(ctx.actor, 'identity:provider:write')
  const before = await store.lockProvider(ctx.db, id)
  if (!before) throw missing(id)
  const given = await store.listGroupGrants(ctx.db, id)
  await deleteGrants(
    ctx.db,
    given.map((one) => one.grantId),
  )
  for (const personId of new Set(given.map((one) => one.personId))) await touchAccess(ctx.db, 'person', personId)
  await store.deleteProvider(ctx.db, id)
  ctx.audit({
    action: 'identity.provider.remove',
    object: `provider ${id}`,
    detail: { before: auditable(before), grantsTaken: given.length },
  })
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
}

/** The people linked to a provider. @throws providerMissing */
export async function listLinks(
  ctx: Context,
  id: ProviderId,
  query: { limit?: number; cursor?: string },
): Promise<Page<ProviderLink>> {
  authorize(ctx.actor, 'identity:provider:read')
  if (!(await store.findProvider(ctx.db, id))) throw missing(id)
  const limit = limitOf(query)
  const found = await store.listLinks(ctx.db, id, {
    limit: limit + 1,
    ...(query.cursor !== undefined && { after: query.cursor }),
  })
  await recordOpened(ctx, {
    ...{ action: 'identity.provider-link.list', label: 'personal', siteId: null },
    ...{ objects: [`provider ${id}`] },
  })
  return pageOf(found, limit, (last) => last.personId)
}

/** Undoes a link: at the next sign-in the person is found by the address again. @throws linkMissing */
export async function removeLink(ctx: Context, id: ProviderId, personId: PersonId): Promise<void> {
  authorize(ctx.actor, 'identity:provider:write')
  const subject = await store.deleteLink(ctx.db, id, personId)
  if (subject === undefined) throw linkMissing('This person is not linked to the provider.')
  ctx.audit({
    action: 'identity.provider-link.remove',
    object: `person ${personId}`,
    detail: { providerId: id, subject },
  })
}

function settingsOf({ id: _, ...settings }: NewProvider): ProviderChange {
  return settings
}

/** Roles given by a provider are given by whoever sets it up. */
async function checkChoices(
  ctx: Context,
  { newcomers, groupRoles, domains, trustsMail }: ProviderChoices,
): Promise<void> {
  if (domains.length === 0 && (trustsMail || newcomers !== null)) {
    throw providerNeedsDomains(
      'Name the mail domains: otherwise anybody in the world with an account there could come in.',
    )
  }
  const given = await checkGrants(
    ctx,
    [...(newcomers ? [newcomers] : []), ...groupRoles].map(({ role, placeId }) => ({ role, placeId })),
  )
  for (const { siteId, placeId } of given) authorize(ctx.actor, 'identity:grant:write', placeOf(siteId, placeId))
}

async function rowFrom(
  ctx: Context,
  id: ProviderId,
  { name, origin, domains, connection, ...choices }: ProviderChange,
  before: store.ProviderRow | undefined,
): Promise<Omit<store.ProviderRow, 'id' | 'state' | 'revision'>> {
  const settings: ProviderSettings = {
    ...choices,
    connection: connectionFrom(ctx, connection, before?.settings.connection),
  }
  const secret = connection.kind === 'oidc' ? connection.clientSecret : undefined
  const sealed = secret === undefined ? undefined : ctx.secrets.seal(SECRET, bindingOf(ctx, id), Buffer.from(secret))
  // A secret belongs to the issuer it was entered for: another one must not get it.
  const stays = connection.kind === 'oidc' && isSameIssuer(before?.settings.connection, connection.issuer)
  const kept = stays ? (before?.clientSecret ?? null) : null
  if (!URL.canParse(origin)) throw originInvalid(`${origin} is no address.`)
  return { name, origin: new URL(origin).origin, domains: [...domains], settings, clientSecret: sealed ?? kept }
}

function isSameIssuer(before: ProviderSettings['connection'] | undefined, issuer: string): boolean {
  return before?.kind === 'oidc' && before.issuer === issuer
}

function connectionFrom(
  ctx: Context,
  asked: NewConnection,
  before: ProviderSettings['connection'] | undefined,
): ProviderSettings['connection'] {
  if (asked.kind === 'oidc') {
    const { clientSecret: _, ...connection } = asked
    const { privateHost } = connection
    ctx.outbound.check(connection.issuer, privateHost ?? undefined)
    return connection
  }
  const { metadata, ...rest } = asked
  if (metadata !== undefined) return { ...rest, ...readProviderMetadata(metadata) }
  if (before?.kind !== 'saml') return { ...rest, ...readProviderMetadata('') }
  const { entityId, signInUrl, certificates } = before
  return { ...rest, entityId, signInUrl, certificates }
}

function asNameTaken(error: unknown, name: string): unknown {
  if (violates(error, 'provider_name'))
    return providerNameTaken(`There is a provider ${name} already.`, {}, { cause: error })
  return error
}

/** What the trail may hold: never the secret, but whether it was changed. */
function auditable({ clientSecret, settings, ...row }: store.ProviderRow) {
  const { connection, ...choices } = settings
  const shown =
    connection.kind === 'oidc'
      ? { ...connection, hasSecret: clientSecret !== null }
      : { ...connection, certificates: connection.certificates.map((one) => one.sha256) }
  return { ...row, ...choices, connection: shown }
}

function described(
  ctx: Context,
  row: store.ProviderRow,
  lastTry: TryRow | undefined,
  linkedCount: number,
): IdentityProvider {
  const { id, name, origin, state, domains, revision, settings } = row
  const { connection, ...choices } = settings
  return {
    ...{ id, name, origin, state, domains, revision, linkedCount },
    ...choices,
    connection: connection.kind === 'oidc' ? { ...connection, hasSecret: row.clientSecret !== null } : connection,
    ours: oursOf(ctx, row),
    lastTry: lastTry
      ? {
          ...{ id: lastTry.id, at: lastTry.startedAt, worked: lastTry.worked },
          ofTheseSettings: lastTry.revision === revision,
        }
      : null,
  }
}

function oursOf(ctx: Context, row: Pick<store.ProviderRow, 'id' | 'origin'>): OurSide {
  return ourSide(row.origin, { enterpriseId: ctx.enterpriseId as EnterpriseId, providerId: row.id })
}

function bindingOf(ctx: Context, id: ProviderId): string {
  return `${ctx.enterpriseId} ${id}`
}

/** A provider as its protocol needs it, out of the database. */
export type Protocol =
  | { readonly kind: 'oidc'; readonly client: OidcClient }
  | { readonly kind: 'saml'; readonly party: SamlParty }

export interface LoadedProvider extends AdmittingProvider {
  readonly state: ProviderState
  readonly origin: string
  readonly revision: number
  readonly protocol: Protocol
}

/** A provider with its secret opened, for a sign-in. @throws providerMissing */
export async function loadProvider(ctx: Context, id: ProviderId): Promise<LoadedProvider> {
  const row = await store.findProvider(ctx.db, id)
  if (!row) throw missing(id)
  const { name, state, origin, domains, revision } = row
  const { connection, ...rest } = row.settings
  return {
    ...{ id, name, state, origin, revision },
    choices: { ...rest, domains },
    protocol:
      connection.kind === 'saml'
        ? { kind: 'saml', party: { connection, ours: oursOf(ctx, row) } }
        : {
            kind: 'oidc',
            client: {
              connection,
              secret: secretOf(ctx, row),
              redirectUri: oursOf(ctx, row).redirectUri,
              groupsClaim: rest.groupsClaim,
            },
          },
  }
}

function secretOf(ctx: Context, row: store.ProviderRow): string | undefined {
  if (row.clientSecret === null) return undefined
  return ctx.secrets.open(SECRET, bindingOf(ctx, row.id), row.clientSecret).toString()
}
