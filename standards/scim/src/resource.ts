import { truthOf } from './filter.ts'
import { mutabilityBroken, syntaxInvalid, valueInvalid } from './problems.ts'
import { type Attribute, COMMON, findAttribute, type ResourceSchema } from './schema.ts'

/** The attributes of a resource that are kept, by the names of the schema. */
export type Resource = Readonly<Record<string, unknown>>

/**
 * Reads what a client sent to create or replace a resource: names in any case, what is not kept left out, what only we say
 * ignored (RFC 7644 §3.3, §3.5.1).
 *
 * @throws syntaxInvalid, valueInvalid
 */
export function readResource(schema: ResourceSchema, body: unknown): Resource {
  const sent = objectOf(body)
  const schemas = sent.schemas
  if (schemas !== undefined && !(Array.isArray(schemas) && schemas.some((one) => isSame(one, schema.id)))) {
    throw syntaxInvalid(`The resource does not say that it is a ${schema.name}: schemas lacks ${schema.id}.`)
  }
  const resource: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(sent)) {
    const attribute = attributeOf(schema, name)
    if (!attribute || attribute.mutability === 'readOnly') continue
    const read = readValue(attribute, value)
    if (read !== undefined) resource[attribute.name] = read
  }
  return insistOnRequired(schema, onePrimary(schema, resource, {}))
}

function attributeOf(schema: ResourceSchema, name: string): Attribute | undefined {
  return findAttribute([...COMMON, ...schema.attributes], name)
}

export function objectOf(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw syntaxInvalid('The body is not a JSON object.')
  }
  return body as Record<string, unknown>
}

function isSame(value: unknown, urn: string): boolean {
  return typeof value === 'string' && value.toLowerCase() === urn.toLowerCase()
}

function insistOnRequired(schema: ResourceSchema, resource: Resource): Resource {
  for (const { name, required } of schema.attributes) {
    if (required && resource[name] === undefined) throw valueInvalid(`A ${schema.name} needs ${name}.`)
  }
  return resource
}

/** @returns undefined for what is unassigned: null and an empty list are that too (RFC 7643 §2.5). */
export function readValue(attribute: Attribute, value: unknown): unknown {
  if (value === null || value === undefined) return undefined
  if (!attribute.multiValued) return readSingle(attribute, unwrapped(value))
  const values = (Array.isArray(value) ? value : [value]).map((one) => readSingle(attribute, one))
  if (values.length > (attribute.max ?? 0))
    throw valueInvalid(`${attribute.name} holds at most ${attribute.max} values.`)
  return values.length === 0 ? undefined : values
}

/** Older versions of Entra ID put a single value into a list of one object. */
function unwrapped(value: unknown): unknown {
  if (!Array.isArray(value) || value.length !== 1) return value
  const [only] = value
  return typeof only === 'object' && only !== null && 'value' in only ? only.value : value
}

/** One value of an attribute, whether it has more or not. */
function readSingle(attribute: Attribute, value: unknown): unknown {
  switch (attribute.type) {
    case 'complex':
      return readComplex(attribute, value)
    case 'boolean': {
      const truth = typeof value === 'string' ? truthOf(value) : value
      if (typeof truth !== 'boolean') throw valueInvalid(`${attribute.name} is true or false.`)
      return truth
    }
    default:
      return readText(attribute, value)
  }
}

function readText({ name, max = 0, canonicalValues, caseExact }: Attribute, value: unknown): string {
  if (typeof value !== 'string') throw valueInvalid(`${name} is a text.`)
  if (value.length > max) throw valueInvalid(`${name} has at most ${max} characters.`)
  // Neither can be stored as it was sent.
  if (!value.isWellFormed() || value.includes('\0')) throw valueInvalid(`${name} holds a character that is none.`)
  const canonical = caseExact ? undefined : canonicalValues?.find((one) => one.toLowerCase() === value.toLowerCase())
  return canonical ?? value
}

function readComplex(attribute: Attribute, value: unknown): Record<string, unknown> {
  const { name, subAttributes = [] } = attribute
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw valueInvalid(`${name} has parts.`)
  const parts: Record<string, unknown> = {}
  for (const [key, part] of Object.entries(value)) {
    const sub = findAttribute(subAttributes, key)
    if (!sub || sub.mutability === 'readOnly') continue
    const read = readValue(sub, part)
    if (read !== undefined) parts[sub.name] = read
  }
  const missing = subAttributes.find((sub) => sub.required && parts[sub.name] === undefined)
  if (missing) throw valueInvalid(`${name} needs ${missing.name}.`)
  return parts
}

/** @throws mutabilityBroken for what only we say, and for what is taken out and put in but not changed. */
export function insistOnMutable({ name, mutability }: Attribute): void {
  if (mutability !== 'readWrite') throw mutabilityBroken(`${name} is not for clients to change.`)
}

/**
 * Leaves at most one value of each attribute primary: the one that became so last (RFC 7644 §3.5.2).
 *
 * @param before the resource that was changed.
 */
export function onePrimary(schema: ResourceSchema, resource: Resource, before: Resource): Resource {
  const changed: Record<string, unknown> = { ...resource }
  for (const { name, multiValued, subAttributes = [] } of schema.attributes) {
    if (!multiValued || !findAttribute(subAttributes, 'primary')) continue
    const values = (resource[name] ?? []) as readonly Resource[]
    const primary = values.filter((value) => value.primary === true)
    if (primary.length < 2) continue
    const old = ((before[name] ?? []) as readonly Resource[]).filter((value) => value.primary === true)
    const kept = primary.findLast((value) => !old.some((one) => one.value === value.value)) ?? primary.at(-1)
    changed[name] = values.map((value) =>
      value === kept || value.primary !== true ? value : { ...value, primary: false },
    )
  }
  return changed
}
