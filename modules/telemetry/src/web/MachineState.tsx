import { PriorityChip, QuietChip, stateText } from '@millrace/ui'
import { useMemo } from 'react'
import type { Signal } from '../contract.ts'
import { type MachineNow, machineNow, signalFor } from './machine.ts'
import { texts } from './texts.ts'
import { useSignals } from './use-signals.ts'

/** A machine's state as a chip: red when it stopped, grey otherwise, with its alarm when it has one. */
export function StateChip({ machine }: { machine: MachineNow }) {
  if (machine.stateSignal === undefined) return null
  if (machine.state === 'stopped')
    return <PriorityChip priority={1}>{machine.alarm || stateText('stopped')}</PriorityChip>
  if (machine.alarm !== '') return <PriorityChip priority={2}>{machine.alarm}</PriorityChip>
  return <QuietChip>{stateText(machine.state)}</QuietChip>
}

/** Beside a machine's name: what it is doing and on which order. */
export function MachineStatePanel({ subjectId }: { subjectId: string }) {
  const { signals } = useSignals(useMemo(() => ({ workUnitId: subjectId }), [subjectId]))
  const machine = machineNow(subjectId, signals)
  if (machine.stateSignal === undefined) return null
  const order = textOf(signalFor(signals, 'order'))
  const program = textOf(signalFor(signals, 'program'))
  const words = [
    machine.state === 'running' ? 'running' : stateText(machine.state),
    order && texts.order(order),
    program,
  ]
  const text = words.filter((word) => word !== '').join(', ')
  if (machine.state === 'stopped' || machine.alarm !== '') {
    return (
      <>
        <StateChip machine={machine} />
        {(order || program) && (
          <QuietChip>{[order && texts.order(order), program].filter(Boolean).join(', ')}</QuietChip>
        )}
      </>
    )
  }
  return <QuietChip>{text}</QuietChip>
}

function textOf(signal: Signal | undefined): string {
  const value = signal?.latest?.value
  return typeof value === 'string' ? value : ''
}
