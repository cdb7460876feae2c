import { type Static, Type } from 'typebox'

/** The kinds of act, from looking to commanding a machine. */
const PermissionKindName = Type.Enum(['read', 'write', 'control', 'administer', 'export'])

/** How far into one plant an account reaches. */
export const PlantReach = Type.Object({
  siteId: Type.String(),
  /** What it can do there with the grants it holds, whenever their conditions are met; what has expired is left out. */
  kinds: Type.Array(PermissionKindName),
  /** The part of it that holds at this moment, as asked from the asker's address. */
  kindsNow: Type.Array(PermissionKindName),
  /** Some of it in the whole plant; false: only at parts of it, such as one machine. */
  whole: Type.Boolean(),
})
export type PlantReach = Static<typeof PlantReach>

/** Everything one account can touch, plant by plant: what its theft would cost (THREATS T-B6). */
export const AccountReach = Type.Object({
  kind: Type.Enum(['person', 'key']),
  id: Type.String(),
  name: Type.String(),
  /** What a person does; empty for a key. */
  title: Type.String(),
  /** Plants it reaches at all, in the company's order. */
  plants: Type.Array(PlantReach),
  /** In how many plants it could command machines. A person commands in one at a time, a key in one at all. */
  controls: Type.Integer(),
  /** The plant in which a person commands machines now. */
  controlSiteId: Type.Union([Type.String(), Type.Null()]),
})
export type AccountReach = Static<typeof AccountReach>
