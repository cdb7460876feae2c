import { DAY_MS, epochMs } from '@millrace/base'
import { useMay } from '@millrace/identity/web'
import { Card, clockMs, LinesSkeleton, ProblemAlert } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import type { Finding } from '../contract.ts'
import { FindingCard } from './FindingCard.tsx'
import { findingsQuery, useLiveFindings } from './queries.ts'
import { texts } from './texts.ts'

/** Decided findings stay beside the machine this long, so that their outcome is seen. */
const DECIDED_SHOWN_MS = DAY_MS
const SHOWN_LIMIT = 3

/** The findings of a machine: open ones to be decided, and the last decided ones with their outcome. */
export function MachineFindingsPanel({ subjectId }: { subjectId: string }) {
  return useMay('insight:finding:read') ? <MachineFindings machineId={subjectId} /> : null
}

function MachineFindings({ machineId }: { machineId: string }) {
  const query = useQuery(findingsQuery({ state: 'all', workUnitId: machineId }))
  useLiveFindings()
  if (query.isPending) {
    return (
      <Card title={texts.title}>
        <LinesSkeleton lines={6} />
      </Card>
    )
  }
  const findings = query.data?.items ?? []
  const waiting = (finding: Finding) => finding.benefit?.waitingPerDay ?? 0
  const open = findings
    .filter((finding) => finding.state === 'open')
    .sort((a, b) => a.priority - b.priority || waiting(b) - waiting(a))
  const decided = findings.filter(
    ({ decision, state }) => state !== 'open' && decision && clockMs() - epochMs(decision.at) < DECIDED_SHOWN_MS,
  )
  const shown = [...open, ...decided].slice(0, SHOWN_LIMIT)
  return (
    <>
      <ProblemAlert error={query.error} />
      {shown.map((finding) => (
        <FindingCard key={finding.id} finding={finding} />
      ))}
      {shown.length === 0 && !query.error && (
        <Card title={texts.title}>
          <p className="second">{texts.emptyMachine}</p>
        </Card>
      )}
    </>
  )
}
