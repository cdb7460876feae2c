import { Button } from '@mantine/core'
import { Dialog, ProblemAlert, Row, Stacked } from '@millrace/ui'
import type { Schedule } from '../schedule-contract.ts'
import { usePublishDraft } from './queries.ts'
import { texts } from './texts.ts'

const words = texts.publish

/** What publishing the draft would change, and the button that does it. */
export function PublishDialog({ schedule, onClose }: { schedule: Schedule; onClose: () => void }) {
  const publish = usePublishDraft(schedule.siteId)
  const { diff, figures, revision } = schedule
  const parts = diff && [
    ...(diff.moved > 0 ? [words.moved(diff.moved)] : []),
    ...(diff.added > 0 ? [words.added(diff.added)] : []),
    ...(diff.removed > 0 ? [words.removed(diff.removed)] : []),
  ]
  return (
    <Dialog title={words.title} onClose={onClose}>
      <Stacked>
        {parts ? (
          <p>{parts.length > 0 ? `${parts.join(', ')}.` : words.same}</p>
        ) : (
          <p>{words.first(figures.operationCount - figures.waitingCount)}</p>
        )}
        {diff && diff.nowLate.length > 0 && <p>{words.nowLate(diff.nowLate.join(', '))}</p>}
        {diff && diff.saved.length > 0 && <p>{words.saved(diff.saved.join(', '))}</p>}
        <ProblemAlert error={publish.error} />
        <Row>
          <Button variant="default" onClick={onClose}>
            {words.keep}
          </Button>
          <Button
            variant="filled"
            loading={publish.isPending}
            onClick={() => publish.mutate(revision, { onSuccess: onClose })}
          >
            {words.publish}
          </Button>
        </Row>
      </Stacked>
    </Dialog>
  )
}
