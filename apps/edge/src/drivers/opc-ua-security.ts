import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type EndpointDescription, MessageSecurityMode, OPCUAClient, SecurityPolicy } from 'node-opcua-client'
import { readJson, replaceFile } from '../files.ts'

export type Security = { securityMode: MessageSecurityMode; securityPolicy: SecurityPolicy }

export const NO_SECURITY: Security = { securityMode: MessageSecurityMode.None, securityPolicy: SecurityPolicy.None }

/** Best first. The older ones (Basic128Rsa15, Basic256) are broken and never used (T-D5). */
const POLICIES: readonly SecurityPolicy[] = [
  SecurityPolicy.Aes256_Sha256_RsaPss,
  SecurityPolicy.Basic256Sha256,
  SecurityPolicy.Aes128_Sha256_RsaOaep,
]

/** The security of a connection: what is configured, signed and encrypted; else the best that the server offers. */
export async function chooseSecurity(
  configured: string | undefined,
  listEndpoints: () => Promise<EndpointDescription[]>,
): Promise<Security> {
  if (configured === 'None') return NO_SECURITY
  if (configured !== undefined) {
    const policy = POLICIES.find((known) => known.endsWith(`#${configured}`))
    if (!policy) throw new Error(`The security policy ${configured} is not used here.`)
    return { securityMode: MessageSecurityMode.SignAndEncrypt, securityPolicy: policy }
  }
  const endpoints = await listEndpoints()
  for (const securityPolicy of POLICIES) {
    const offered = endpoints.some(
      (endpoint) =>
        endpoint.securityPolicyUri === securityPolicy && endpoint.securityMode === MessageSecurityMode.SignAndEncrypt,
    )
    if (offered) return { securityMode: MessageSecurityMode.SignAndEncrypt, securityPolicy }
  }
  return NO_SECURITY
}

export type ClientOptions = Parameters<typeof OPCUAClient.create>[0] & object

/** Asks the server, without security, which endpoints it has. */
export async function listEndpoints(url: string, options: ClientOptions): Promise<EndpointDescription[]> {
  const client = OPCUAClient.create({ ...options, ...NO_SECURITY })
  try {
    await client.connect(url)
    return await client.getEndpoints()
  } finally {
    await client.disconnect()
  }
}

const PINS_FILE = 'opc-ua-servers.json'

/**
 * Trust on first use: the first certificate seen at a connection is remembered, and every other one refused from then on. A
 * changed server (or another one in its place) needs its line in the file removed by hand, at the gateway.
 *
 * @throws Error when the certificate is not the remembered one.
 */
export async function checkPinned(dir: string, connectionId: string, certificate: Uint8Array): Promise<void> {
  const path = join(dir, PINS_FILE)
  const fingerprint = createHash('sha256').update(certificate).digest('hex')
  const json = await readJson(path)
  const pins = new Map(Object.entries(typeof json === 'object' && json !== null ? json : {}))
  const pinned = pins.get(connectionId)
  if (pinned === fingerprint) return
  if (pinned !== undefined) {
    throw new Error(
      `The server shows another certificate than before. If that is right, remove its line from ${PINS_FILE}.`,
    )
  }
  pins.set(connectionId, fingerprint)
  await replaceFile(path, JSON.stringify(Object.fromEntries(pins), undefined, 2))
}
