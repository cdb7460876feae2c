import { BlockSkeleton, Card, Columns, Page, Panels, shellRoute } from '@millrace/ui'
import { createRoute } from '@tanstack/react-router'
import { crumbsOf } from './place.ts'
import { equipmentQuery } from './queries.ts'
import { useCompanyName, usePlace } from './use-place.ts'

/** The time shown by the trends: a preset, or a stretch somebody zoomed to. Shared with the link. */
export interface MachineSearch {
  readonly range?: string
  readonly from?: number
  readonly to?: number
  /** Series numbers of the signals in the trends, joined with dots; the most telling ones when absent. */
  readonly signals?: string
  /** What the trends are compared with. */
  readonly compare?: 'week'
}

export const machineRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/plant/machines/$machineId',
  validateSearch: (search: Record<string, unknown>): MachineSearch => {
    const { range, from, to, signals, compare } = search
    const chosen = {
      ...((typeof signals === 'string' || typeof signals === 'number') && { signals: String(signals) }),
      ...(compare === 'week' && { compare: 'week' as const }),
    }
    if (typeof from === 'number' && typeof to === 'number' && to > from) return { ...chosen, from, to }
    return typeof range === 'string' ? { ...chosen, range } : chosen
  },
  loader: ({ context }) => context.queryClient.ensureQueryData(equipmentQuery),
  component: MachinePage,
})

/** One machine: its state, its course over time, its findings, signals and commands, each from the module that knows. */
function MachinePage() {
  const { machineId } = machineRoute.useParams()
  const { tree, item } = usePlace(machineId)
  const company = useCompanyName()
  const pending = (height: number) => (
    <Card>
      <BlockSkeleton height={height} />
    </Card>
  )
  return (
    <Page
      key={machineId}
      name={item.name}
      title={item.name}
      crumbs={crumbsOf(tree, machineId, company)}
      aside={<Panels place="plant/machine-state" subjectId={machineId} pending={null} />}
    >
      <Panels place="plant/machine-head" subjectId={machineId} pending={pending(44)} />
      <Columns
        main={<Panels place="plant/machine-main" subjectId={machineId} pending={pending(420)} />}
        side={<Panels place="plant/machine-side" subjectId={machineId} pending={pending(220)} />}
      />
    </Page>
  )
}
