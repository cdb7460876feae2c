import { Button, Progress } from '@mantine/core'
import { epochMs } from '@millrace/base'
import {
  Card,
  formatNumber,
  formatWhen,
  LinesSkeleton,
  PriorityChip,
  ProblemAlert,
  readerZone,
  useNowMs,
} from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { TrailCheck } from '../trail-contract.ts'
import classes from './trail.module.css'
import { checkQuery, trailQuery, useBeginCheck, useCancelCheck } from './trail-queries.ts'
import { texts as all } from './trail-texts.ts'

const texts = all.status
const count = (n: number) => formatNumber(n, 0)

/** Whether the trail is whole: what was signed and witnessed last, and a verification of everything. */
export function TrailStatus() {
  const { data, error } = useQuery(trailQuery)
  const nowMs = useNowMs()
  const when = (at: Parameters<typeof epochMs>[0]) => formatWhen(epochMs(at), readerZone(), nowMs)
  return (
    <Card title={texts.title}>
      <ProblemAlert error={error} />
      {!data && !error && <LinesSkeleton lines={3} />}
      {data?.fault && (
        <div className={classes.broken} role="alert">
          <PriorityChip priority={1}>{texts.broken}</PriorityChip>
          <p>{data.fault}</p>
          <p className="second">{texts.brokenNote}</p>
        </div>
      )}
      {data && (
        <dl className={classes.facts}>
          <dt>{texts.events}</dt>
          <dd>{count(data.size)}</dd>
          <dt>{texts.signed}</dt>
          <dd>{data.head ? texts.signedText(count(data.head.size), when(data.head.at)) : texts.unsigned}</dd>
          <dt>{texts.witness}</dt>
          <dd>
            {data.witnessed ? texts.signedText(count(data.witnessed.size), when(data.witnessed.at)) : texts.unsigned}
          </dd>
          <dt>{texts.key}</dt>
          <dd className={classes.mono}>{data.key.publicKey}</dd>
          {data.head && (
            <>
              <dt>{texts.root}</dt>
              <dd className={classes.mono}>{data.head.root}</dd>
            </>
          )}
        </dl>
      )}
      <Verification />
    </Card>
  )
}

function Verification() {
  const [id, setId] = useState<string>()
  const begin = useBeginCheck()
  const cancel = useCancelCheck()
  const { data: check, error } = useQuery({ ...checkQuery(id ?? ''), enabled: id !== undefined })
  const isRunning = check?.state === 'running'
  return (
    <div className={classes.verification} aria-live="polite">
      {isRunning ? (
        <Button onClick={() => cancel.mutate(check.id)}>{texts.cancel}</Button>
      ) : (
        <Button
          variant="filled"
          loading={begin.isPending}
          onClick={() => begin.mutate(undefined, { onSuccess: (begun) => setId(begun.id) })}
        >
          {texts.verify}
        </Button>
      )}
      <ProblemAlert error={begin.error ?? cancel.error ?? error} />
      {check && <Result check={check} />}
    </div>
  )
}

function Result({ check }: { check: TrailCheck }) {
  const { state, events, size, headCount, witnessedHeadCount, findings, progressRatio } = check
  if (state === 'cancelled') return <p>{texts.cancelled}</p>
  if (state === 'failed') return <p>{texts.failed}</p>
  if (state === 'running') {
    return (
      <div>
        <p>{texts.running(count(events), count(size))}</p>
        <Progress value={progressRatio * 100} aria-label={texts.progress} />
      </div>
    )
  }
  if (findings.length === 0) return <p>{texts.good(count(size), count(headCount), count(witnessedHeadCount))}</p>
  return (
    <div>
      <PriorityChip priority={1}>{texts.bad}</PriorityChip>
      <ul>
        {findings.map(({ kind, sequence, sentence }) => (
          <li key={`${kind} ${sequence} ${sentence}`}>{sentence}</li>
        ))}
      </ul>
    </div>
  )
}
