import { usePlace } from '@millrace/plant/web'
import { ValueText } from '@millrace/ui'
import { StateChip } from './MachineState.tsx'
import { machineNow } from './machine.ts'
import classes from './telemetry.module.css'
import { useSignalsByMachine } from './use-signals.ts'

/** What a machine is doing, at the end of its row in a list. */
export function PlaceRowPanel({ subjectId }: { subjectId: string }) {
  const { site } = usePlace(subjectId)
  const { machines } = useSignalsByMachine(site.id)
  const machine = machineNow(subjectId, machines.get(subjectId) ?? [])
  return (
    <span className={classes.rowState}>
      <StateChip machine={machine} />
      {machine.power && (
        <ValueText
          value={machine.powerKw}
          unit="kW"
          quality={machine.power.latest?.quality ?? 'bad'}
          atMs={machine.power.latest?.timestampMs}
        />
      )}
    </span>
  )
}
