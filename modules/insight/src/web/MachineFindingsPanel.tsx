import { useMay } from '@millrace/identity/web'
import { Card, clockMs, LinesSkeleton, ProblemAlert } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { FindingCard } from './FindingCard.tsx'
import { findingsQuery, useLiveFindings } from './queries.ts'
import { shownFindings } from './shown.ts'
import { texts } from './texts.ts'

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
  const shown = shownFindings(query.data?.items ?? [], clockMs())
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
