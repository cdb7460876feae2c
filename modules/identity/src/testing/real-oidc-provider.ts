import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'

export interface RealOidcProvider {
  readonly issuer: string
  readonly port: number
  stop(): Promise<void>
}

/** What the provider knows of a person; the login name is the subject. */
export type Account = Readonly<Record<string, unknown>>

/** A certified OpenID provider on a real socket. Whoever types a login name is that person: any password will do. */
export async function startRealOidcProvider(
  redirectUri: string,
  accounts: Readonly<Record<string, Account>>,
): Promise<RealOidcProvider> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const key = { ...(await exportJWK(privateKey)), kid: 'es', use: 'sig', alg: 'ES256' }
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`
  const provider = new Provider(issuer, {
    clients: [
      {
        ...{ client_id: 'millrace', client_secret: 'a secret of the client', redirect_uris: [redirectUri] },
        ...{ grant_types: ['authorization_code'], response_types: ['code'], id_token_signed_response_alg: 'ES256' },
      },
    ],
    jwks: { keys: [key] },
    cookies: { keys: ['only for tests'] },
    claims: { openid: ['sub', 'groups', 'amr'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_context, id) => {
      const account = accounts[id]
      return account && { accountId: id, claims: async () => ({ sub: id, ...account }) }
    },
  })
  server.on('request', provider.callback())
  return {
    ...{ issuer, port },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
