import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { isProblem } from '@millrace/base'
import { factsOf, problems } from '@millrace/http'
import { Type } from 'typebox'
import { emailTaken, personLocked, signInRefused } from './contract.ts'
import {
  linkedOtherwise,
  MailDomain,
  mailDomainRefused,
  mailMissing,
  mailUnverified,
  oidcMisconfigured,
  oidcNonceWrong,
  oidcStateUnknown,
  oidcTokenExpired,
  oidcTokenInvalid,
  ProviderPath,
  personUnknown,
  providerAway,
  providerMissing,
  providerRefused,
  SignInOptions,
  samlAudienceWrong,
  samlEncrypted,
  samlExpired,
  samlIssuerWrong,
  samlNotYetValid,
  samlRecipientWrong,
  samlReplayed,
  samlRequestUnknown,
  samlResponseInvalid,
  samlSignatureWrong,
  samlUnsolicited,
  signInBusy,
  startedElsewhere,
} from './identity-provider-contract.ts'
import { RESPONSE_BYTES } from './saml-response.ts'
import { sessionCookie } from './session-cookie.ts'
import { browserSecret, SIGN_IN_COOKIE, signInCookie } from './sign-in-cookie.ts'
import * as service from './single-sign-on.ts'

const closed = { additionalProperties: false }
/** Base64, and what an encoded form adds to it. */
const FORM_BYTES = RESPONSE_BYTES * 2
const FORM = 'application/x-www-form-urlencoded'

const OF_PEOPLE = [
  ...[mailMissing, mailUnverified, mailDomainRefused, personUnknown, linkedOtherwise, emailTaken],
  ...[signInRefused, personLocked, providerMissing, providerRefused],
]
const OF_OIDC = [
  ...[oidcStateUnknown, startedElsewhere, oidcTokenInvalid, oidcTokenExpired, oidcNonceWrong],
  ...[oidcMisconfigured, providerAway],
]
const OF_SAML = [
  ...[samlResponseInvalid, samlEncrypted, samlSignatureWrong, samlIssuerWrong, samlAudienceWrong, samlRecipientWrong],
  ...[samlExpired, samlNotYetValid, samlReplayed, samlUnsolicited, samlRequestUnknown],
]

/** The way to a provider and back. A person's browser goes it, so refusals are pages: the sign-in page says why. */
export const singleSignOnRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/sign-in-options',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'listSignInOptions',
        summary: 'Identity providers a visitor may sign in with; with a mail domain, those of it',
        querystring: Type.Object({ domain: Type.Optional(MailDomain) }, closed),
        response: { 200: SignInOptions, ...problems() },
      },
    },
    (request) => service.signInOptions(app.runtime, request.query.domain),
  )

  // Apart, so that these alone answer with redirects and take a form.
  await app.register(wayRoutes)
}

const wayRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.setErrorHandler((error, request, reply) => {
    if (!isProblem(error) || !request.headers.accept?.includes('text/html')) throw error
    return reply.header('cache-control', 'no-store').redirect(`/sign-in?problem=${encodeURIComponent(error.type.code)}`)
  })
  // The provider's answer is posted by a form (SAML 2.0 Bindings §3.5). Anything else in it is not looked at.
  app.addContentTypeParser(FORM, { parseAs: 'string', bodyLimit: FORM_BYTES }, (_request, body, done) => {
    const form = new URLSearchParams(String(body))
    const once = (name: string) => (form.getAll(name).length === 1 ? (form.get(name) ?? '') : '')
    done(null, { SAMLResponse: once('SAMLResponse'), RelayState: once('RelayState') })
  })

  app.get(
    '/single-sign-on/:enterpriseId/:providerId/start',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'startSingleSignOn',
        summary: 'Go to the identity provider',
        params: ProviderPath,
        querystring: Type.Object({ next: Type.Optional(Type.String({ maxLength: 1000 })) }, closed),
        response: { 302: Type.Null(), ...problems(providerMissing, providerAway, oidcMisconfigured, signInBusy) },
      },
    },
    async (request, reply) => {
      const browser = browserSecret(factsOf(request))
      const url = await service.startSignIn(request.runtime, request.params, { next: request.query.next, browser })
      return reply
        .header('set-cookie', signInCookie(request.protocol, browser))
        .header('cache-control', 'no-store')
        .redirect(url)
    },
  )

  app.get(
    '/single-sign-on/:enterpriseId/:providerId/callback',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'finishOidcSignIn',
        summary: 'Back from an OpenID provider',
        params: ProviderPath,
        response: { 302: Type.Null(), ...problems(...OF_OIDC, ...OF_PEOPLE) },
      },
    },
    async (request, reply) => {
      const facts = factsOf(request)
      const query = request.url.split('?').slice(1).join('?')
      const browser = facts.cookie(SIGN_IN_COOKIE)
      const { to, headers } = onward(
        request,
        await service.finishOidc(request.runtime, request.params, query, { browser, facts }),
      )
      return reply.headers(headers).redirect(to, SEE_OTHER)
    },
  )

  app.post(
    '/single-sign-on/:enterpriseId/:providerId/acs',
    {
      // Posted by the provider's page: what it says is signed, and only the browser that began collects it.
      config: { permission: 'public', fromOtherSites: true, accepts: [FORM] },
      schema: {
        operationId: 'receiveSamlResponse',
        summary: 'Answer of a SAML provider (assertion consumer service)',
        consumes: [FORM],
        params: ProviderPath,
        body: Type.Object(
          { SAMLResponse: Type.String({ minLength: 1 }), RelayState: Type.String({ maxLength: 200 }) },
          closed,
        ),
        response: { 302: Type.Null(), ...problems(...OF_SAML, ...OF_PEOPLE) },
      },
    },
    async (request, reply) => {
      const { SAMLResponse: response, RelayState: relayState } = request.body
      const form = { response, relayState }
      const { to, headers } = onward(
        request,
        await service.receiveSaml(request.runtime, request.params, form, factsOf(request)),
      )
      return reply.headers(headers).redirect(to, SEE_OTHER)
    },
  )

  app.get(
    '/single-sign-on/:enterpriseId/:providerId/collect',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'finishSamlSignIn',
        summary: 'Back from a SAML provider',
        params: ProviderPath,
        querystring: Type.Object({ ticket: Type.String({ minLength: 1, maxLength: 100 }) }, closed),
        response: { 302: Type.Null(), ...problems(samlRequestUnknown, startedElsewhere, ...OF_PEOPLE) },
      },
    },
    async (request, reply) => {
      const facts = factsOf(request)
      const of = { browser: facts.cookie(SIGN_IN_COOKIE), facts }
      const { to, headers } = onward(
        request,
        await service.collectSaml(request.runtime, request.params, request.query.ticket, of),
      )
      return reply.headers(headers).redirect(to, SEE_OTHER)
    },
  )

  app.get(
    '/single-sign-on/:enterpriseId/:providerId/metadata',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'getSamlMetadata',
        summary: 'Our SAML metadata for this provider',
        params: ProviderPath,
        response: { 200: Type.String(), ...problems(providerMissing) },
      },
    },
    async (request, reply) => {
      const metadata = await service.metadataFor(app.runtime, request.params)
      return reply
        .header('content-disposition', 'attachment; filename="millrace-saml-metadata.xml"')
        .type('application/samlmetadata+xml')
        .send(metadata)
    },
  )
}

/** Where the browser goes after an answer of a provider, and the session it takes along. */
function onward(
  request: Parameters<typeof sessionCookie>[0] & { readonly url: string },
  arrival: service.Arrival,
): { to: string; headers: Record<string, string> } {
  const headers = { 'cache-control': 'no-store' }
  switch (arrival.kind) {
    case 'tried':
      return { to: `/identity/sign-in-settings/${arrival.providerId}/tries/${arrival.tryId}`, headers }
    case 'collect':
      return { to: `${request.url.replace(/\/acs(\?.*)?$/, '/collect')}?ticket=${arrival.ticket}`, headers }
    case 'signed-in': {
      const { opened, next } = arrival
      // A half-opened session goes by way of the sign-in page, which asks for the second factor.
      const to = opened.session.level === 2 ? next : `/sign-in?next=${encodeURIComponent(next)}`
      return { to, headers: { ...headers, 'set-cookie': sessionCookie(request, opened.token) } }
    }
  }
}

/** A redirect that is always followed by GET: what was posted is not posted again. */
const SEE_OTHER = 303
