import { epochMs } from '@millrace/base'
import {
  BulletBar,
  Card,
  Columns,
  DataTable,
  Figure,
  formatNumber,
  formatQuantity,
  formatWhen,
  LinesSkeleton,
  Page,
  PriorityChip,
  ProblemAlert,
  readerZone,
  shellRoute,
  useNowMs,
} from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createRoute, Link } from '@tanstack/react-router'
import type { Limits } from '../quota-contract.ts'
import classes from './limits.module.css'
import { limitsQuery } from './limits-queries.ts'
import { texts } from './limits-texts.ts'
import { useMay, useSession } from './queries.ts'

type LimitUse = Limits['limits'][number]

/** From this part of a limit on it is said that it is near. */
const NEAR_RATIO = 0.8
/** Of these all places are often taken for a moment, and the next one gets its turn after the last: nothing to see to. */
const IN_TURN: ReadonlySet<LimitUse['quota']> = new Set(['queries', 'exports'])

export const limitsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/limits',
  component: LimitsPage,
})

/** What the company may use at once, what it does use, and who was told to wait. */
function LimitsPage() {
  const { data, error, isPending } = useQuery(limitsQuery)
  const company = useSession()?.enterprise.name ?? ''
  return (
    <Page name={texts.page} title={texts.page} crumbs={[{ text: company, to: '/overview' }]}>
      <ProblemAlert error={error} />
      <Columns
        main={
          <>
            <Card>
              <p className={`second ${classes.intro}`}>{texts.intro}</p>
              {isPending && <LinesSkeleton lines={7} height={30} />}
              {data && <LimitTable {...data} />}
            </Card>
            <Card title={texts.limited}>
              {isPending && <LinesSkeleton lines={2} height={26} />}
              {data && <LimitedTable limited={data.limited} />}
            </Card>
          </>
        }
        side={
          <>
            <Storage limits={data} />
            <HowToRaise />
          </>
        }
      />
    </Page>
  )
}

const say = (value: number) => formatNumber(value, value < 10 && !Number.isInteger(value) ? 1 : 0)
const sayAmount = (amount: number | null) => (amount === null ? texts.unlimited : say(amount))

function LimitTable({ limits, limited }: Pick<Limits, 'limits' | 'limited'>) {
  const met = new Set(limited.map(({ quota }) => quota))
  return (
    <DataTable
      label={texts.table}
      rows={limits}
      rowKey={({ quota }) => quota}
      empty={null}
      columns={[
        {
          header: texts.what,
          phone: 'title',
          cell: ({ quota }) => (
            <span className={classes.what}>
              <b>{texts.quotas[quota][0]}</b>
              <span className="small muted">{texts.quotas[quota][1]}</span>
            </span>
          ),
        },
        { header: texts.now, phone: 'hidden', numeric: true, width: '80px', cell: (use) => say(use.now) },
        { header: texts.today, phone: 'hidden', numeric: true, width: '100px', cell: (use) => say(use.peakToday) },
        { header: texts.week, phone: 'hidden', numeric: true, width: '150px', cell: (use) => say(use.peakWeek) },
        { header: texts.allowed, phone: 'hidden', numeric: true, width: '100px', cell: (use) => sayAmount(use.amount) },
        {
          header: texts.room,
          phone: 'detail',
          width: '150px',
          cell: (use) => <Room use={use} isMet={met.has(use.quota)} />,
        },
      ]}
    />
  )
}

interface RoomProps {
  readonly use: LimitUse
  /** Somebody was told to wait. */
  readonly isMet: boolean
}

/** How much of a limit the busiest moment of the week left, as a bar and a word. */
function Room({ use: { quota, amount, now, peakWeek }, isMet }: RoomProps) {
  const ratio = amount === null ? 0 : peakWeek / amount
  const isNear = ratio >= NEAR_RATIO && !IN_TURN.has(quota)
  return (
    <span className={classes.room}>
      <span className={`second ${classes.phone}`}>{texts.phone(say(now), say(peakWeek), sayAmount(amount))}</span>
      {amount !== null && (
        <BulletBar
          ratio={ratio}
          bad={isMet}
          label={texts.bar(texts.quotas[quota][0], say(peakWeek), sayAmount(amount))}
        />
      )}
      {isMet || isNear ? (
        <PriorityChip priority={isMet ? 3 : 4}>{isMet ? texts.reached : texts.near}</PriorityChip>
      ) : (
        <span className="small muted">{IN_TURN.has(quota) ? texts.inTurn : texts.plenty}</span>
      )}
    </span>
  )
}

function LimitedTable({ limited }: { limited: Limits['limited'] }) {
  const nowMs = useNowMs()
  return (
    <DataTable
      label={texts.limited}
      rows={limited}
      rowKey={({ quota, kind, name, lastAt }) => `${quota} ${kind} ${name} ${lastAt}`}
      empty={texts.nobody}
      columns={[
        {
          header: texts.who,
          phone: 'title',
          cell: ({ name, kind }) => (
            <span className={classes.what}>
              <b>{name}</b>
              <span className="small muted">{texts.kinds[kind] ?? kind}</span>
            </span>
          ),
        },
        {
          header: texts.met,
          phone: 'detail',
          cell: ({ quota }) => `${texts.quotas[quota][0]}, ${texts.quotas[quota][1]}`,
        },
        { header: texts.times, phone: 'hidden', numeric: true, width: '120px', cell: ({ count }) => say(count) },
        {
          header: texts.last,
          phone: 'value',
          width: '150px',
          cell: ({ lastAt }) => <time dateTime={lastAt}>{formatWhen(epochMs(lastAt), readerZone(), nowMs)}</time>,
        },
      ]}
    />
  )
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** Bytes with the largest unit of which there is one: `3.2 GiB`. */
function bytesText(bytes: number): string {
  const step = Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  const value = bytes / 1024 ** step
  return formatQuantity(value, BYTE_UNITS[step] ?? '', value < 10 && step > 0 ? 1 : 0)
}

function Storage({ limits }: { limits: Limits | undefined }) {
  const nowMs = useNowMs()
  if (!limits) {
    return (
      <Card>
        <LinesSkeleton lines={3} height={24} />
      </Card>
    )
  }
  const { storedBytes, storedAt } = limits
  return (
    <Card>
      <Figure label={texts.storage} note={texts.storageNote(formatWhen(epochMs(storedAt), readerZone(), nowMs))}>
        <span className={classes.figure}>{storedBytes === 0 ? texts.storageNone : bytesText(storedBytes)}</span>
      </Figure>
    </Card>
  )
}

function HowToRaise() {
  const id = useSession()?.enterprise.id ?? ''
  const maySeePeople = useMay('identity:person:read')
  return (
    <Card title={texts.raise}>
      <p className="second">{texts.raiseHow}</p>
      <dl className={classes.settings}>
        <dt>{texts.raiseAll}</dt>
        <dd>
          <code>MILLRACE_QUOTAS="samples=200000, queries=8"</code>
        </dd>
        <dt>{texts.raiseOwn}</dt>
        <dd>
          <code>MILLRACE_QUOTAS="{id}:samples=200000"</code>
        </dd>
      </dl>
      <p className="second small">{texts.raiseNames(Object.keys(texts.quotas))}</p>
      {maySeePeople && (
        <p className="second small">
          {texts.locked}{' '}
          <Link to="/identity/people" search={{ state: 'locked' }}>
            {texts.lockedLink}
          </Link>
        </p>
      )}
    </Card>
  )
}
