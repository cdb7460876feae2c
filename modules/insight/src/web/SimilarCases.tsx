import { epochMs } from '@millrace/base'
import { usePlaceTree } from '@millrace/plant/web'
import { Card, DataTable, formatQuantity, formatWhen, useNowMs } from '@millrace/ui'
import { Link } from '@tanstack/react-router'
import type { SimilarFinding } from '../contract.ts'
import { OutcomeVerdict } from './FindingCard.tsx'
import { texts } from './texts.ts'

/** Past cases of the same cause and how they ended: what a person asks before deciding. */
export function SimilarCases({ similar, siteId }: { similar: readonly SimilarFinding[]; siteId: string }) {
  const nowMs = useNowMs()
  const zone = usePlaceTree().byId.get(siteId)?.site?.timeZone ?? 'UTC'
  return (
    <Card title={texts.similar.title}>
      <DataTable
        label={texts.similar.title}
        rows={similar}
        rowKey={(past) => past.id}
        empty={texts.similar.empty}
        columns={[
          {
            header: texts.similar.case,
            cell: (past) => <Link to={`/insight/findings/${past.id}`}>{past.title}</Link>,
            phone: 'title',
          },
          { header: texts.similar.machine, cell: (past) => past.workUnitName },
          {
            header: texts.similar.when,
            cell: (past) => formatWhen(epochMs(past.foundAt), zone, nowMs),
            phone: 'detail',
          },
          { header: texts.similar.end, cell: (past) => texts.states[past.state], phone: 'value' },
          {
            header: texts.similar.outcome,
            cell: ({ outcome }) =>
              outcome && (
                <>
                  {texts.outcome.line(
                    outcome.title,
                    formatQuantity(outcome.before, ''),
                    formatQuantity(outcome.after, outcome.unit ?? ''),
                  )}
                  , <OutcomeVerdict verdict={outcome.verdict} />
                </>
              ),
          },
        ]}
      />
    </Card>
  )
}
