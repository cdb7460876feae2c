import { useMay } from '@millrace/identity/web'
import { type Finding, FindingsTable, findingTexts, useLiveFindings, useOpenFindings } from '@millrace/insight/web'
import { equipmentQuery, machinesBelow, pageOf, ShiftText, useCompanyName, usePlaceTree } from '@millrace/plant/web'
import { openStops, PlaceFigures, SiteStrips, usePlaceNow } from '@millrace/telemetry/web'
import {
  BlockSkeleton,
  Card,
  CardGrid,
  EmptyState,
  formatDuration,
  LinesSkeleton,
  Page,
  PartBoundary,
  PriorityChip,
  ProblemAlert,
  priorityLevel,
  shellRoute,
  useNowMs,
} from '@millrace/ui'
import { createRoute, Link } from '@tanstack/react-router'
import { texts } from '../texts.ts'
import classes from './overview.module.css'
import { siteOrder } from './site-order.ts'

export const overviewRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/overview',
  loader: ({ context }) => context.queryClient.ensureQueryData(equipmentQuery),
  component: OverviewPage,
})

/** Findings shown here; the rest is one press away. */
const FINDING_COUNT = 6
/** Chips of one plant before the rest becomes a number. */
const CHIP_COUNT = 4

/** The company now: plants side by side, the worst first, and what wants a decision. */
function OverviewPage() {
  const tree = usePlaceTree()
  const company = useCompanyName()
  const findings = useOpenFindings()
  const maySeeFindings = useMay('insight:finding:read')
  useLiveFindings()
  const machines = tree.sites.reduce((sum, site) => sum + machinesBelow(tree, site.id).length, 0)
  const summary = [
    texts.overview.plants(tree.sites.length),
    texts.overview.machines(machines),
    ...(findings ? [texts.overview.findings(findings.length)] : []),
  ].join(', ')
  if (tree.sites.length === 0) {
    return (
      <Page name={company} title={texts.overview.title}>
        <Card>
          <EmptyState action={<Link to="/first-run">{texts.overview.goOn}</Link>}>{texts.overview.empty}</EmptyState>
        </Card>
      </Page>
    )
  }
  return (
    <Page name={company} title={texts.overview.title} aside={summary}>
      <CardGrid>
        {siteOrder(tree.sites, findings ?? []).map((site) => (
          <PartBoundary key={site.id}>
            <SiteCard siteId={site.id} findings={findings ?? []} />
          </PartBoundary>
        ))}
      </CardGrid>
      {maySeeFindings && (
        <Card title={findingTexts.wanting} note={findingTexts.sorted}>
          {findings === undefined ? (
            <LinesSkeleton lines={4} height={30} />
          ) : (
            <FindingsTable findings={findings.slice(0, FINDING_COUNT)} empty={findingTexts.emptyOpen} />
          )}
          {findings !== undefined && findings.length > FINDING_COUNT && (
            <p className={classes.all}>
              <Link to="/insight/findings">{texts.overview.allFindings}</Link>
            </p>
          )}
        </Card>
      )}
    </Page>
  )
}

function SiteCard({ siteId, findings }: { siteId: string; findings: readonly Finding[] }) {
  const now = usePlaceNow(siteId)
  const { site, detail } = now
  return (
    <Card
      title={
        <>
          <Link className={classes.site} to={pageOf(site)}>
            {site.name}
          </Link>{' '}
          <span className={classes.country}>{detail.country}</span>
        </>
      }
      note={<ShiftText site={detail} />}
    >
      <ProblemAlert error={now.error} />
      {now.loading ? (
        <BlockSkeleton height={260} />
      ) : (
        <>
          <PlaceFigures now={now} />
          <SiteStrips now={now} />
          <SiteChips now={now} findings={findings.filter((finding) => finding.siteId === siteId)} />
        </>
      )}
    </Card>
  )
}

function SiteChips({ now, findings }: { now: ReturnType<typeof usePlaceNow>; findings: readonly Finding[] }) {
  const nowMs = useNowMs()
  const { tree, rows } = now
  const stops = openStops(rows).map((row) => {
    const machine = tree.byId.get(row.workUnitId)
    const time = row.sinceMs === undefined ? '' : formatDuration(nowMs - row.sinceMs)
    return {
      id: row.workUnitId,
      to: machine ? pageOf(machine) : '/plant/machines',
      priority: 1 as const,
      text: texts.overview.stops(row.name, time),
    }
  })
  const found = findings.map((finding) => ({
    id: finding.id,
    to: `/insight/findings/${finding.id}`,
    priority: priorityLevel(finding.priority),
    text: `${finding.title}, ${tree.byId.get(finding.workUnitId)?.name ?? ''}`,
  }))
  const chips = [...stops, ...found]
  if (chips.length === 0) return null
  return (
    <div className={classes.chips}>
      {chips.slice(0, CHIP_COUNT).map((chip) => (
        <Link key={chip.id} to={chip.to}>
          <PriorityChip priority={chip.priority}>{chip.text}</PriorityChip>
        </Link>
      ))}
      {chips.length > CHIP_COUNT && (
        <span className="small muted">{texts.overview.more(chips.length - CHIP_COUNT)}</span>
      )}
    </div>
  )
}
