import { problemType } from '@millrace/base'
import { EquipmentId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'

const strict = { additionalProperties: false } as const

/** The longest that anything is frozen, and what is frozen where nobody said anything: what starts within two hours is on its way. */
const FROZEN_MINUTES_MAX = 20_160
const SLUSHY_MINUTES_MAX = 40_320
export const USUAL_FENCE = { frozenMinutes: 120, slushyMinutes: 120 } as const
/** More places than a site has areas and work centers. */
const FENCE_LIMIT = 500

/** How long the near future of a place is kept as it is. */
export const Fence = Type.Object(
  {
    /** The site, an area or a work center. */
    placeId: EquipmentId,
    /** What starts within it is left alone by planning; to change it people need a reason and the right to publish. */
    frozenMinutes: Type.Integer({ minimum: 0, maximum: FROZEN_MINUTES_MAX }),
    /** What starts within it is changed by people with a reason only. At least as long. */
    slushyMinutes: Type.Integer({ minimum: 0, maximum: SLUSHY_MINUTES_MAX }),
  },
  strict,
)
export type Fence = Static<typeof Fence>

/** The fences of a site. What a place does not say, the one around it says; what nobody says is as `usual`. */
export const Fences = Type.Object({
  usual: Type.Object({ frozenMinutes: Type.Integer(), slushyMinutes: Type.Integer() }),
  items: Type.Array(Fence),
})
export type Fences = Static<typeof Fences>

/** All fences of a site, in place of those before. */
export const NewFences = Type.Object(
  { siteId: EquipmentId, items: Type.Array(Fence, { maxItems: FENCE_LIMIT }) },
  strict,
)
export type NewFences = Static<typeof NewFences>

export const fenceMisplaced = problemType(
  'planning/fence-misplaced',
  'invalid',
  'Only a site, its areas and its work centers have fences',
)
export const fenceInvalid = problemType('planning/fence-invalid', 'invalid', 'The fences do not fit together')
/** A change that needs a reason, which the caller may give. `data.fence` is `frozen` or `slushy`. */
export const fenceClosed = problemType('planning/fence-closed', 'conflict', 'The change lies behind a fence')
