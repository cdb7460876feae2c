import { DAY_MS, epochMs } from '@millrace/base'
import { usePlaceTree } from '@millrace/plant/web'
import {
  BulletBar,
  Card,
  DataTable,
  Figure,
  formatDate,
  formatNumber,
  formatWhen,
  LinesSkeleton,
  ProblemAlert,
  readerZone,
  Sparkline,
  Stacked,
  useNowMs,
} from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { Suspense } from 'react'
import type { StorageReport } from '../storage-contract.ts'
import { sizeText } from './local-time.ts'
import classes from './retention.module.css'
import { storageQuery } from './retention-queries.ts'
import { retentionTexts as words } from './retention-texts.ts'

/** A disk that is full sooner than this needs somebody to see to it. */
const SOON_DAYS = 30

/** What the history takes now, what comes, and how long the disk will do. */
export function StorageNow() {
  const { data, error } = useQuery(storageQuery)
  return (
    <Card>
      <ProblemAlert error={error} />
      {!data && !error && <LinesSkeleton lines={4} height={26} />}
      {data && (
        <Stacked>
          <Taken report={data} />
          <Room report={data} />
        </Stacked>
      )}
    </Card>
  )
}

function Taken({ report }: { report: StorageReport }) {
  const nowMs = useNowMs()
  const { measuredAt, bytes, bytesPerDay, weeks } = report
  const first = weeks[0]
  const last = weeks.at(-1)
  return (
    <Figure
      label={words.storage}
      note={
        measuredAt === null ? words.unmeasured : words.measured(formatWhen(epochMs(measuredAt), readerZone(), nowMs))
      }
    >
      <span className={classes.figure}>{measuredAt === null ? '–' : sizeText(bytes)}</span>
      {measuredAt !== null && <p className="second">{words.perDay(sizeText(bytesPerDay))}</p>}
      {first && last && weeks.length > 1 && (
        <div className={classes.weeks}>
          <span className="small muted">{words.weeks}</span>
          <Sparkline
            timesMs={weeks.map(({ weekMs }) => weekMs)}
            values={weeks.map((week) => week.bytes)}
            label={words.weeksLabel(sizeText(first.bytes), sizeText(last.bytes))}
          />
        </div>
      )}
    </Figure>
  )
}

function Room({ report: { disk, fullInDays } }: { report: StorageReport }) {
  const nowMs = useNowMs()
  if (!disk) return <p className="second small">{words.elsewhere}</p>
  const isSoon = fullInDays !== null && fullInDays < SOON_DAYS
  const free = words.free(sizeText(disk.freeBytes), sizeText(disk.totalBytes))
  return (
    <Figure
      label={words.full}
      bar={<BulletBar ratio={1 - disk.freeBytes / disk.totalBytes} bad={isSoon} label={free} />}
      note={
        <>
          {free}.{' '}
          {fullInDays === null
            ? words.notFullNote
            : words.fullWhen(formatDate(nowMs + fullInDays * DAY_MS, readerZone()))}
        </>
      }
    >
      <span className={classes.figure}>
        {fullInDays === null ? words.notFull : words.fullDays(formatNumber(fullInDays, 0))}
      </span>
    </Figure>
  )
}

/** What each plant takes, by kind of signal. */
export function StorageByPlant() {
  const { data } = useQuery(storageQuery)
  return (
    <Card title={words.places}>
      {data ? (
        <Suspense fallback={<LinesSkeleton lines={4} height={30} />}>
          <PlantTable classes={data.classes} />
        </Suspense>
      ) : (
        <LinesSkeleton lines={4} height={30} />
      )}
    </Card>
  )
}

function PlantTable({ classes: rows }: { classes: StorageReport['classes'] }) {
  const tree = usePlaceTree()
  const nameOf = (id: string) => tree.byId.get(id)?.name ?? ''
  const bytesOf = (row: StorageReport['classes'][number]) => row.sampleBytes + row.rollupBytes
  const sorted = rows.toSorted((a, b) => nameOf(a.siteId).localeCompare(nameOf(b.siteId)) || bytesOf(b) - bytesOf(a))
  return (
    <DataTable
      label={words.places}
      rows={sorted}
      rowKey={(row) => `${row.siteId} ${row.class}`}
      empty={words.placesEmpty}
      columns={[
        {
          header: words.plant,
          phone: 'title',
          cell: (row) => (
            <span className={classes.what}>
              <b>{nameOf(row.siteId)}</b>
              <span className="small muted">{words.classes[row.class][0]}</span>
            </span>
          ),
        },
        { header: words.takes, phone: 'value', numeric: true, cell: (row) => sizeText(bytesOf(row)) },
        {
          header: words.perSample,
          phone: 'detail',
          numeric: true,
          cell: (row) =>
            row.sampleCount === 0
              ? '–'
              : formatNumber(row.sampleBytes / row.sampleCount, row.class === 'vibration' ? 0 : 1),
        },
      ]}
    />
  )
}
