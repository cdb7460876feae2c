import { randomUUID } from 'node:crypto'
import type { Ids } from './two-companies.ts'

/** As much of a JSON schema as ours use. */
export interface Schema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly minItems?: number
  readonly items?: Schema
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
}

const UUID_PATTERN = '[0-9a-f]{8}-'
const INSTANT_PATTERN = '^\\d{4}-'

/** One value each, so that the same request is the same text. */
const NOTHING = randomUUID()
const SOON = new Date(Date.now() + 3_600_000).toISOString()

/** Values that a name alone cannot tell. */
const WORDS: Readonly<Record<string, unknown>> = {
  timeZone: 'Europe/Zurich',
  currency: 'CHF',
  email: 'somebody@ours.example',
  role: 'operator',
  permission: 'plant:equipment:read',
  ranges: ['10.0.0.0/8'],
  level: 'area',
  protocol: 'opc-ua',
  endpoint: 'opc.tcp://127.0.0.1:1',
  speed: 1,
  fromMs: 1,
  toMs: 1000,
  reason: 'Because it is tried.',
  // Refused before it is hashed, which takes long.
  pin: '1234',
  url: 'https://hooks.example/in',
  origin: 'https://millrace.example',
  issuer: 'https://idp.example',
  // An operation of no order.
  operationId: `${NOTHING}.1`,
  scopes: 'openid email',
  validFrom: '2026-01-01',
  validTo: null,
  // The Monday after next: a week to come, at any place on earth.
  weekOn: nextMonday(14),
}

function nextMonday(days: number): string {
  const date = new Date(Date.now() + days * 86_400_000)
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7))
  return date.toISOString().slice(0, 10)
}

/** Names of ids that mean another one of {@link Ids}. */
const ALIASES: Readonly<Record<string, string>> = { parentId: 'siteId', placeId: 'siteId' }

/**
 * A value that fits a schema, with the ids of a plant where ids belong: what somebody would send who knows them.
 * Optional properties are left out, but for ids that say what it is about.
 */
export function exampleOf(schema: Schema, ids: Ids, name = ''): unknown {
  if (schema.const !== undefined) return schema.const
  if (name in WORDS) return WORDS[name]
  if (schema.anyOf) return exampleOf(schema.anyOf.find((one) => one.type !== 'null') ?? {}, ids, name)
  if (schema.enum) return schema.enum[0]
  const known = ids[ALIASES[name] ?? name]
  switch (schema.type) {
    case 'object':
      return exampleObject(schema, ids)
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () =>
        exampleOf(schema.items ?? {}, ids, name.replace(/s$/, '')),
      )
    case 'integer':
    case 'number':
      return typeof known === 'number' ? known : Math.max(schema.minimum ?? 1, 1)
    case 'boolean':
      return false
    default:
      return exampleText(schema, known)
  }
}

function exampleObject(schema: Schema, ids: Ids): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (schema.required?.includes(name) || name === 'personId') value[name] = exampleOf(property, ids, name)
  }
  return value
}

function exampleText(
  { pattern = '', minLength = 1, maxLength = 200 }: Schema,
  known: string | number | undefined,
): string {
  if (known !== undefined) return String(known)
  if (pattern.includes(UUID_PATTERN)) return NOTHING
  if (pattern.startsWith(INSTANT_PATTERN)) return SOON
  const texts = ['Tried out again and again', 'tried-out-again', '123456']
  const text = texts.find((one) => new RegExp(pattern).test(one)) ?? ''
  return text.slice(0, maxLength).padEnd(minLength, 'x')
}
