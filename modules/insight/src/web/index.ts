import { epochMs } from '@millrace/base'
import { useMay } from '@millrace/identity/web'
import { usePlaceTree } from '@millrace/plant/web'
import { FindingsIcon, formatTime, type MachineMark, priorityLevel, type SearchHit, type WebModule } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createElement } from 'react'
import { findingRoute } from './FindingPage.tsx'
import { findingsRoute } from './FindingsPage.tsx'
import { MachineFindingsPanel } from './MachineFindingsPanel.tsx'
import { findingsQuery, useLiveFindings, useOpenFindings } from './queries.ts'
import { texts } from './texts.ts'

export type { Finding } from '../contract.ts'
export { FindingsTable } from './FindingsTable.tsx'
export { useLiveFindings, useOpenFindings } from './queries.ts'
export { texts as findingTexts } from './texts.ts'

/** How many findings want a decision, at the end of the navigation entry. */
function OpenCount() {
  useLiveFindings()
  const open = useOpenFindings()
  return createElement('span', null, open && open.length > 0 ? open.length : '')
}

/** The findings of a machine as marks in its trends. */
function useFindingMarks(workUnitId: string): readonly MachineMark[] {
  const { data } = useQuery({ ...findingsQuery({ state: 'all', workUnitId }), enabled: useMay('insight:finding:read') })
  const tree = usePlaceTree()
  const zone = tree.byId.get(tree.byId.get(workUnitId)?.siteId ?? '')?.site?.timeZone ?? 'UTC'
  return (data?.items ?? []).map((finding) => ({
    id: finding.id,
    kind: 'finding' as const,
    atMs: epochMs(finding.foundAt),
    priority: priorityLevel(finding.priority),
    text: texts.evidence.finding(formatTime(epochMs(finding.foundAt), zone)),
  }))
}

export const insightWeb: WebModule = {
  name: 'insight',
  routes: [findingsRoute, findingRoute],
  navigation: [
    {
      to: '/insight/findings',
      text: texts.title,
      Icon: FindingsIcon,
      order: 2,
      Count: OpenCount,
      onPhone: true,
      key: 'f',
    },
  ],
  panels: [{ place: 'plant/machine-side', order: 10, Component: MachineFindingsPanel }],
  useMachineMarks: useFindingMarks,
  search: async (queryClient) => {
    const { items } = await queryClient.ensureQueryData(findingsQuery({ state: 'all' }))
    return items.map(
      (finding): SearchHit => ({
        id: finding.id,
        text: finding.title,
        context: finding.reason,
        group: texts.title,
        to: `/insight/findings/${finding.id}`,
      }),
    )
  },
}
