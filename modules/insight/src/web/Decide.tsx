import { Button, NumberInput, Select, TextInput } from '@mantine/core'
import { ControlElsewhere } from '@millrace/identity/web'
import { usePlaceTree } from '@millrace/plant/web'
import { formatQuantity, idempotencyKey, ProblemAlert, Row } from '@millrace/ui'
import { type SubmitEvent, useRef, useState } from 'react'
import type { Action, Finding } from '../contract.ts'
import { actionText } from './evidence.ts'
import classes from './insight.module.css'
import { useAccept, useDismiss } from './queries.ts'
import { texts } from './texts.ts'

const REASON_MIN = 3
const REASON_MAX = 500

/** Accept, change or dismiss, with the answer of the server where the button was. */
export function Decide({ finding }: { finding: Finding }) {
  const [open, setOpen] = useState<'change' | 'dismiss' | undefined>(undefined)
  // One key for one intention: pressing again after a lost answer is the same decision.
  const key = useRef(idempotencyKey())
  const accept = useAccept(finding.id)
  const isChangeable = finding.actions.length > 1 || finding.actions[0]?.type === 'set-point'
  if (open === 'change') {
    return (
      <ChangeForm
        finding={finding}
        accept={accept}
        idempotencyKey={key.current}
        onCancel={() => {
          accept.reset()
          setOpen(undefined)
        }}
      />
    )
  }
  if (open === 'dismiss') return <DismissForm finding={finding} onCancel={() => setOpen(undefined)} />
  return (
    <div className={classes.decide}>
      <AcceptProblem accept={accept} />
      <Row>
        {finding.actions.length > 0 && (
          <>
            <Button
              variant="filled"
              loading={accept.isPending}
              onClick={() => accept.mutate({ actionIndex: 0, idempotencyKey: key.current })}
            >
              {texts.decide.accept}
            </Button>
            {isChangeable && <Button onClick={() => setOpen('change')}>{texts.decide.change}</Button>}
          </>
        )}
        <Button variant="subtle" onClick={() => setOpen('dismiss')}>
          {texts.decide.dismiss}
        </Button>
      </Row>
    </div>
  )
}

interface ChangeFormProps {
  readonly finding: Finding
  readonly accept: ReturnType<typeof useAccept>
  readonly idempotencyKey: string
  readonly onCancel: () => void
}

/** Another action or another value than suggested; a reason is needed then. */
function ChangeForm({ finding, accept, idempotencyKey: key, onCancel }: ChangeFormProps) {
  const [index, setIndex] = useState(0)
  const action = finding.actions[index]
  const [value, setValue] = useState(action?.type === 'set-point' ? action.value : undefined)
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const valueError = action && valueProblem(action, value)
  const reasonError = reason.trim().length < REASON_MIN ? texts.decide.reasonNeeded : undefined

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (valueError || reasonError) return
    accept.mutate({
      actionIndex: index,
      reason: reason.trim(),
      idempotencyKey: key,
      ...(action?.type === 'set-point' && value !== undefined && { value }),
    })
  }
  const choose = (text: string | null) => {
    const next = Number(text ?? 0)
    const chosen = finding.actions[next]
    setIndex(next)
    setValue(chosen?.type === 'set-point' ? chosen.value : undefined)
  }
  return (
    <form className={classes.decide} onSubmit={submit}>
      <AcceptProblem accept={accept} />
      {finding.actions.length > 1 && (
        <Select
          label={texts.decide.action}
          data={finding.actions.map((each, at) => ({ value: String(at), label: actionText(each) }))}
          value={String(index)}
          onChange={choose}
          allowDeselect={false}
        />
      )}
      {action?.type === 'set-point' && (
        <NumberInput
          label={`${texts.decide.value}, ${texts.decide
            .between(formatQuantity(action.min, action.unit ?? ''), formatQuantity(action.max, action.unit ?? ''))
            .toLowerCase()}`}
          value={value ?? ''}
          onChange={(next) => setValue(typeof next === 'number' ? next : next === '' ? undefined : Number(next))}
          suffix={action.unit ? ` ${action.unit}` : ''}
          error={valueError}
        />
      )}
      <TextInput
        label={texts.decide.changeReason}
        maxLength={REASON_MAX}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        error={tried ? reasonError : undefined}
      />
      <Row>
        <Button type="submit" variant="filled" loading={accept.isPending}>
          {texts.decide.acceptChanged}
        </Button>
        <Button variant="subtle" onClick={onCancel}>
          {texts.decide.cancel}
        </Button>
      </Row>
    </form>
  )
}

/** Why accepting was refused, and the way on when it is only that one's control is in another plant. */
function AcceptProblem({ accept }: { accept: ReturnType<typeof useAccept> }) {
  const tree = usePlaceTree()
  return (
    <ControlElsewhere
      error={accept.error}
      placeName={(id) => tree.byId.get(id)?.name}
      again={() => accept.variables && accept.mutate(accept.variables)}
    />
  )
}

function valueProblem(action: Action, value: number | undefined): string | undefined {
  if (action.type !== 'set-point') return undefined
  if (value !== undefined && value >= action.min && value <= action.max) return undefined
  return texts.decide.between(
    formatQuantity(action.min, action.unit ?? ''),
    formatQuantity(action.max, action.unit ?? ''),
  )
}

function DismissForm({ finding, onCancel }: { finding: Finding; onCancel: () => void }) {
  const dismiss = useDismiss(finding.id)
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const error = reason.trim().length < REASON_MIN ? texts.decide.reasonNeeded : undefined
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (!error) dismiss.mutate({ reason: reason.trim() })
  }
  return (
    <form className={classes.decide} onSubmit={submit}>
      <ProblemAlert error={dismiss.error} />
      <Row>
        {texts.decide.dismissReasons.map((text) => (
          <Button key={text} size="compact-sm" onClick={() => setReason(text)}>
            {text}
          </Button>
        ))}
      </Row>
      <TextInput
        label={texts.decide.dismissReason}
        maxLength={REASON_MAX}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        error={tried ? error : undefined}
      />
      <Row>
        <Button type="submit" variant="filled" loading={dismiss.isPending}>
          {texts.decide.dismiss}
        </Button>
        <Button variant="subtle" onClick={onCancel}>
          {texts.decide.cancel}
        </Button>
      </Row>
    </form>
  )
}
