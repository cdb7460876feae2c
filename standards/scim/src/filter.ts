import { type Filter as Parsed, parse } from 'scim2-parse-filter'
import { filterInvalid } from './problems.ts'
import { type Attribute, findAttribute, findPath, type Path, type ResourceSchema } from './schema.ts'

export type Comparison = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'lt' | 'ge' | 'le'

/** A filter of RFC 7644 §3.4.2.2 whose every attribute is known. */
export type Filter =
  | { readonly op: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly op: 'not'; readonly filter: Filter }
  /** `emails[…]`: one value of a multi-valued attribute meets it all. */
  | { readonly op: 'some'; readonly attribute: Attribute; readonly filter: Filter }
  | { readonly op: 'pr'; readonly path: Path }
  | { readonly op: Comparison; readonly path: Path; readonly value: Literal }

export type Literal = string | boolean | null

/** What identity providers send is far below; what is above is an attack on the parser, which recurses. */
const LENGTH_MAX = 4000
const DEPTH_MAX = 20
const TERMS_MAX = 100

/** Finds what a path within a filter means. */
type Finder = (text: string) => Path | undefined

/** @throws filterInvalid for what is no filter, names what is not kept, or compares what cannot be compared. */
export function parseFilter(schema: ResourceSchema, text: string): Filter {
  return parsed(text, (path) => findPath(schema, path))
}

/** The filter between the brackets of a path: `type eq "work"` of `emails[type eq "work"].value`. */
export function parseValueFilter(attribute: Attribute, text: string): Filter {
  return parsed(text, within(attribute))
}

function within(attribute: Attribute): Finder {
  return (name) => {
    const found = findAttribute(attribute.subAttributes ?? [], name)
    return found && { attribute: found }
  }
}

function parsed(text: string, find: Finder): Filter {
  if (text.length > LENGTH_MAX) throw filterInvalid(`A filter has at most ${LENGTH_MAX} characters.`)
  const { bare, strings } = withoutStrings(text)
  let depth = 0
  for (const letter of bare) {
    if (letter === '(' || letter === '[') depth += 1
    if (letter === ')' || letter === ']') depth -= 1
    if (depth > DEPTH_MAX) throw filterInvalid(`A filter is nested at most ${DEPTH_MAX} times.`)
  }
  // The library reads `emails[…].value eq "…"` as two conditions on any two values; RFC 7644 has no such filter.
  if (/\]\s*\./.test(bare)) throw filterInvalid('Write what follows the brackets into them.')
  let tree: Parsed
  try {
    tree = parse(bare)
  } catch (error) {
    throw filterInvalid('The filter cannot be read.', {}, { cause: error })
  }
  const terms = { left: TERMS_MAX }
  return known(tree, find, strings, terms)
}

/**
 * Takes the texts out of a filter, leaving their numbers: the library reads escapes in them differently from JSON
 * (RFC 7644 §3.4.2.2: a compared value is JSON), and brackets within them are no brackets.
 */
function withoutStrings(text: string): { bare: string; strings: readonly string[] } {
  const strings: string[] = []
  const bare = text.replaceAll(/"(?:[^"\\]|\\.)*"/gs, (literal) => {
    try {
      strings.push(JSON.parse(literal) as string)
    } catch (error) {
      throw filterInvalid('A text in the filter is not written as JSON.', {}, { cause: error })
    }
    return `"${strings.length - 1}"`
  })
  return { bare, strings }
}

function known(tree: Parsed, find: Finder, strings: readonly string[], terms: { left: number }): Filter {
  switch (tree.op) {
    case 'and':
    case 'or':
      return { op: tree.op, filters: tree.filters.map((one) => known(one, find, strings, terms)) }
    case 'not':
      return { op: 'not', filter: known(tree.filter, find, strings, terms) }
    case '[]': {
      const { attribute, sub } = found(tree.attrPath, find)
      if (sub || !attribute.multiValued || !attribute.subAttributes) {
        throw filterInvalid(`${attribute.name} has no values to choose from.`)
      }
      return { op: 'some', attribute, filter: known(tree.valFilter, within(attribute), strings, terms) }
    }
    default: {
      terms.left -= 1
      if (terms.left < 0) throw filterInvalid(`A filter has at most ${TERMS_MAX} comparisons.`)
      const path = found(tree.attrPath, find)
      if (tree.op === 'pr') return { op: 'pr', path }
      const { compValue } = tree
      return compared(tree.op, path, typeof compValue === 'string' ? (strings[Number(compValue)] ?? '') : compValue)
    }
  }
}

function found(text: string, find: Finder): Path {
  const path = find(text)
  if (!path) throw filterInvalid(`${text.slice(0, 100)} is not kept here, so nothing can be found by it.`)
  return path
}

const EQUALITY: ReadonlySet<Comparison> = new Set(['eq', 'ne'])

/** RFC 7644 §3.4.2.2: what cannot be ordered, or not be compared with such a value, is an invalid filter. */
function compared(op: Comparison, written: Path, value: string | number | boolean | null): Filter {
  const path = leafOf(written)
  const { type, name } = path.sub ?? path.attribute
  if (type === 'complex') throw filterInvalid(`${name} has parts: compare one of them.`)
  if (value === null && EQUALITY.has(op)) return { op, path, value }
  if (type === 'boolean') {
    if (!EQUALITY.has(op)) throw filterInvalid(`${name} is true or false and cannot be compared by ${op}.`)
    const truth = typeof value === 'string' ? truthOf(value) : value
    if (typeof truth !== 'boolean') throw filterInvalid(`${name} is true or false.`)
    return { op, path, value: truth }
  }
  if (typeof value !== 'string') throw filterInvalid(`${name} is compared with a text.`)
  if (type === 'dateTime' && Number.isNaN(Date.parse(value))) throw filterInvalid(`${name} is compared with a time.`)
  return { op, path, value }
}

/** A multi-valued attribute without a part means its values' `value` (RFC 7643 §2.4). */
function leafOf(path: Path): Path {
  const { attribute, sub } = path
  if (sub || !attribute.multiValued) return path
  const value = findAttribute(attribute.subAttributes ?? [], 'value')
  return value ? { attribute, sub: value } : path
}

/** Microsoft Entra ID writes truth as "True" and "False". @returns undefined for another text. */
export function truthOf(text: string): boolean | undefined {
  const word = text.toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : undefined
}

/** A resource, or one value of a complex attribute. */
export type Complex = Readonly<Record<string, unknown>>

/**
 * Whether a resource meets a filter. What is not there equals null and nothing else; of several values one has to meet a
 * comparison.
 */
export function matches(filter: Filter, resource: Complex): boolean {
  switch (filter.op) {
    case 'and':
      return filter.filters.every((one) => matches(one, resource))
    case 'or':
      return filter.filters.some((one) => matches(one, resource))
    case 'not':
      return !matches(filter.filter, resource)
    case 'some':
      return valuesOf(resource, { attribute: filter.attribute }).some((value) =>
        matches(filter.filter, value as Complex),
      )
    case 'pr':
      return valuesOf(resource, filter.path).some(isPresent)
    default: {
      const { op, path, value } = filter
      const compare = comparing(op, path.sub ?? path.attribute, value)
      const values = valuesOf(resource, path)
      return values.length === 0 ? compare(null) : values.some(compare)
    }
  }
}

/** A value is present when it is not empty (RFC 7644 §3.4.2.2, `pr`). */
function isPresent(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(isPresent)
  return value !== ''
}

function comparing(op: Comparison, { type, caseExact }: Attribute, wanted: Literal): (value: unknown) => boolean {
  const plain = (value: unknown) => {
    if (typeof value !== 'string') return value
    if (type === 'dateTime') return Date.parse(value)
    return caseExact ? value : value.toLowerCase()
  }
  const other = plain(wanted)
  if (op === 'eq') return (value) => plain(value) === other
  if (op === 'ne') return (value) => plain(value) !== other
  return (value) => {
    const one = plain(value)
    if (one === null || one === undefined) return false
    switch (op) {
      case 'co':
        return String(one).includes(String(other))
      case 'sw':
        return String(one).startsWith(String(other))
      case 'ew':
        return String(one).endsWith(String(other))
      case 'gt':
        return (one as string) > (other as string)
      case 'ge':
        return (one as string) >= (other as string)
      case 'lt':
        return (one as string) < (other as string)
      case 'le':
        return (one as string) <= (other as string)
    }
  }
}

/** All values a path leads to; none for what is not there. */
export function valuesOf(resource: Complex, { attribute, sub }: Path): readonly unknown[] {
  const held = resource[attribute.name]
  const values = Array.isArray(held) ? held : [held]
  const parts = sub ? values.map((value) => (value as Complex | undefined)?.[sub.name]) : values
  return parts.filter((value) => value !== undefined && value !== null)
}

/** What a filter demands to be equal whatever else it says, so that a database can look there first. */
export function demanded(filter: Filter): readonly { readonly path: Path; readonly value: Literal }[] {
  if (filter.op === 'and') return filter.filters.flatMap(demanded)
  if (filter.op === 'eq') return [{ path: filter.path, value: filter.value }]
  if (filter.op === 'some') {
    return demanded(filter.filter).map(({ path, value }) => ({
      path: { attribute: filter.attribute, sub: path.attribute },
      value,
    }))
  }
  return []
}

/** Whether a filter asks about an attribute anywhere. */
export function mentions(filter: Filter, name: string): boolean {
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.filters.some((one) => mentions(one, name))
    case 'not':
      return mentions(filter.filter, name)
    case 'some':
      return filter.attribute.name === name
    default:
      return filter.path.attribute.name === name
  }
}
