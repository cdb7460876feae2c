import { type Filter, matches, parseValueFilter } from './filter.ts'
import { mutabilityBroken, noTarget, pathInvalid, syntaxInvalid, valueInvalid } from './problems.ts'
import { insistOnMutable, objectOf, onePrimary, type Resource, readValue } from './resource.ts'
import { type Attribute, findAttribute, findPath, type ResourceSchema } from './schema.ts'

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const OPERATIONS_MAX = 1000

type Verb = 'add' | 'replace' | 'remove'

/** One change of one attribute, of some of its values, or of a part of them. */
interface Operation {
  readonly op: Verb
  readonly target: Target
  readonly value: unknown
}

/** RFC 7644 §3.5.2, PATH: `emails[type eq "work"].value`. */
interface Target {
  readonly attribute: Attribute
  readonly filter?: Filter
  readonly sub?: Attribute
  readonly text: string
}

/**
 * Changes a resource as a PATCH asks, all of it or nothing (RFC 7644 §3.5.2). Understands the dialects of Entra ID and
 * Okta: verbs in any case, operations without a path, truth as text, and values to remove named in the operation.
 * What is not kept is left out.
 *
 * @throws syntaxInvalid, pathInvalid, filterInvalid, valueInvalid, mutabilityBroken, noTarget
 */
export function patched(schema: ResourceSchema, resource: Resource, body: unknown): Resource {
  let changed = resource
  for (const operation of readOperations(schema, body)) {
    changed = onePrimary(schema, { ...changed, ...applied(operation, changed) }, changed)
  }
  const kept = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined))
  const gone = schema.attributes.find(({ name, required }) => required && kept[name] === undefined)
  if (gone) throw mutabilityBroken(`${gone.name} is required and cannot be removed.`)
  return kept
}

function readOperations(schema: ResourceSchema, body: unknown): Operation[] {
  const sent = objectOf(body)
  const part = (name: string) => Object.entries(sent).find(([key]) => key.toLowerCase() === name)?.[1]
  const schemas = part('schemas')
  if (!Array.isArray(schemas) || !schemas.includes(PATCH)) throw syntaxInvalid(`The request does not say ${PATCH}.`)
  const operations = part('operations')
  if (!Array.isArray(operations) || operations.length === 0) throw syntaxInvalid('Operations names nothing to do.')
  if (operations.length > OPERATIONS_MAX) throw syntaxInvalid(`One request does at most ${OPERATIONS_MAX} operations.`)
  return operations.flatMap((one) => readOperation(schema, one))
}

function readOperation(schema: ResourceSchema, sent: unknown): Operation[] {
  const { op, path, value } = objectOf(sent)
  const verb = typeof op === 'string' ? op.toLowerCase() : ''
  if (verb !== 'add' && verb !== 'replace' && verb !== 'remove') {
    throw syntaxInvalid('An operation is add, replace or remove.')
  }
  if (path !== undefined && path !== null && typeof path !== 'string') throw pathInvalid('A path is a text.')
  if (verb !== 'remove' && value === undefined) throw valueInvalid(`An operation that would ${verb} needs a value.`)
  if (typeof path === 'string' && path !== '') {
    const target = readTarget(schema, path)
    if (!target) return []
    insistOnMutable(target.attribute)
    if (target.sub) insistOnMutable(target.sub)
    return [{ op: verb, target, value }]
  }
  if (verb === 'remove') throw noTarget('An operation that would remove needs a path.')
  return withoutPath(schema, verb, value)
}

/** Each name of the value is a path. What only we say is ignored: Okta sends the id along. */
function withoutPath(schema: ResourceSchema, op: Verb, value: unknown): Operation[] {
  return Object.entries(objectOf(value)).flatMap(([name, part]): Operation[] => {
    if (name.toLowerCase() === schema.id.toLowerCase()) return withoutPath(schema, op, part)
    const target = readTarget(schema, name)
    return target && target.attribute.mutability !== 'readOnly' ? [{ op, target, value: part }] : []
  })
}

const PATH = /^([^[\]]+)(?:\[(.*)\](?:\.([a-z$][\w$-]*))?)?$/is
const NAME = /^[\w$:.-]+$/

/** @returns undefined for what is not kept. @throws pathInvalid for what is no path */
function readTarget(schema: ResourceSchema, text: string): Target | undefined {
  const [, path, values, part] = PATH.exec(text) ?? []
  if (path === undefined || !NAME.test(path)) throw pathInvalid(`${text.slice(0, 100)} is no path.`)
  const found = findPath(schema, path)
  if (!found) return undefined
  const { attribute } = found
  if (values === undefined) return { ...found, text }
  if (found.sub || !attribute.multiValued || !attribute.subAttributes) {
    throw pathInvalid(`${attribute.name} has no values to choose from.`)
  }
  const filter = parseValueFilter(attribute, values)
  if (part === undefined) return { attribute, filter, text }
  const sub = findAttribute(attribute.subAttributes, part)
  return sub && { attribute, filter, sub, text }
}

/** The attribute after an operation; undefined = unassigned. */
function applied({ op, target, value }: Operation, resource: Resource): Record<string, unknown> {
  const { attribute } = target
  const before = resource[attribute.name]
  const after = attribute.multiValued
    ? appliedToValues(op, target, value, (before ?? []) as readonly Resource[])
    : appliedToSingle(op, target, value, before as Resource | undefined)
  return { [attribute.name]: after }
}

function appliedToSingle(op: Verb, { attribute, sub }: Target, value: unknown, before: Resource | undefined): unknown {
  if (sub) {
    const parts = withPart(before ?? {}, sub, op === 'remove' ? undefined : value)
    return Object.keys(parts).length === 0 ? undefined : parts
  }
  if (op === 'remove') return undefined
  const read = readValue(attribute, value)
  // Of a complex attribute only the parts that are named are replaced (RFC 7644 §3.5.2.3).
  return attribute.type === 'complex' && read !== undefined ? { ...before, ...(read as Resource) } : read
}

function withPart(value: Resource, sub: Attribute, part: unknown): Resource {
  const read = readValue(sub, part)
  const { [sub.name]: _, ...others } = value
  if (read === undefined && sub.required) throw mutabilityBroken(`${sub.name} is required and cannot be removed.`)
  return read === undefined ? others : { ...others, [sub.name]: read }
}

function appliedToValues(op: Verb, target: Target, value: unknown, before: readonly Resource[]): unknown {
  const after = changedValues(op, target, value, before)
  const { name, max = 0 } = target.attribute
  if (after.length > max) throw valueInvalid(`${name} holds at most ${max} values.`)
  return after.length === 0 ? undefined : after
}

function changedValues(op: Verb, target: Target, value: unknown, before: readonly Resource[]): readonly Resource[] {
  const { attribute, filter, sub } = target
  const chosen = filter ? new Set(before.filter((one) => matches(filter, one))) : new Set(before)
  if (sub) {
    const part = op === 'remove' ? undefined : value
    if (chosen.size > 0) return before.map((one) => (chosen.has(one) ? withPart(one, sub, part) : one))
    return op === 'remove' ? before : [...before, withPart(begun(target), sub, part)]
  }
  if (op === 'remove') {
    if (filter) return before.filter((one) => !chosen.has(one))
    return value === undefined || value === null ? [] : withoutNamed(before, value)
  }
  const read = (readValue(attribute, value) ?? []) as readonly Resource[]
  if (!filter) return op === 'replace' ? read : withAdded(before, read)
  if (chosen.size === 0) throw noTarget(`Nothing is chosen by ${target.text.slice(0, 100)}.`)
  const [given = {}] = read
  return before.map((one) => (chosen.has(one) ? (op === 'add' ? { ...one, ...given } : given) : one))
}

/**
 * The value that a path describes, where there is none yet: identity providers set `emails[type eq "work"].value` of
 * people who have no such address.
 */
function begun({ filter, text }: Target): Resource {
  if (!filter) return {}
  const parts: Record<string, unknown> = {}
  for (const one of filter.op === 'and' ? filter.filters : [filter]) {
    if (one.op !== 'eq' || one.value === null) throw noTarget(`Nothing is chosen by ${text.slice(0, 100)}.`)
    parts[one.path.attribute.name] = one.value
  }
  return parts
}

function withAdded(before: readonly Resource[], added: readonly Resource[]): readonly Resource[] {
  const known = new Set(before.map(textOf))
  return [
    ...before,
    ...added.filter((one) => {
      const text = textOf(one)
      return !known.has(text) && known.add(text)
    }),
  ]
}

function textOf(value: Resource): string {
  return JSON.stringify(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** Without the values that an operation names: `{"op": "remove", "path": "members", "value": [{"value": "…"}]}`. */
function withoutNamed(before: readonly Resource[], named: unknown): readonly Resource[] {
  const texts = new Set(
    (Array.isArray(named) ? named : [named]).map((one) => {
      const value = typeof one === 'object' && one !== null ? (one as Resource).value : one
      if (typeof value !== 'string') throw valueInvalid('A value to remove is named by its value.')
      return value
    }),
  )
  return before.filter((one) => !texts.has(String(one.value)))
}
