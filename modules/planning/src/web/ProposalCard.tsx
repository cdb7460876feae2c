import { Button, TextInput } from '@mantine/core'
import { epochMs, MINUTE_MS } from '@millrace/base'
import { Card, formatWhen, ProblemAlert, QuietChip, Row, useNowMs } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import type { Proposal } from '../schedule-contract.ts'
import classes from './planning.module.css'
import { useAcceptProposal, useDismissProposal } from './queries.ts'
import { texts } from './reaction-texts.ts'

const words = texts.proposal
const REASON_MIN = 3

interface ProposalCardProps {
  readonly proposal: Proposal
  readonly timeZone: string
  readonly mayDecide: boolean
  /** Whether its moves are drawn on the schedule. */
  readonly isShown: boolean
  readonly onShow: (isShown: boolean) => void
}

/** What the plan could do about something that happened, with its buttons for who may plan. */
export function ProposalCard({ proposal, timeZone, mayDecide, isShown, onShow }: ProposalCardProps) {
  const accept = useAcceptProposal()
  const [isOpen, setOpen] = useState(false)
  const [isDismissing, setDismissing] = useState(false)
  const { id, cause, title, summary, assumption, renewedBecause, madeAt, changes } = proposal
  const nowMs = Math.floor(useNowMs() / MINUTE_MS) * MINUTE_MS
  return (
    <Card>
      <section className={classes.proposal} aria-label={title}>
        <Row>
          <QuietChip>{texts.causes[cause]}</QuietChip>
          <b>{title}.</b>
          <span>{summary}</span>
        </Row>
        {assumption !== '' && <p className="second">{assumption}</p>}
        {renewedBecause !== null && (
          <p className="second" role="status">
            {words.renewed(formatWhen(epochMs(madeAt), timeZone, nowMs), renewedBecause)}
          </p>
        )}
        <Row>
          {changes.length > 0 && (
            <>
              <Button size="xs" variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
                {isOpen ? words.hide : words.moves(changes.length)}
              </Button>
              <Button
                size="xs"
                variant="default"
                visibleFrom="md"
                aria-pressed={isShown}
                onClick={() => onShow(!isShown)}
              >
                {isShown ? words.showNot : words.show}
              </Button>
            </>
          )}
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
            {changes.map(({ operationId, text, why }) => (
              <li key={operationId}>
                {text} {why !== '' && <span className="second">{why}</span>}
              </li>
            ))}
          </ul>
        )}
        {isDismissing && <DismissForm proposal={proposal} onKeep={() => setDismissing(false)} />}
        <ProblemAlert error={accept.error} />
      </section>
    </Card>
  )
}

function DismissForm({ proposal: { id }, onKeep }: { proposal: Proposal; onKeep: () => void }) {
  const dismiss = useDismissProposal()
  const [reason, setReason] = useState('')

  function send(event: SubmitEvent) {
    event.preventDefault()
    if (reason.trim().length >= REASON_MIN) dismiss.mutate({ id, reason: reason.trim() })
  }

  return (
    <form className={classes.form} onSubmit={send}>
      <TextInput
        label={words.reason}
        description={words.reasonHint}
        value={reason}
        maxLength={500}
        data-autofocus
        onChange={(event) => setReason(event.target.value)}
      />
      <Row>
        <Button size="xs" variant="default" onClick={onKeep}>
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
      <ProblemAlert error={dismiss.error} />
    </form>
  )
}
