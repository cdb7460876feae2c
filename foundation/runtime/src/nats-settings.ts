import { isAbsolute } from 'node:path'

/** Where the NATS cluster is, and how it knows us. */
export interface NatsSettings {
  /** `host:port` of each node that is named. */
  readonly servers: readonly string[]
  readonly tls: boolean
  readonly user: string | undefined
  readonly password: string | undefined
  /** A file of credentials, as `nsc` writes it. */
  readonly credentialsFile: string | undefined
  /** The certificate authority of the cluster, where it is none that the system knows. */
  readonly authorityFile: string | undefined
}

const PORT = 4222

/**
 * Reads `nats://user:password@host:4222,nats://host:4222`: several nodes of one cluster, the first of which may name a user.
 * `tls://` wants TLS of all.
 *
 * @returns settings undefined for an empty text; faults in words.
 */
export function parseNats(
  urls: string,
  files: { readonly credentials?: string | undefined; readonly authority?: string | undefined },
): { settings: NatsSettings | undefined; faults: string[] } {
  const named = urls
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  if (named.length === 0) return { settings: undefined, faults: [] }
  const faults: string[] = []
  const servers: string[] = []
  let tls = false
  let user: string | undefined
  let password: string | undefined
  for (const one of named) {
    // The text may hold a password: faults name the place in the list only.
    const place = `entry ${servers.length + 1}`
    const url = URL.canParse(one) ? new URL(one) : undefined
    if (!url || (url.protocol !== 'nats:' && url.protocol !== 'tls:') || url.hostname === '') {
      faults.push(`${place} is not an address such as nats://host:4222`)
      servers.push('')
      continue
    }
    tls ||= url.protocol === 'tls:'
    user ??= url.username === '' ? undefined : decodeURIComponent(url.username)
    password ??= url.password === '' ? undefined : decodeURIComponent(url.password)
    servers.push(`${url.hostname}:${url.port === '' ? PORT : url.port}`)
  }
  for (const file of [files.credentials, files.authority]) {
    if (file !== undefined && !isAbsolute(file)) faults.push(`${file} must be the full path of a file`)
  }
  const { credentials: credentialsFile, authority: authorityFile } = files
  return { settings: { servers, tls, user, password, credentialsFile, authorityFile }, faults }
}
