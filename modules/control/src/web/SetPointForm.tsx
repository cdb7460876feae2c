import { Button, NumberInput, TextInput } from '@mantine/core'
import { ControlElsewhere } from '@millrace/identity/web'
import { usePlaceTree } from '@millrace/plant/web'
import { formatQuantity, idempotencyKey } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useRef, useState } from 'react'
import type { SetPoint } from '../contract.ts'
import { CommandLine } from './CommandLine.tsx'
import { isFinal } from './command-line.ts'
import classes from './control.module.css'
import { commandsQuery, useNewCommand } from './queries.ts'
import { reasonProblem, valueProblem } from './set-point-input.ts'
import { texts } from './texts.ts'

interface SetPointFormProps {
  readonly setPoint: SetPoint
  /** What the machine has now; null when nobody knows. */
  readonly present: number | null
  readonly timeZone: string
  readonly onClose: () => void
}

/** Asks for another value: bounds and step are said before typing, a reason is needed, the way of the command is shown. */
export function SetPointForm({ setPoint, present, timeZone, onClose }: SetPointFormProps) {
  const [value, setValue] = useState<number | undefined>(present ?? undefined)
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  // One key for one intention: pressing again after a lost answer asks for the same command.
  const key = useRef(idempotencyKey())
  const tree = usePlaceTree()
  const request = useNewCommand(setPoint.workUnitId)
  const commands = useQuery(commandsQuery(setPoint.workUnitId))
  const sent = commands.data?.items.find((command) => command.id === request.data?.id) ?? request.data
  const problem = valueProblem(setPoint, value, present)
  const unit = setPoint.unit ?? ''

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (problem !== undefined || value === undefined || reasonProblem(reason) !== undefined) return
    request.mutate({ setPointId: setPoint.id, value, reason: reason.trim(), idempotencyKey: key.current })
  }
  const edit = () => {
    if (request.isError) key.current = idempotencyKey()
  }
  if (sent) {
    return (
      <div className={classes.sent}>
        <CommandLine command={sent} timeZone={timeZone} />
        {isFinal(sent.state) && (
          <Button size="xs" onClick={onClose}>
            {texts.setPoints.close}
          </Button>
        )}
      </div>
    )
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      <NumberInput
        label={texts.setPoints.value}
        className={classes.formValue}
        value={value ?? ''}
        onChange={(next) => {
          edit()
          setValue(typeof next === 'number' ? next : next === '' ? undefined : Number(next))
        }}
        suffix={unit === '' ? '' : ` ${unit}`}
        error={tried || value !== present ? problem : undefined}
        data-autofocus
      />
      <TextInput
        label={texts.setPoints.reason}
        className={classes.formReason}
        placeholder={texts.setPoints.reasonHint}
        maxLength={500}
        value={reason}
        onChange={(event) => {
          edit()
          setReason(event.currentTarget.value)
        }}
        error={tried ? reasonProblem(reason) : undefined}
      />
      <div className={classes.formButtons}>
        <Button type="submit" variant="filled" loading={request.isPending}>
          {texts.setPoints.write(value === undefined ? '' : formatQuantity(value, unit))}
        </Button>
        <Button variant="subtle" onClick={onClose}>
          {texts.setPoints.cancel}
        </Button>
      </div>
      <div className={classes.formProblem}>
        <ControlElsewhere
          error={request.error}
          placeName={(id) => tree.byId.get(id)?.name}
          again={() => request.variables && request.mutate(request.variables)}
        />
      </div>
    </form>
  )
}
