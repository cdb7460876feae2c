import { Button, TextInput } from '@mantine/core'
import { Card, ProblemAlert, QuietChip, Row } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import type { Proposal } from '../schedule-contract.ts'
import classes from './planning.module.css'
import { useAcceptProposal, useDismissProposal } from './queries.ts'
import { texts } from './texts.ts'

const words = texts.proposal
const REASON_MIN = 3

/** What the plan could do about something that happened, with its buttons for who may plan. */
export function ProposalCard({ proposal, mayDecide }: { proposal: Proposal; mayDecide: boolean }) {
  const accept = useAcceptProposal()
  const dismiss = useDismissProposal()
  const [isOpen, setOpen] = useState(false)
  const [isDismissing, setDismissing] = useState(false)
  const [reason, setReason] = useState('')
  const { id, title, summary, changes } = proposal

  function send(event: SubmitEvent) {
    event.preventDefault()
    if (reason.trim().length >= REASON_MIN) dismiss.mutate({ id, reason: reason.trim() })
  }

  return (
    <Card>
      <div className={classes.proposal}>
        <Row>
          <QuietChip>{words.label}</QuietChip>
          <b>{title}.</b>
          <span>{summary}</span>
        </Row>
        <Row>
          <Button size="xs" variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? words.hide : words.moves(changes.length)}
          </Button>
          {mayDecide && !isDismissing && (
            <>
              <Button size="xs" variant="default" onClick={() => setDismissing(true)}>
                {words.dismiss}
              </Button>
              <Button size="xs" variant="filled" loading={accept.isPending} onClick={() => accept.mutate(id)}>
                {words.accept}
              </Button>
            </>
          )}
        </Row>
        {isOpen && (
          <ul className={classes.moves}>
            {changes.map(({ operationId, text }) => (
              <li key={operationId}>{text}</li>
            ))}
          </ul>
        )}
        {isDismissing && (
          <form className={classes.form} onSubmit={send}>
            <TextInput
              label={words.reason}
              description={words.reasonHint}
              value={reason}
              maxLength={500}
              onChange={(event) => setReason(event.target.value)}
            />
            <Row>
              <Button size="xs" variant="default" onClick={() => setDismissing(false)}>
                {words.keep}
              </Button>
              <Button
                size="xs"
                type="submit"
                variant="filled"
                disabled={reason.trim().length < REASON_MIN}
                loading={dismiss.isPending}
              >
                {words.dismiss}
              </Button>
            </Row>
          </form>
        )}
        <ProblemAlert error={accept.error ?? dismiss.error} />
      </div>
    </Card>
  )
}
