import { type Complex, valuesOf } from './filter.ts'
import { COMMON, findPath, type Path, type ResourceSchema } from './schema.ts'

const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'

/** The most resources in one answer. */
export const COUNT_MAX = 200

/** Which attributes of a resource are asked for (RFC 7644 §3.9). */
export interface Wanted {
  readonly attributes?: readonly string[]
  readonly excludedAttributes?: readonly string[]
}

/** A resource with the attributes that are wanted; `schemas` and `id` are always among them. */
export function projected(schema: ResourceSchema, resource: Complex, wanted: Wanted): Complex {
  const { attributes, excludedAttributes } = wanted
  const paths = (names: readonly string[]) => names.flatMap((name) => findPath(schema, name.trim()) ?? [])
  if (attributes) {
    const always = COMMON.filter((one) => one.returned === 'always').map((attribute): Path => ({ attribute }))
    return onlyPaths(resource, [...always, ...paths(attributes)])
  }
  if (!excludedAttributes) return resource
  let left = resource
  for (const { attribute, sub } of paths(excludedAttributes)) {
    if (attribute.returned === 'always') continue
    const { [attribute.name]: held, ...others } = left
    left =
      sub && held !== undefined
        ? { ...others, [attribute.name]: eachOf(held, (value) => without(value, sub.name)) }
        : others
  }
  return left
}

function onlyPaths(resource: Complex, paths: readonly Path[]): Complex {
  const kept: Record<string, unknown> = {}
  for (const [name, held] of Object.entries(resource)) {
    const asked = paths.filter((path) => path.attribute.name === name)
    if (asked.length === 0) continue
    const subs = asked.map((path) => path.sub?.name)
    kept[name] = subs.includes(undefined)
      ? held
      : eachOf(held, (value) => Object.fromEntries(Object.entries(value).filter(([part]) => subs.includes(part))))
  }
  return kept
}

function eachOf(held: unknown, change: (value: Complex) => Complex): unknown {
  return Array.isArray(held) ? held.map((value) => change(value as Complex)) : change(held as Complex)
}

function without(value: Complex, name: string): Complex {
  const { [name]: _, ...others } = value
  return others
}

/** Which part of a list is asked for. `startIndex` counts from 1. */
export interface Slice {
  readonly startIndex: number
  readonly count: number
}

/** What a client asked for, within bounds (RFC 7644 §3.4.2.4). */
export function sliceOf(asked: { startIndex?: number | undefined; count?: number | undefined }): Slice {
  return {
    startIndex: Math.max(1, asked.startIndex ?? 1),
    count: Math.min(COUNT_MAX, Math.max(0, asked.count ?? COUNT_MAX)),
  }
}

export function listDocument(
  resources: readonly Complex[],
  totalResults: number,
  { startIndex }: Pick<Slice, 'startIndex'>,
): Complex {
  return { schemas: [LIST], totalResults, startIndex, itemsPerPage: resources.length, Resources: resources }
}

/**
 * Compares by an attribute (RFC 7644 §3.4.2.3): of several values by the primary one, or the first. What has none comes
 * last when ascending, first when descending.
 */
export function comparedBy(path: Path, order: 'ascending' | 'descending'): (one: Complex, other: Complex) => number {
  const keyOf = (resource: Complex) => {
    const held = resource[path.attribute.name]
    const primary = Array.isArray(held) ? (held.find((value) => value?.primary === true) ?? held[0]) : held
    const [value] = valuesOf({ [path.attribute.name]: primary }, path)
    const leaf = path.sub ?? path.attribute
    return value === undefined ? undefined : leaf.caseExact ? String(value) : String(value).toLowerCase()
  }
  const sign = order === 'ascending' ? 1 : -1
  return (one, other) => {
    const [a, b] = [keyOf(one), keyOf(other)]
    if (a === b) return 0
    if (a === undefined) return sign
    if (b === undefined) return -sign
    return a < b ? -sign : sign
  }
}
