import { Button } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { useMay } from '@millrace/identity/web'
import { usePlace } from '@millrace/plant/web'
import { useSignals } from '@millrace/telemetry/web'
import {
  Card,
  DataTable,
  formatQuantity,
  formatWhen,
  LinesSkeleton,
  PriorityChip,
  ProblemAlert,
  QuietChip,
  useNowMs,
  ValueText,
} from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { Command, SetPoint } from '../contract.ts'
import { commandText } from './CommandLine.tsx'
import { hasFailed } from './command-line.ts'
import classes from './control.module.css'
import { commandsQuery, setPointsQuery, useLiveCommands } from './queries.ts'
import { SetPointForm } from './SetPointForm.tsx'
import { texts } from './texts.ts'

/** What may be written to a machine, and what was. */
export function ControlPanel({ subjectId }: { subjectId: string }) {
  return useMay('control:command:read') ? <Control machineId={subjectId} /> : null
}

function Control({ machineId }: { machineId: string }) {
  const { detail } = usePlace(machineId)
  const setPoints = useQuery(setPointsQuery(machineId))
  const commands = useQuery(commandsQuery(machineId))
  useLiveCommands()
  if (setPoints.isPending || commands.isPending) {
    return (
      <Card title={texts.commands.title}>
        <LinesSkeleton lines={4} />
      </Card>
    )
  }
  const writable = setPoints.data?.items ?? []
  const past = commands.data?.items ?? []
  return (
    <>
      {writable.length > 0 && (
        <Card title={texts.setPoints.title} note={texts.setPoints.note}>
          <ProblemAlert error={setPoints.error} />
          <SetPoints setPoints={writable} machineId={machineId} timeZone={detail.timeZone} />
        </Card>
      )}
      {(writable.length > 0 || past.length > 0) && (
        <Card title={texts.commands.title}>
          <ProblemAlert error={commands.error} />
          <CommandTable commands={past} timeZone={detail.timeZone} empty={texts.commands.empty} />
        </Card>
      )}
    </>
  )
}

function SetPoints({
  setPoints,
  machineId,
  timeZone,
}: {
  setPoints: readonly SetPoint[]
  machineId: string
  timeZone: string
}) {
  const may = useMay('control:command:request')
  const { signals } = useSignals(useMemo(() => ({ workUnitId: machineId }), [machineId]))
  const [open, setOpen] = useState<string | undefined>(undefined)
  return (
    <ul className={classes.setPoints}>
      {setPoints.map((setPoint) => {
        const latest = signals.find((signal) => signal.series === setPoint.series)?.latest ?? null
        const present = typeof latest?.value === 'number' && latest.quality !== 'bad' ? latest.value : null
        const text = (value: number) => formatQuantity(value, setPoint.unit ?? '')
        return (
          <li key={setPoint.id} className={classes.setPoint}>
            <div>
              <b>{setPoint.title}</b>
              <div className="small muted">
                {texts.setPoints.bounds(text(setPoint.min), text(setPoint.max))}
                {setPoint.maxStep !== null && `, ${texts.setPoints.step(text(setPoint.maxStep))}`}
              </div>
            </div>
            <ValueText
              value={present}
              unit={setPoint.unit}
              quality={latest?.quality ?? 'bad'}
              atMs={latest?.timestampMs}
              staleMs={Number.POSITIVE_INFINITY}
              whole
            />
            {may && open !== setPoint.id && (
              <Button size="xs" onClick={() => setOpen(setPoint.id)}>
                {texts.setPoints.change}
              </Button>
            )}
            {open === setPoint.id && (
              <div className={classes.setPointForm}>
                <SetPointForm
                  setPoint={setPoint}
                  present={present}
                  timeZone={timeZone}
                  onClose={() => setOpen(undefined)}
                />
              </div>
            )}
          </li>
        )
      })}
      {!may && <li className="small muted">{texts.setPoints.mayNot}</li>}
    </ul>
  )
}

interface CommandTableProps {
  readonly commands: readonly Command[]
  readonly timeZone: string
  readonly empty: string
  /** Names the machine of a command, where the list is not of one machine. */
  readonly machineOf?: (command: Command) => React.ReactNode
}

/** Commands, newest first. */
export function CommandTable({ commands, timeZone, empty, machineOf }: CommandTableProps) {
  const nowMs = useNowMs()
  const words = texts.commands
  return (
    <DataTable
      label={words.title}
      rows={commands}
      rowKey={(command) => command.id}
      empty={empty}
      columns={[
        ...(machineOf ? [{ header: words.machine, cell: machineOf, phone: 'detail' as const }] : []),
        { header: words.what, cell: (command) => <b>{commandText(command)}</b>, phone: 'title' },
        {
          header: words.by,
          cell: (command) => (
            <>
              {command.requestedBy} <span className="second">{command.reason}</span>
            </>
          ),
          phone: 'detail',
        },
        { header: words.when, cell: (command) => formatWhen(epochMs(command.requestedAt), timeZone, nowMs) },
        { header: words.state, cell: (command) => <CommandState command={command} />, phone: 'value' },
      ]}
    />
  )
}

function CommandState({ command }: { command: Command }) {
  const text = texts.commands.states[command.state]
  if (hasFailed(command.state)) return <PriorityChip priority={3}>{text}</PriorityChip>
  const readBack = command.readBackValue === null ? '' : ` ${formatQuantity(command.readBackValue, command.unit ?? '')}`
  return (
    <QuietChip>
      {text}
      {command.state === 'read-back' && readBack}
    </QuietChip>
  )
}
