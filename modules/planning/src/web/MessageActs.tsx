import { Button, NumberInput, Select, TextInput } from '@mantine/core'
import { DAY_MS, instant } from '@millrace/base'
import { clockMs, Dialog, FormActions, ProblemAlert, Row } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import type { Done, MessageId } from '../requirement-contract.ts'
import classes from './planning.module.css'
import { useAssignMessages, useDismissMessages, useDoMessages, useSnoozeMessages } from './requirement-queries.ts'
import { requirementTexts as words } from './requirement-texts.ts'

const REASON_MIN = 3
const USUAL_DAYS = 7
const DAYS_MAX = 180

interface MessageActsProps {
  readonly ids: readonly MessageId[]
  readonly owners: readonly string[]
  /** When nothing is left to decide about them. */
  readonly onDecided: () => void
  readonly onDone: (done: Done) => void
}

/** What can be done with one message or many. */
export function MessageActs({ ids, owners, onDecided, onDone }: MessageActsProps) {
  const [asked, setAsked] = useState<'snooze' | 'dismiss' | 'assign'>()
  const act = useDoMessages()
  const decided = () => {
    setAsked(undefined)
    onDecided()
  }
  const props = { ids, onDecided: decided, onClose: () => setAsked(undefined) }
  return (
    <>
      <Row>
        <Button
          size="xs"
          variant="filled"
          loading={act.isPending}
          onClick={() =>
            act.mutate(ids, {
              onSuccess: (done) => {
                onDone(done)
                onDecided()
              },
            })
          }
        >
          {ids.length > 1 ? words.doAll(ids.length) : words.do}
        </Button>
        <Button size="xs" variant="default" onClick={() => setAsked('snooze')}>
          {words.snooze}
        </Button>
        <Button size="xs" variant="default" onClick={() => setAsked('dismiss')}>
          {words.dismiss}
        </Button>
        <Button size="xs" variant="default" onClick={() => setAsked('assign')}>
          {words.assign}
        </Button>
      </Row>
      <ProblemAlert error={act.error} />
      {asked === 'snooze' && <SnoozeDialog {...props} />}
      {asked === 'dismiss' && <DismissDialog {...props} />}
      {asked === 'assign' && <AssignDialog {...props} owners={owners} />}
    </>
  )
}

interface ActDialogProps {
  readonly ids: readonly MessageId[]
  readonly onDecided: () => void
  readonly onClose: () => void
}

function SnoozeDialog({ ids, onDecided, onClose }: ActDialogProps) {
  const snooze = useSnoozeMessages()
  const [days, setDays] = useState<number | string>(USUAL_DAYS)
  function send(event: SubmitEvent) {
    event.preventDefault()
    if (typeof days === 'number' && days >= 1)
      snooze.mutate({ messageIds: ids, untilAt: instant(clockMs() + days * DAY_MS) }, { onSuccess: onDecided })
  }
  return (
    <Dialog title={words.snooze} onClose={onClose}>
      <form className={classes.form} onSubmit={send}>
        <NumberInput
          label={words.snoozeDays}
          value={days}
          min={1}
          max={DAYS_MAX}
          allowDecimal={false}
          onChange={setDays}
          data-autofocus
        />
        <ProblemAlert error={snooze.error} />
        <FormActions submit={words.snooze} cancel={words.keep} isPending={snooze.isPending} onCancel={onClose} />
      </form>
    </Dialog>
  )
}

function DismissDialog({ ids, onDecided, onClose }: ActDialogProps) {
  const dismiss = useDismissMessages()
  const [reason, setReason] = useState('')
  const text = reason.trim()
  function send(event: SubmitEvent) {
    event.preventDefault()
    if (text.length >= REASON_MIN) dismiss.mutate({ messageIds: ids, reason: text }, { onSuccess: onDecided })
  }
  return (
    <Dialog title={words.dismiss} onClose={onClose}>
      <form className={classes.form} onSubmit={send}>
        <TextInput
          label={words.reason}
          description={words.reasonHint}
          value={reason}
          maxLength={500}
          onChange={(event) => setReason(event.target.value)}
          data-autofocus
        />
        <ProblemAlert error={dismiss.error} />
        <FormActions
          submit={words.dismiss}
          cancel={words.keep}
          isPending={dismiss.isPending}
          isDisabled={text.length < REASON_MIN}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  )
}

function AssignDialog({ ids, owners, onDecided, onClose }: ActDialogProps & { readonly owners: readonly string[] }) {
  const assign = useAssignMessages()
  const [owner, setOwner] = useState<string | null>(null)
  const [typed, setTyped] = useState('')
  const wanted = typed.trim() !== '' && !owners.includes(typed.trim()) ? [...owners, typed.trim()] : owners
  function send(event: SubmitEvent) {
    event.preventDefault()
    assign.mutate({ messageIds: ids, owner }, { onSuccess: onDecided })
  }
  return (
    <Dialog title={words.assign} onClose={onClose}>
      <form className={classes.form} onSubmit={send}>
        <Select
          label={words.assignTo}
          placeholder={words.nobody}
          searchable
          clearable
          value={owner}
          data={[...wanted]}
          onChange={setOwner}
          onSearchChange={setTyped}
          maxLength={120}
          data-autofocus
        />
        <ProblemAlert error={assign.error} />
        <FormActions submit={words.assign} cancel={words.keep} isPending={assign.isPending} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
