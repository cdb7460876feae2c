import { isIP } from 'node:net'
import { isAbsolute, join } from 'node:path'
import type { DoorSettings } from '@millrace/mqtt'
import {
  type MailSettings,
  type NatsSettings,
  type OutboundRule,
  parseMail,
  parseNats,
  parseOutboundAllow,
  parseQuotas,
  parseRoles,
  type QuotaSettings,
  ROLES,
  type Role,
} from '@millrace/runtime'
import { readMqtt } from './mqtt-config.ts'

export interface Config {
  readonly databaseUrl: string
  readonly host: string
  readonly port: number
  /** Where people reach this installation, without a path; undefined = wherever they come in. */
  readonly publicUrl: string | undefined
  /** The folder of the installation's root key, made at first start. */
  readonly secretsDir: string
  /** The folder of the signed heads of the trails, one file for each company. */
  readonly witnessDir: string
  /** Where the embedded database lies; there is nothing there when another one is used on the same machine. */
  readonly databaseDir: string | undefined
  readonly webDir: string | undefined
  /** Proxies whose forwarding headers count: addresses and CIDR ranges. Empty: nobody's do. */
  readonly trustedProxies: readonly string[]
  /** What companies may use at once. */
  readonly quotas: QuotaSettings
  /** Whether an empty database gets the demo company at start. */
  readonly demo: boolean
  /** Hosts and networks inside that may be called by HTTP: an identity provider or a receiver of webhooks in the plant. */
  readonly outboundAllow: readonly OutboundRule[]
  /** Through whom mail goes out; undefined = none does. */
  readonly mail: MailSettings | undefined
  /** What this server does, where several share the work. */
  readonly roles: ReadonlySet<Role>
  /** Through what servers that share the work reach each other; undefined = this one is alone. */
  readonly nats: NatsSettings | undefined
  /** How long requests are still taken after it was told to stop: until nobody sends any. */
  readonly drainMs: number
  /** Where devices speak MQTT with us; undefined = nowhere. */
  readonly mqtt: DoorSettings | undefined
}

const DRAIN_S_MAX = 300

/** Environment variables that make no sense, all of them, each with its fix. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the server's configuration: the only place that looks at the environment.
 *
 * @throws ConfigError naming every invalid variable at once
 */
export function readConfig(environment: Environment = process.env): Config {
  const faults: string[] = []
  const databaseUrl = environment.MILLRACE_DATABASE_URL ?? ''
  if (!/^postgres(ql)?:\/\//.test(databaseUrl)) {
    faults.push(
      'MILLRACE_DATABASE_URL must be a PostgreSQL address such as postgres://user:password@host:5432/millrace.',
    )
  }
  const port = Number(environment.MILLRACE_PORT ?? 4680)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    faults.push(`MILLRACE_PORT is ${environment.MILLRACE_PORT}; it must be a whole number from 0 to 65535.`)
  }
  const { roles, faults: roleFaults } = parseRoles(environment.MILLRACE_ROLES ?? '')
  if (roleFaults.length > 0) {
    faults.push(`MILLRACE_ROLES: ${roleFaults.join('; ')}. Name some of ${ROLES.join(', ')} with commas between them.`)
  }
  const isPart = roles.size < ROLES.length
  const { settings: nats, faults: natsFaults } = parseNats(environment.MILLRACE_NATS_URL ?? '', {
    credentials: environment.MILLRACE_NATS_CREDS,
    authority: environment.MILLRACE_NATS_CA,
  })
  if (natsFaults.length > 0) {
    faults.push(
      `MILLRACE_NATS_URL, MILLRACE_NATS_CREDS, MILLRACE_NATS_CA: ${natsFaults.join('; ')}. Write it like nats://nats-0:4222,nats://nats-1:4222.`,
    )
  }
  if (isPart && nats === undefined && natsFaults.length === 0) {
    faults.push(
      'MILLRACE_ROLES names a part of the roles; MILLRACE_NATS_URL must say through what the servers reach each other.',
    )
  }
  const drainS = Number(environment.MILLRACE_DRAIN_S ?? 0)
  if (!(drainS >= 0 && drainS <= DRAIN_S_MAX)) {
    faults.push(`MILLRACE_DRAIN_S is ${environment.MILLRACE_DRAIN_S}; it must be seconds from 0 to ${DRAIN_S_MAX}.`)
  }
  const demo = environment.MILLRACE_DEMO ?? (isPart ? 'off' : 'on')
  if (demo === 'on' && isPart) faults.push('MILLRACE_DEMO is on; the demo runs only on a server that has all roles.')
  if (demo !== 'on' && demo !== 'off') faults.push(`MILLRACE_DEMO is ${demo}; it must be on or off.`)
  const dataDir = environment.MILLRACE_DATA_DIR ?? ''
  if (!isAbsolute(dataDir)) {
    faults.push(
      'MILLRACE_DATA_DIR must be the full path of the folder for keys and witness files, such as /var/lib/millrace.',
    )
  }
  const outbound = parseOutboundAllow(environment.MILLRACE_OUTBOUND_ALLOW ?? '')
  if (outbound.faults.length > 0) {
    faults.push(
      `MILLRACE_OUTBOUND_ALLOW: ${outbound.faults.join('; ')}. Separate entries by commas, or leave it out so that only the public internet can be called.`,
    )
  }
  const trustedProxies = (environment.MILLRACE_TRUSTED_PROXIES ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  for (const range of trustedProxies) {
    if (!isAddressRange(range)) {
      faults.push(
        `MILLRACE_TRUSTED_PROXIES names ${range}; it must be addresses or ranges with commas between them, such as 10.0.0.5 or 10.0.0.0/24.`,
      )
    }
  }
  const publicUrl = environment.MILLRACE_PUBLIC_URL
  if (publicUrl !== undefined && !isOrigin(publicUrl)) {
    faults.push(
      `MILLRACE_PUBLIC_URL is ${publicUrl}; it must be the address people open, without a path, such as https://millrace.example.`,
    )
  }
  const quotas = parseQuotas(environment.MILLRACE_QUOTAS ?? '')
  if (quotas.faults.length > 0) {
    faults.push(
      `MILLRACE_QUOTAS: ${quotas.faults.join('; ')}. Write it like samples=20000, 0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11:samples=unlimited.`,
    )
  }
  const mail = parseMail(environment.MILLRACE_SMTP_URL ?? '', environment.MILLRACE_MAIL_FROM ?? '')
  faults.push(...mail.faults)
  if (mail.settings && publicUrl === undefined) {
    // A link must not lead where a stranger's request says that we are.
    faults.push('MILLRACE_SMTP_URL needs MILLRACE_PUBLIC_URL: mails hold links to the address people open.')
  }
  const host = environment.MILLRACE_HOST ?? 'localhost'
  const mqtt = readMqtt(environment, host)
  faults.push(...mqtt.faults)
  if (faults.length > 0) throw new ConfigError(faults.join('\n'))
  return {
    databaseUrl,
    secretsDir: join(dataDir, 'secrets'),
    witnessDir: join(dataDir, 'witness'),
    databaseDir: isHere(databaseUrl) ? join(dataDir, 'database') : undefined,
    host,
    port,
    publicUrl: publicUrl === undefined ? undefined : new URL(publicUrl).origin,
    webDir: environment.MILLRACE_WEB_DIR,
    trustedProxies,
    quotas: quotas.settings,
    demo: demo === 'on',
    outboundAllow: outbound.rules,
    mail: mail.settings,
    roles,
    nats,
    drainMs: drainS * 1000,
    mqtt: mqtt.settings,
  }
}

/** Whether a database runs on this machine: only then its disk can be asked for. */
function isHere(databaseUrl: string): boolean {
  const { hostname, searchParams } = new URL(databaseUrl)
  return ['', 'localhost', '127.0.0.1', '[::1]'].includes(hostname) || (searchParams.get('host') ?? '').startsWith('/')
}

/** A range of everything is refused: with it every caller could say what it liked. */
function isAddressRange(text: string): boolean {
  const [address = '', bits] = text.split('/')
  const family = isIP(address)
  if (family === 0) return false
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, pathname, search, hash, username } = new URL(text)
  return (protocol === 'https:' || protocol === 'http:') && pathname === '/' && search + hash + username === ''
}
