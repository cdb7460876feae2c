import type { EquipmentId } from '@millrace/plant/contract'
import type { FactoryAlternative, FactoryResource } from '@millrace/scheduling'
import type { Step } from './contract.ts'
import type { UnitCapacity } from './resource-contract.ts'

/** What machines take at a time, by work unit. Those that are not in it are single machines. */
export type Capacities = ReadonlyMap<string, UnitCapacity>

/** Where a step may be done for so many pieces, and the load they are for a batch machine. */
export interface Possible {
  readonly alternatives: FactoryAlternative[]
  readonly load: number
}

/** A rounding of decimals adds no minute and no kilogram. */
const HAIR = 1e-9

/** Working time of pieces on a machine: whole minutes, at least one. */
export function durationS(minutesPerPiece: number, quantity: number): number {
  return Math.max(1, Math.ceil(minutesPerPiece * quantity - HAIR)) * 60
}

/** What a resource of the engine is besides its calendar. */
export function machineOf(capacity: UnitCapacity | undefined): Pick<FactoryResource, 'kind' | 'count' | 'batchLoad'> {
  if (!capacity) return { kind: 'machine', count: 1 }
  const { kind, count, load } = capacity
  return { kind, count, ...(load && { batchLoad: load.most }) }
}

/**
 * Where so many pieces may be done, and for how long. A charge takes its time whatever is in it. What is too much for one
 * charge goes where the largest are, alone, in several charges one after the other.
 *
 * @param paceOf how many times as long as its routing says a machine takes
 */
export function possibleFor(
  step: Step,
  quantity: number,
  capacities: Capacities,
  paceOf: (workUnitId: EquipmentId) => number = () => 1,
): Possible {
  const { charge, alternatives } = step
  const load = Math.max(1, Math.ceil((charge?.loadPerPiece ?? 1) * quantity - HAIR))
  const most = (workUnitId: string) => capacities.get(workUnitId)?.load?.most
  const rooms = alternatives.flatMap(({ workUnitId }) => most(workUnitId) ?? [])
  const largest = Math.max(0, ...rooms)
  const needed = Math.min(load, largest)
  return {
    load: Math.max(1, needed),
    alternatives: alternatives.flatMap(({ workUnitId, minutesPerPiece }) => {
      const room = most(workUnitId)
      const pace = paceOf(workUnitId)
      if (room === undefined)
        return [{ resourceId: workUnitId, durationS: durationS(minutesPerPiece * pace, quantity) }]
      if (room < needed) return []
      const charges = Math.ceil(load / room)
      const oneS = charge ? durationS(charge.minutes * pace, charges) : durationS(minutesPerPiece * pace, quantity)
      return [{ resourceId: workUnitId, durationS: oneS }]
    }),
  }
}
