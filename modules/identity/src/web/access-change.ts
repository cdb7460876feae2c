import { type Classification, mayRead } from '@millrace/base'
import type { Conditions, NewGrant, PermissionDetail, RoleDetail } from '../grant-contract.ts'
import { type PlaceId, type Places, reachesTo } from './place-tree.ts'

/** What somebody gains or loses at one place, in the order of the permissions. */
export interface AccessChange {
  /** `gains`: did not hold it there. `loses`: holds it there no more. `narrows`: from now on under conditions only. */
  readonly kind: 'gains' | 'loses' | 'narrows'
  readonly placeId: PlaceId
  readonly permissions: readonly string[]
  /** Of what narrows, and of what is gained under conditions. */
  readonly conditions: Conditions | undefined
}

/** One permission at one place, out of one grant. */
interface Held {
  readonly permission: string
  readonly placeId: PlaceId
  readonly conditions: Conditions
}

export interface AccessWords {
  readonly roles: readonly RoleDetail[]
  readonly permissions: readonly PermissionDetail[]
  readonly places: Places
}

/** What changes when somebody holds other grants, as of the roles now. Nothing when the two allow the same. */
export function accessChanges(
  before: readonly NewGrant[],
  after: readonly NewGrant[],
  words: AccessWords,
): AccessChange[] {
  const was = heldFrom(before, words)
  const will = heldFrom(after, words)
  const covered = (by: readonly Held[], one: Held, strict: boolean) =>
    by.some(
      (other) =>
        other.permission === one.permission &&
        reachesTo(words.places, other.placeId, one.placeId) &&
        (!strict || isWithin(one.conditions, other.conditions)),
    )
  const losses = was.filter((one) => !covered(will, one, false)).map((one) => change('loses', one))
  const narrowed = was
    .filter((one) => covered(will, one, false) && !covered(will, one, true))
    .map((one) => {
      const left = will.find(
        (other) => other.permission === one.permission && reachesTo(words.places, other.placeId, one.placeId),
      )
      return change('narrows', { ...one, conditions: left?.conditions ?? {} })
    })
  const gains = will.filter((one) => !covered(was, one, true)).map((one) => change('gains', one))
  // What is only put under other conditions is said once: as narrowed, not as gained too.
  const said = new Set(narrowed.map(keyOf))
  return merged([...losses, ...narrowed, ...gains.filter((one) => !said.has(keyOf({ ...one, kind: 'narrows' })))])
}

type Single = AccessChange & { readonly permissions: readonly [string] }

function change(kind: AccessChange['kind'], { permission, placeId, conditions }: Held): Single {
  const bare = kind === 'loses' || Object.keys(conditions).length === 0
  return { kind, placeId, permissions: [permission], conditions: bare ? undefined : conditions }
}

function keyOf({ kind, placeId, permissions, conditions }: AccessChange): string {
  return JSON.stringify([kind, placeId, permissions, conditionText(conditions ?? {})])
}

/** Changes of one kind at one place under the same conditions become one. */
function merged(singles: readonly Single[]): AccessChange[] {
  const found = new Map<string, { change: AccessChange; permissions: Set<string> }>()
  for (const single of singles) {
    const key = keyOf({ ...single, permissions: [] })
    const entry = found.get(key) ?? { change: single, permissions: new Set<string>() }
    for (const permission of single.permissions) entry.permissions.add(permission)
    found.set(key, entry)
  }
  return [...found.values()].map(({ change, permissions }) => ({ ...change, permissions: [...permissions] }))
}

function heldFrom(grants: readonly NewGrant[], { roles, permissions }: AccessWords): Held[] {
  const contained = new Map(roles.map((role) => [role.id, new Set(role.permissions)]))
  return permissions.flatMap(({ name, label }) =>
    grants
      .filter(({ role, conditions }) => {
        const upTo: Classification = conditions?.upTo ?? 'trade-secret'
        return contained.get(role)?.has(name) && mayRead(upTo, label)
      })
      .map(({ placeId, conditions = {} }) => {
        const { upTo: _, ...when } = conditions
        return { permission: name, placeId, conditions: when }
      }),
  )
}

/** Whether whenever the first counts the second counts too. */
function isWithin(one: Conditions, other: Conditions): boolean {
  const within = (some: readonly string[] | undefined, all: readonly string[] | undefined) =>
    all === undefined || (some?.every((value) => all.includes(value)) ?? false)
  const until = other.expiresAt === undefined || (one.expiresAt !== undefined && one.expiresAt <= other.expiresAt)
  return until && within(one.shifts, other.shifts) && within(one.zones, other.zones)
}

function conditionText({ expiresAt, shifts, zones, upTo }: Conditions): string {
  return JSON.stringify([expiresAt, shifts?.toSorted(), zones?.toSorted(), upTo])
}

/** Whether two lists of grants are the same, in whatever order. */
export function sameGrants(one: readonly NewGrant[], other: readonly NewGrant[]): boolean {
  const text = (grants: readonly NewGrant[]) =>
    grants
      .map(({ role, placeId, conditions }) => JSON.stringify([role, placeId, conditionText(conditions ?? {})]))
      .sort()
      .join()
  return text(one) === text(other)
}
