import { Button, Progress } from '@mantine/core'
import { Card, Dialog, formatDate, formatNumber, formatWhen, ProblemAlert, Row, useNowMs } from '@millrace/ui'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { SampleImport } from '../import-contract.ts'
import classes from './data.module.css'
import { isAtWork, useCancelImport, useUndoImport } from './data-queries.ts'
import { dataTexts } from './data-texts.ts'

const words = dataTexts.outcome

/** How far an import is, and what became of it. */
export function ImportOutcome({ of, timeZone }: { of: SampleImport; timeZone: string }) {
  const cancelling = useCancelImport(of.id)
  const undoing = useUndoImport(of.id)
  const [isAsked, setIsAsked] = useState(false)
  const nowMs = useNowMs()
  const undo = () => {
    setIsAsked(false)
    undoing.mutate()
  }
  const mayCancel = of.state === 'checking' || of.state === 'writing' || of.state === 'uploading'
  return (
    <Card title={words.title}>
      <div className={classes.form}>
        {isAtWork(of.state) && (
          <Progress.Root>
            <Progress.Section value={of.progressRatio * 100} aria-label={dataTexts.imports.progress} />
          </Progress.Root>
        )}
        <output>{sentenceOf(of)}</output>
        {of.state === 'done' && of.firstMs !== null && of.lastMs !== null && (
          <p className="second">
            {words.between(formatWhen(of.firstMs, timeZone, nowMs), formatWhen(of.lastMs, timeZone, nowMs))}{' '}
            {of.faultCount > 0 && words.skipped(formatNumber(of.faultCount, 0))}
          </p>
        )}
        {of.undoUntil !== null && (
          <p className="small second">{words.undoUntil(formatDate(Date.parse(of.undoUntil), timeZone))}</p>
        )}
        <ProblemAlert error={cancelling.error ?? undoing.error} />
        <Row>
          {mayCancel && (
            <Button onClick={() => cancelling.mutate()} loading={cancelling.isPending}>
              {words.cancel}
            </Button>
          )}
          {of.undoUntil !== null && (
            <Button onClick={() => setIsAsked(true)} loading={undoing.isPending}>
              {words.undo}
            </Button>
          )}
          <Button component={Link} to="/telemetry/imports" variant="subtle">
            {words.another}
          </Button>
        </Row>
      </div>
      {isAsked && (
        <Dialog title={words.undoTitle} onClose={() => setIsAsked(false)}>
          <div className={classes.form}>
            <p>{words.undoNote}</p>
            <Row>
              <Button variant="filled" onClick={undo} data-autofocus>
                {words.undo}
              </Button>
              <Button variant="subtle" onClick={() => setIsAsked(false)}>
                {words.keep}
              </Button>
            </Row>
          </div>
        </Dialog>
      )}
    </Card>
  )
}

function sentenceOf({ state, sampleCount, rowCount, note }: SampleImport): string {
  const samples = formatNumber(sampleCount, 0)
  if (state === 'writing') return words.writing(samples)
  if (state === 'checking') return words.checking
  if (state === 'cancelling') return words.cancelling
  if (state === 'undoing') return words.undoing
  if (state === 'done') return words.done(samples, formatNumber(rowCount, 0))
  if (state === 'undone') return words.undone
  return state === 'cancelled' ? (note ?? words.cancelled) : (note ?? dataTexts.imports.states[state])
}
