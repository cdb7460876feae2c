import { id, problemType } from '@millrace/base'
import { EquipmentId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'

export const ToolId = id('Tool')
export type ToolId = Static<typeof ToolId>

/** The most of each a site may have. */
export const TOOL_LIMIT = 500
export const TRANSPORT_LIMIT = 500

/** Equal machines that one work unit may stand for. */
export const MACHINES_MAX = 64

const strict = { additionalProperties: false } as const

const tool = {
  /** A kind of mould, fixture or gauge: `Mould handle 91`. */
  name: Type.String({ minLength: 1, maxLength: 60 }),
  /** How many of them there are. */
  count: Type.Integer({ minimum: 1, maximum: 1000 }),
}
export const Tool = Type.Object({ id: ToolId, siteId: EquipmentId, ...tool })
export type Tool = Static<typeof Tool>
export const NewTool = Type.Object({ siteId: EquipmentId, ...tool }, strict)
export type NewTool = Static<typeof NewTool>

/** Tools that a step holds from the beginning of its set-up to its end. */
export const StepTool = Type.Object({ toolId: ToolId, count: Type.Integer({ minimum: 1, maximum: 1000 }) }, strict)
export type StepTool = Static<typeof StepTool>

/** A step on a batch machine: how long a charge takes whatever is in it, and what one piece adds to its load. */
export const Charge = Type.Object(
  {
    minutes: Type.Integer({ minimum: 1, maximum: 10_000 }),
    loadPerPiece: Type.Number({ exclusiveMinimum: 0, maximum: 100_000 }),
  },
  strict,
)
export type Charge = Static<typeof Charge>

/** What a work unit takes at a time. One without is a single machine for one operation. */
export const UnitCapacity = Type.Object(
  {
    workUnitId: EquipmentId,
    /** A batch machine is a furnace: what is alike goes through it together, up to its load. */
    kind: Type.Enum(['machine', 'batch']),
    /** Equal machines that stand for one work unit. */
    count: Type.Integer({ minimum: 1, maximum: MACHINES_MAX }),
    /** What one charge may carry; null for a machine. */
    load: Type.Union([
      Type.Object(
        { most: Type.Integer({ minimum: 1, maximum: 1_000_000 }), unit: Type.Enum(['pieces', 'kg']) },
        strict,
      ),
      Type.Null(),
    ]),
  },
  strict,
)
export type UnitCapacity = Static<typeof UnitCapacity>

/** How long it takes from one area to another. */
export const Transport = Type.Object(
  { fromAreaId: EquipmentId, toAreaId: EquipmentId, minutes: Type.Integer({ minimum: 1, maximum: 10_000 }) },
  strict,
)
export type Transport = Static<typeof Transport>
/** All ways of a site; those that are not named take no time. */
export const Transports = Type.Object(
  { siteId: EquipmentId, ways: Type.Array(Transport, { maxItems: TRANSPORT_LIMIT }) },
  strict,
)
export type Transports = Static<typeof Transports>

export const toolMissing = problemType('planning/tool-missing', 'missing', 'No such tool')
export const toolTaken = problemType('planning/tool-taken', 'conflict', 'The site has such a tool already')
export const toolInUse = problemType('planning/tool-in-use', 'conflict', 'Routings need this tool')
export const tooManyTools = problemType('planning/too-many-tools', 'conflict', 'The site has too many tools')
export const capacityInvalid = problemType(
  'planning/capacity-invalid',
  'invalid',
  'A batch machine has a load, a machine has none',
)
export const wayInvalid = problemType('planning/way-invalid', 'invalid', 'A way leads from one area to another, once')
