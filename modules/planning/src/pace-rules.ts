import type { EquipmentId } from '@millrace/plant/contract'
import type { OrderId } from './contract.ts'

/** How many times as long as its routing says something takes: everything on a machine, or one operation. */
export interface Pace {
  readonly workUnitId: EquipmentId | null
  readonly orderId: OrderId | null
  readonly position: number | null
  readonly ratio: number
}

/** The pace of an operation on a machine: its own, or else the machine's; 1 without either. */
export function pacesOf(
  paces: readonly Pace[],
): (workUnitId: EquipmentId, orderId: OrderId, position: number) => number {
  const operations = new Map<string, number>()
  const machines = new Map<string, number>()
  for (const { workUnitId, orderId, position, ratio } of paces)
    if (workUnitId !== null) machines.set(workUnitId, ratio)
    else operations.set(`${orderId}.${position}`, ratio)
  return (workUnitId, orderId, position) => operations.get(`${orderId}.${position}`) ?? machines.get(workUnitId) ?? 1
}
