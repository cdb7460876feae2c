import type {
  GroupRole,
  IdentityProvider,
  NewConnection,
  ProviderChange,
  SigningAlgorithm,
} from '../identity-provider-contract.ts'

/** A provider as it stands in the form. */
export interface ProviderDraft {
  readonly kind: 'oidc' | 'saml'
  readonly name: string
  readonly origin: string
  readonly domains: string
  readonly trustsMail: boolean
  readonly newcomers: { readonly role: string; readonly placeId: string | null } | null
  readonly groupsClaim: string
  readonly groupRoles: readonly (GroupRole & { readonly key: string })[]
  readonly provesSecondFactor: boolean
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scopes: string
  readonly algorithm: SigningAlgorithm
  readonly isPrivate: boolean
  readonly privateReason: string
  readonly metadata: string
  readonly mailAttribute: string
  readonly nameAttribute: string
  readonly allowsUnsolicited: boolean
}

export function emptyDraft(kind: 'oidc' | 'saml', origin: string): ProviderDraft {
  return {
    ...{ kind, origin, name: '', domains: '', newcomers: null, groupsClaim: '', groupRoles: [] },
    // SAML has no word for a verified address: what the company's own provider says is believed, within its domains.
    ...{ trustsMail: kind === 'saml', provesSecondFactor: false },
    ...{ issuer: '', clientId: '', clientSecret: '', scopes: 'openid email profile', algorithm: 'RS256' },
    ...{ isPrivate: false, privateReason: '' },
    ...{ metadata: '', mailAttribute: '', nameAttribute: '', allowsUnsolicited: false },
  }
}

export function draftOf(provider: IdentityProvider): ProviderDraft {
  const { connection, domains, groupsClaim, groupRoles } = provider
  const { name, origin, trustsMail, newcomers, provesSecondFactor } = provider
  const shared: ProviderDraft = {
    ...emptyDraft(connection.kind, origin),
    ...{ name, trustsMail, newcomers, provesSecondFactor },
    domains: domains.join(', '),
    groupsClaim: groupsClaim ?? '',
    groupRoles: groupRoles.map((one, index) => ({ ...one, key: String(index) })),
  }
  if (connection.kind === 'saml') {
    const { allowsUnsolicited, mailAttribute, nameAttribute } = connection
    return { ...shared, allowsUnsolicited, mailAttribute: mailAttribute ?? '', nameAttribute: nameAttribute ?? '' }
  }
  const { issuer, clientId, scopes, algorithm, privateHost } = connection
  return {
    ...{ ...shared, issuer, clientId, scopes, algorithm },
    ...{ isPrivate: privateHost !== null, privateReason: privateHost?.reason ?? '' },
  }
}

/** The host and port an issuer's address leads to; undefined while it is none. */
export function hostOf(issuer: string): { host: string; port: number } | undefined {
  if (!/^https?:\/\//.test(issuer) || !URL.canParse(issuer)) return undefined
  const { hostname, port, protocol } = new URL(issuer)
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
  }
}

/** Domains as they were typed: commas, blanks, capitals and a leading @ do not matter. */
export function domainsIn(text: string): string[] {
  const words = text.toLowerCase().split(/[\s,;]+/)
  return [...new Set(words.map((word) => word.replace(/^@/, '')).filter((word) => word !== ''))]
}

export function changeOf(draft: ProviderDraft): ProviderChange {
  const { name, origin, trustsMail, newcomers, provesSecondFactor } = draft
  const groupsClaim = draft.groupsClaim.trim()
  return {
    ...{ name: name.trim(), origin: origin.trim().replace(/\/+$/, ''), trustsMail, newcomers, provesSecondFactor },
    domains: domainsIn(draft.domains),
    groupsClaim: groupsClaim === '' ? null : groupsClaim,
    groupRoles:
      groupsClaim === ''
        ? []
        : draft.groupRoles.map(({ value, role, placeId }) => ({ value: value.trim(), role, placeId })),
    connection: connectionOf(draft),
  }
}

function connectionOf(draft: ProviderDraft): NewConnection {
  const orNull = (text: string) => (text.trim() === '' ? null : text.trim())
  if (draft.kind === 'saml') {
    const { allowsUnsolicited, metadata } = draft
    return {
      ...{ kind: 'saml', allowsUnsolicited },
      ...{ mailAttribute: orNull(draft.mailAttribute), nameAttribute: orNull(draft.nameAttribute) },
      ...(metadata.trim() !== '' && { metadata }),
    }
  }
  const { algorithm, clientSecret } = draft
  const issuer = draft.issuer.trim()
  const host = draft.isPrivate ? hostOf(issuer) : undefined
  return {
    ...{ kind: 'oidc', issuer, algorithm, clientId: draft.clientId.trim(), scopes: draft.scopes.trim() },
    privateHost: host ? { ...host, reason: draft.privateReason.trim() } : null,
    ...(clientSecret !== '' && { clientSecret }),
  }
}
