import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

/** What the next token is to be; a hostile or broken provider changes something in it. */
export interface Forgery {
  readonly claims?: JWTPayload
  /** Makes the token itself. */
  readonly token?: (claims: JWTPayload, keys: Keys) => Promise<string> | string
  readonly userinfo?: Readonly<Record<string, unknown>>
  /** Instead of a code. */
  readonly error?: string
}

export interface Keys {
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

/** An OpenID provider that signs in whoever comes, and says of them whatever a test wants said. */
export interface OwnOidcProvider {
  readonly issuer: string
  readonly port: number
  readonly keys: Keys
  /** What was asked of its token endpoint. */
  readonly redeemed: URLSearchParams[]
  next: Forgery
  stop(): Promise<void>
}

export async function startOwnOidcProvider(): Promise<OwnOidcProvider> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  const publicJwk = { ...(await exportJWK(publicKey)), kid: 'own', use: 'sig', alg: 'RS256' }
  const nonces = new Map<string, string>()
  const redeemed: URLSearchParams[] = []

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', provider.issuer)
    const answer = (body: unknown) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(body))
    }
    if (url.pathname === '/.well-known/openid-configuration') {
      answer({
        issuer: provider.issuer,
        authorization_endpoint: `${provider.issuer}/authorize`,
        token_endpoint: `${provider.issuer}/token`,
        jwks_uri: `${provider.issuer}/keys`,
        userinfo_endpoint: `${provider.issuer}/me`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        code_challenge_methods_supported: ['S256'],
      })
    } else if (url.pathname === '/keys') answer({ keys: [publicJwk] })
    else if (url.pathname === '/authorize') {
      const code = crypto.randomUUID()
      nonces.set(code, url.searchParams.get('nonce') ?? '')
      const back = new URL(url.searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('state', url.searchParams.get('state') ?? '')
      if (provider.next.error === undefined) back.searchParams.set('code', code)
      else back.searchParams.set('error', provider.next.error)
      response.statusCode = 302
      response.setHeader('location', back.href)
      response.end()
    } else if (url.pathname === '/token') {
      void bodyOf(request).then(async (body) => {
        redeemed.push(body)
        const nonce = nonces.get(body.get('code') ?? '')
        answer({ access_token: 'x', token_type: 'Bearer', id_token: await tokenFor(nonce ?? '') })
      })
    } else if (url.pathname === '/me')
      answer({ sub: provider.next.claims?.sub ?? 'subject-1', ...provider.next.userinfo })
    else response.writeHead(404).end()
  })

  async function tokenFor(nonce: string): Promise<string> {
    const nowS = Math.floor(Date.now() / 1000)
    const claims = {
      ...{ iss: provider.issuer, aud: 'millrace', sub: 'subject-1', iat: nowS, exp: nowS + 300, nonce },
      ...provider.next.claims,
    }
    if (provider.next.token) return provider.next.token(claims, provider.keys)
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'own' }).sign(privateKey)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const provider: OwnOidcProvider = {
    ...{ issuer: `http://127.0.0.1:${port}`, port, keys: { privateKey, publicJwk }, redeemed, next: {} },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
  return provider
}

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const piece of request) text += String(piece)
  return new URLSearchParams(text)
}
