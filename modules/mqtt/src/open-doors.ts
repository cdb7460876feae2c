import type { GatewayId } from '@millrace/plant/contract'
import type { Live } from '@millrace/runtime'
import type { DeviceFault, Door } from './contract.ts'

/** What routes and services may ask the door of their server. */
export interface OpenDoor {
  readonly facts: Door
  /** The newest first. */
  faultsOf(deviceId: GatewayId): DeviceFault[]
}

// They know their server by its context only; this leads from there to the door.
const doors = new WeakMap<Live, OpenDoor>()

export function doorOf({ live }: { readonly live: Live }): OpenDoor | undefined {
  return doors.get(live)
}

/** @returns takes it away again. */
export function keepDoor({ live }: { readonly live: Live }, door: OpenDoor): () => void {
  doors.set(live, door)
  return () => doors.delete(live)
}
