import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import { PROVIDER_PORT } from './demo-house.ts'

/** A company's own identity provider, outside of the house. */
export interface IdentityProvider {
  readonly issuer: string
  readonly clientSecret: string
  stop(): Promise<void>
}

/** Starts a certified one, at which a person is whoever types the login name: any password will do. */
export async function startIdentityProvider(
  redirectUri: string,
  accounts: Readonly<Record<string, { readonly name: string; readonly email: string }>>,
): Promise<IdentityProvider> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = { ...privateKey.export({ format: 'jwk' }), kid: 'house', use: 'sig', alg: 'RS256' }
  const clientSecret = crypto.randomUUID()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(Number(process.env[PROVIDER_PORT] ?? 0), '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    clients: [
      {
        ...{ client_id: 'millrace', client_secret: clientSecret, redirect_uris: [redirectUri] },
        ...{ grant_types: ['authorization_code'], response_types: ['code'] },
      },
    ],
    jwks: { keys: [key] },
    cookies: { keys: [crypto.randomUUID()] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_context, id) => {
      const account = accounts[id]
      return account && { accountId: id, claims: async () => ({ sub: id, ...account, email_verified: true }) }
    },
  })
  server.on('request', provider.callback())
  return {
    ...{ issuer, clientSecret },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
