import { type Classification, mayRead, problemType } from '@millrace/base'

/** Where something is: a site by its id, or equipment of a site. */
export type Place = string | { readonly siteId: string; readonly equipmentId: string }

/** Where, and up to which classification, somebody holds a permission. */
export interface Holding {
  /** Everywhere in the enterprise, everywhere at one site, or at some equipment of one site and what is below it. */
  readonly where: 'everywhere' | { readonly siteId: string; readonly equipment: 'all' | ReadonlySet<string> }
  /** Nothing classified higher may be touched with it. */
  readonly upTo: Classification
  /** The grant it comes from, to say why something was allowed. */
  readonly grantId?: string
}

/** The part of an enterprise in which a permission is held, as a query needs it. */
export type Reach =
  | 'everywhere'
  | {
      /** Sites in which it is held everywhere. */
      readonly sites: ReadonlySet<string>
      /** Equipment of other sites. */
      readonly equipment: ReadonlySet<string>
      /** The sites of that equipment. */
      readonly partly: ReadonlySet<string>
    }

/** How somebody signed in. */
export interface SignIn {
  readonly sessionId: string
  /** 1: the second factor is still owed, so that only the way to it is open (THREATS T-A4). 2: signed in. */
  readonly level: 1 | 2
  /** At a shared station, with badge or PIN: only what stations need is open. */
  readonly station: boolean
  /** The peer's address; undefined when unknown. */
  readonly address: string | undefined
}

/** What is asked of a {@link Actor.guard}. */
export interface Question {
  readonly permission: string
  readonly place: Place | undefined
  readonly label: Classification | undefined
}

/** Who acts, and what it may do. */
export interface Actor {
  readonly kind: 'person' | 'key' | 'gateway' | 'system'
  readonly id: string
  /** For the trail and the screens. */
  readonly name: string
  readonly enterpriseId: string
  /** What it may do (`module:noun:verb`), and where. Not listed means not allowed. */
  readonly permissions: ReadonlyMap<string, readonly Holding[]>
  readonly signIn?: SignIn
  /** Counted up when what the actor may do is changed: an open stream with an older one ends. */
  readonly accessVersion?: number
  /** Has the last word on acts that deserve a second look. @returns why not; undefined = allowed. */
  readonly guard?: (question: Question) => string | undefined
}

export const forbidden = problemType('runtime/forbidden', 'forbidden', 'Not allowed')

const NOWHERE: readonly Holding[] = []
const ANYWHERE: readonly Holding[] = [{ where: 'everywhere', upTo: 'trade-secret' }]

/** What an actor holds of a permission; empty when nothing. */
export function holdingsOf(actor: Actor, permission: string): readonly Holding[] {
  return actor.kind === 'system' ? ANYWHERE : (actor.permissions.get(permission) ?? NOWHERE)
}

/** Holds a permission without conditions: everywhere, or at these sites. */
export function holding(where: 'everywhere' | Iterable<string>): readonly Holding[] {
  if (where === 'everywhere') return ANYWHERE
  return [...where].map((siteId) => ({ where: { siteId, equipment: 'all' }, upTo: 'trade-secret' }))
}

/** Where the actor holds a permission, for lists; undefined when nowhere. */
export function reachOf(actor: Actor, permission: string, label?: Classification): Reach | undefined {
  const sites = new Set<string>()
  const equipment = new Set<string>()
  const partly = new Set<string>()
  for (const { where, upTo } of holdingsOf(actor, permission)) {
    if (label !== undefined && !mayRead(upTo, label)) continue
    if (where === 'everywhere') return 'everywhere'
    if (where.equipment === 'all') sites.add(where.siteId)
    else {
      partly.add(where.siteId)
      for (const id of where.equipment) equipment.add(id)
    }
  }
  if (sites.size === 0 && partly.size === 0) return undefined
  return { sites, equipment, partly: partly.difference(sites) }
}

/** Whether a place lies within a reach. */
export function reaches(reach: Reach, place: Place): boolean {
  if (reach === 'everywhere') return true
  if (typeof place === 'string') return reach.sites.has(place)
  return reach.sites.has(place.siteId) || reach.equipment.has(place.equipmentId)
}

/** Whether a holding covers a place, or the whole enterprise when none is given. */
export function covers({ where }: Holding, place?: Place): boolean {
  if (where === 'everywhere') return true
  if (place === undefined) return false
  if (typeof place === 'string') return where.equipment === 'all' && where.siteId === place
  if (where.siteId !== place.siteId) return false
  return where.equipment === 'all' || where.equipment.has(place.equipmentId)
}

/**
 * Whether the actor holds a permission at a place, or at the whole enterprise when no place is given.
 *
 * @param label the classification of what is touched, when it is more than what the permission usually touches.
 */
export function may(actor: Actor, permission: string, place?: Place, label?: Classification): boolean {
  return refusalOf(actor, permission, place, label) === undefined
}

/**
 * Insists that the actor holds a permission at a place, or at the whole enterprise when no place is given.
 *
 * @throws forbidden
 */
export function authorize(actor: Actor, permission: string, place?: Place, label?: Classification): void {
  const refusal = refusalOf(actor, permission, place, label)
  if (refusal !== undefined) throw forbidden(refusal, { permission })
}

/** Whether the actor holds a permission anywhere: what a route can know before it has looked what it is about. */
export function mayAnywhere(actor: Actor, permission: string): boolean {
  return holdingsOf(actor, permission).length > 0
}

function refusalOf(actor: Actor, permission: string, place?: Place, label?: Classification): string | undefined {
  const held = holdingsOf(actor, permission).some(
    (one) => covers(one, place) && (label === undefined || mayRead(one.upTo, label)),
  )
  if (!held) return `${actor.name} may not do this here.`
  return actor.guard?.({ permission, place, label })
}

/** The program itself, at work for one enterprise: a background task or a listener. */
export function systemActor(enterpriseId: string, name: string): Actor {
  return { kind: 'system', id: name, name, enterpriseId, permissions: new Map() }
}
