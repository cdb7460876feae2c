import { equipmentQuery } from '@millrace/plant/web'
import {
  api,
  BlockSkeleton,
  Card,
  DataTable,
  EmptyState,
  formatDay,
  formatNumber,
  formatRatio,
  ProblemAlert,
  shellRoute,
} from '@millrace/ui'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { createRoute, Link, useNavigate } from '@tanstack/react-router'
import type { CSSProperties } from 'react'
import { attainmentRatio } from '../attained-rules.ts'
import { ATTAINMENT_DAYS, type Attained, Attainment, type UnitAttainment } from '../attainment-contract.ts'
import { texts } from './attainment-texts.ts'
import classes from './forecast.module.css'
import { PlanningSite } from './PlanningSite.tsx'

interface AttainmentSearch {
  readonly site?: string
}

export const attainmentRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/planning/attainment',
  validateSearch: ({ site }: Record<string, unknown>): AttainmentSearch => ({
    ...(typeof site === 'string' && { site }),
  }),
  loader: ({ context }) => context.queryClient.ensureQueryData(equipmentQuery),
  component: AttainmentPage,
})

/** While shifts that have ended are still being judged. */
const JUDGED_SOON_MS = 10_000

const attainmentQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['planning', 'attainment', siteId],
    queryFn: ({ signal }) => api.get('/planning/attainment', { response: Attainment, query: { siteId }, signal }),
    refetchInterval: ({ state: { data } }) => (data && data.unsettledCount > 0 ? JUDGED_SOON_MS : false),
  })

/** How far the machines of a plant did what was planned, and where the time went. */
function AttainmentPage() {
  const { site } = attainmentRoute.useSearch()
  const navigate = useNavigate()
  return (
    <PlanningSite
      title={texts.title}
      wanted={site}
      onChoose={(siteId) => void navigate({ to: '/planning/attainment', search: { site: siteId }, replace: true })}
    >
      {({ siteId }) => <SiteAttainment key={siteId} siteId={siteId} />}
    </PlanningSite>
  )
}

function SiteAttainment({ siteId }: { siteId: string }) {
  const { data, error, isPending } = useQuery(attainmentQuery(siteId))
  if (isPending)
    return (
      <Card title={texts.answer}>
        <BlockSkeleton height={320} />
      </Card>
    )
  if (!data) return <ProblemAlert error={error} />
  return (
    <>
      <Card title={texts.answer} note={texts.note(ATTAINMENT_DAYS)}>
        <ul className={classes.sentences}>
          {data.sentences.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
        {data.unsettledCount > 0 && <p className="small second">{texts.unsettled(data.unsettledCount)}</p>}
        {data.units.length + data.unsettledCount === 0 && <EmptyState>{texts.empty}</EmptyState>}
      </Card>
      {data.units.length > 0 && (
        <>
          <Card title={texts.map}>
            <p className="small second">{texts.mapNote}</p>
            <AttainmentMap attainment={data} />
          </Card>
          <Card title={texts.missed}>
            <LossTable units={data.units} />
          </Card>
        </>
      )}
    </>
  )
}

const dayText = (day: string) => formatDay(Date.parse(day), 'UTC')

/** Machines by days: fuller is more of what was planned. */
function AttainmentMap({ attainment: { days, byDay, units, total } }: { attainment: Attainment }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways has to be reached by keyboard
    <section className={classes.heat} aria-label={texts.map} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.machine}</th>
            {days.map((day) => (
              <th key={day} scope="col">
                {dayText(day)}
              </th>
            ))}
            <th scope="col">{texts.together}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{texts.all}</th>
            {byDay.map((one, index) => (
              <Cell key={days[index]} attained={one} />
            ))}
            <Cell attained={total} />
          </tr>
          {units.map((unit) => (
            <tr key={unit.workUnitId}>
              <th scope="row" title={unit.name}>
                {unit.name}
              </th>
              {unit.days.map((one, index) => (
                <Cell key={days[index]} attained={one} />
              ))}
              <Cell attained={unit.total} />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Cell({ attained }: { attained: Attained | null }) {
  if (!attained) return <td className={classes.share}>–</td>
  const ratio = attainmentRatio(attained)
  if (ratio === undefined)
    return (
      <td className={classes.share} data-unheard>
        <span className="visually-hidden">{texts.unheard}</span>
      </td>
    )
  return (
    <td className={classes.share} style={{ '--load': String(ratio) } as CSSProperties}>
      {formatRatio(ratio)}
    </td>
  )
}

const hours = (seconds: number) => formatNumber(seconds / 3600, 1)

function LossTable({ units }: { units: readonly UnitAttainment[] }) {
  const columns = [
    { header: texts.planned, of: ({ plannedS }: Attained) => plannedS },
    { header: texts.ran, of: ({ ranS }: Attained) => ranS },
    { header: texts.late, of: ({ lateS }: Attained) => lateS },
    { header: texts.stopped, of: ({ stoppedS }: Attained) => stoppedS },
    { header: texts.idle, of: ({ idleS }: Attained) => idleS },
    { header: texts.unheardHours, of: ({ unheardS }: Attained) => unheardS },
  ]
  return (
    <DataTable
      label={texts.missed}
      rows={units}
      rowKey={({ workUnitId }) => workUnitId}
      empty={texts.empty}
      columns={[
        {
          header: texts.machine,
          phone: 'title',
          cell: ({ workUnitId, name }) => (
            <Link to="/plant/machines/$machineId" params={{ machineId: workUnitId }}>
              {name}
            </Link>
          ),
        },
        {
          header: texts.ratio,
          phone: 'value',
          numeric: true,
          cell: ({ total }) => formatRatio(attainmentRatio(total)),
        },
        ...columns.map(({ header, of }) => ({
          header,
          numeric: true,
          cell: ({ total }: UnitAttainment) => hours(of(total)),
        })),
        {
          header: texts.starts,
          phone: 'detail' as const,
          numeric: true,
          cell: ({ total }) => texts.startsOf(total.metCount, total.startCount),
        },
      ]}
    />
  )
}
