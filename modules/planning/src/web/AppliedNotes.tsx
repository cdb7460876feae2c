import { Button } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { Card, formatWhen, ProblemAlert, Row, useNowMs } from '@millrace/ui'
import type { Schedule } from '../schedule-contract.ts'
import classes from './planning.module.css'
import { useTakeBackProposal } from './queries.ts'
import { texts } from './reaction-texts.ts'

/** What the policy applied during the last day, to be taken back by who may publish. */
export function AppliedNotes({ schedule, mayTakeBack }: { schedule: Schedule; mayTakeBack: boolean }) {
  const takeBack = useTakeBackProposal()
  const nowMs = useNowMs()
  if (schedule.applied.length === 0) return null
  return (
    <Card>
      <ul className={classes.notes}>
        {schedule.applied.map(({ id, title, summary, appliedAt }) => (
          <li key={id}>
            <Row>
              <span className="second">
                {texts.applied.by(formatWhen(epochMs(appliedAt), schedule.timeZone, nowMs))}
              </span>
              <b>{title}.</b>
              <span>{summary}</span>
              {mayTakeBack && (
                <Button
                  size="compact-xs"
                  variant="default"
                  loading={takeBack.isPending && takeBack.variables === id}
                  onClick={() => takeBack.mutate(id)}
                >
                  {texts.applied.takeBack}
                </Button>
              )}
            </Row>
          </li>
        ))}
      </ul>
      <ProblemAlert error={takeBack.error} />
    </Card>
  )
}
