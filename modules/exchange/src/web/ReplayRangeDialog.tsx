import { Button, Modal, TextInput } from '@mantine/core'
import { HOUR_MS, instant, MINUTE_MS, zoneOffsetMs } from '@millrace/base'
import { clockMs, ProblemAlert, Row, readerZone } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import classes from './exchange.module.css'
import { useReplayRange } from './queries.ts'
import { texts } from './texts.ts'

const words = texts.range

interface ReplayRangeDialogProps {
  readonly webhookId: string
  readonly opened: boolean
  readonly onClose: () => void
}

/** Sends what happened in a time once more, after the receiver lost it. */
export function ReplayRangeDialog({ webhookId, opened, onClose }: ReplayRangeDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={words.title} closeButtonProps={{ 'aria-label': words.close }}>
      <RangeForm webhookId={webhookId} onClose={onClose} />
    </Modal>
  )
}

function RangeForm({ webhookId, onClose }: { webhookId: string; onClose: () => void }) {
  const [from, setFrom] = useState(() => localText(clockMs() - HOUR_MS))
  const [to, setTo] = useState(() => localText(clockMs() + MINUTE_MS))
  const replay = useReplayRange(webhookId)
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)]
  const invalid = !(fromMs <= toMs)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!invalid) replay.mutate({ fromAt: instant(fromMs), toAt: instant(toMs) })
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      <p className="second">{words.note}</p>
      <TextInput
        type="datetime-local"
        label={words.from}
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
        data-autofocus
      />
      <TextInput
        type="datetime-local"
        label={words.to}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
        error={invalid ? words.invalid : undefined}
      />
      <ProblemAlert error={replay.error} />
      {replay.data && <output>{words.done(replay.data.count)}</output>}
      <Row>
        <Button type="submit" variant="filled" loading={replay.isPending}>
          {words.send}
        </Button>
        <Button variant="subtle" onClick={onClose}>
          {words.close}
        </Button>
      </Row>
    </form>
  )
}

/** A moment in the form of `datetime-local`: the reader's own clock, to the minute. */
function localText(ms: number): string {
  return instant(ms + zoneOffsetMs(ms, readerZone())).slice(0, 'yyyy-mm-ddThh:mm'.length)
}
