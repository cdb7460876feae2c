import { PriorityChip, QuietChip } from '@millrace/ui'
import type { Device } from '../contract.ts'
import { texts } from './texts.ts'

/** How a device is, in words. */
export function DeviceState({ state }: Pick<Device, 'state'>) {
  const text = texts.states[state]
  if (state === 'offline') return <PriorityChip priority={2}>{text}</PriorityChip>
  if (state === 'expired' || state === 'revoked') return <PriorityChip priority={3}>{text}</PriorityChip>
  return <QuietChip>{text}</QuietChip>
}
