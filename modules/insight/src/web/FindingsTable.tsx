import { epochMs } from '@millrace/base'
import { useMay } from '@millrace/identity/web'
import { pageOf, usePlaceTree } from '@millrace/plant/web'
import { DataTable, formatMoney, formatWhen, PriorityChip, priorityLevel, QuietChip, useNowMs } from '@millrace/ui'
import { Link } from '@tanstack/react-router'
import type { Finding } from '../contract.ts'
import { sureText } from './evidence.ts'
import { OutcomeVerdict } from './FindingCard.tsx'
import classes from './insight.module.css'
import { texts } from './texts.ts'

interface FindingsTableProps {
  readonly findings: readonly Finding[]
  readonly empty: string
}

/** Findings as rows: how urgent, what and where, why, what waiting costs, and the way to decide. */
export function FindingsTable({ findings, empty }: FindingsTableProps) {
  const tree = usePlaceTree()
  const nowMs = useNowMs()
  const mayDecide = useMay('insight:finding:decide')
  return (
    <DataTable
      label={texts.title}
      rows={findings}
      rowKey={(finding) => finding.id}
      empty={empty}
      columns={[
        {
          header: texts.list.priority,
          cell: (finding) => <FindingState finding={finding} />,
          phone: 'value',
          width: '112px',
        },
        {
          header: texts.list.what,
          cell: (finding) => {
            const machine = tree.byId.get(finding.workUnitId)
            const site = tree.byId.get(finding.siteId)
            const zone = site?.site?.timeZone ?? 'UTC'
            return (
              <>
                <Link className={classes.what} to={`/insight/findings/${finding.id}`}>
                  {finding.title}
                </Link>
                <div className="small second">
                  {machine && (
                    <Link className={classes.where} to={pageOf(machine)}>
                      {machine.name}, {site?.name}
                    </Link>
                  )}
                </div>
                <div className="small muted">
                  {texts.list.since(
                    formatWhen(epochMs(finding.sinceAt), zone, nowMs),
                    sureText(finding.confidenceRatio),
                  )}
                </div>
              </>
            )
          },
          phone: 'title',
          width: '30%',
        },
        {
          header: texts.list.why,
          cell: (finding) => <span className="second">{finding.reason}</span>,
          phone: 'detail',
        },
        {
          header: texts.list.waiting,
          numeric: true,
          cell: (finding) =>
            finding.benefit && finding.benefit.waitingPerDay > 0
              ? texts.list.perDay(formatMoney(finding.benefit.waitingPerDay, finding.benefit.currency))
              : '',
        },
        {
          header: mayDecide ? texts.list.decide : texts.list.open,
          numeric: true,
          cell: (finding) => {
            const waits = mayDecide && finding.state === 'open'
            return (
              <Link
                className={waits && finding.priority <= 2 ? classes.decideFirst : classes.decideLink}
                to={`/insight/findings/${finding.id}`}
              >
                {waits ? texts.list.decide : texts.list.open}
              </Link>
            )
          },
          width: '92px',
        },
      ]}
    />
  )
}

function FindingState({ finding }: { finding: Finding }) {
  if (finding.state === 'open') return <PriorityChip priority={priorityLevel(finding.priority)} />
  return (
    <>
      <QuietChip>{texts.states[finding.state]}</QuietChip>
      {finding.outcome && (
        <div className="small">
          <OutcomeVerdict verdict={finding.outcome.verdict} />
        </div>
      )}
    </>
  )
}
