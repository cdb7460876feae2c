import { problemType } from '@millrace/base'

/** Where a permission holds: everywhere in the enterprise, or at these sites. */
export type Reach = 'everywhere' | ReadonlySet<string>

/** Who acts, and what it may do. */
export interface Actor {
  readonly kind: 'person' | 'gateway' | 'system'
  readonly id: string
  /** For the trail and the screens. */
  readonly name: string
  readonly enterpriseId: string
  /** What it may do (`module:noun:verb`), and where. Not listed means not allowed. */
  readonly permissions: ReadonlyMap<string, Reach>
}

export const forbidden = problemType('runtime/forbidden', 'forbidden', 'Not allowed')

/** Where the actor holds a permission; undefined when nowhere. */
export function reachOf(actor: Actor, permission: string): Reach | undefined {
  return actor.kind === 'system' ? 'everywhere' : actor.permissions.get(permission)
}

/** Whether the actor holds a permission at a site, or at the whole enterprise when no site is given. */
export function may(actor: Actor, permission: string, siteId?: string): boolean {
  const reach = reachOf(actor, permission)
  if (reach === undefined) return false
  if (reach === 'everywhere') return true
  return siteId !== undefined && reach.has(siteId)
}

/**
 * Insists that the actor holds a permission at a site, or at the whole enterprise when no site is given.
 *
 * @throws forbidden
 */
export function authorize(actor: Actor, permission: string, siteId?: string): void {
  if (!may(actor, permission, siteId)) {
    throw forbidden(`${actor.name} may not do this here.`, { permission })
  }
}

/** The program itself, at work for one enterprise: a background task or a listener. */
export function systemActor(enterpriseId: string, name: string): Actor {
  return { kind: 'system', id: name, name, enterpriseId, permissions: new Map() }
}
