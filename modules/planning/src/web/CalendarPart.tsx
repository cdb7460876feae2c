import { Button } from '@mantine/core'
import { atWallClock, epochMs, wallClock } from '@millrace/base'
import { DataTable, formatDay, formatWhen, ProblemAlert, Row, readerZone, useNowMs } from '@millrace/ui'
import { useState } from 'react'
import type { CalendarException } from '../contract.ts'
import { ExceptionDialog } from './ExceptionDialog.tsx'
import type { PartProps } from './ResourcesPage.tsx'
import { useRemoveException } from './resource-queries.ts'
import { texts } from './resource-texts.ts'
import classes from './resources.module.css'
import { Saved } from './Saved.tsx'

const words = texts.calendar
const DAYS = 7

/** Holidays, maintenance, stops and extra work: a week at a time, and all of them. */
export function CalendarPart({ siteId, tree, mayWrite, capacity }: PartProps) {
  const nowMs = Math.floor(useNowMs() / 60_000) * 60_000
  const zone = tree.byId.get(siteId)?.site?.timeZone ?? readerZone()
  const [week, setWeek] = useState(0)
  const [isAdding, setAdding] = useState(false)
  const remove = useRemoveException()
  const where = ({ workUnitId }: CalendarException) =>
    workUnitId === null ? words.whole : (tree.byId.get(workUnitId)?.name ?? '')
  const days = daysOfWeek(nowMs, week, zone)
  const dayText = (atMs: number) => formatDay(atMs, zone)
  const onDay = (index: number) =>
    capacity.exceptions.filter(
      (one) => epochMs(one.startAt) < (days[index + 1] ?? 0) && epochMs(one.endAt) > (days[index] ?? 0),
    )
  return (
    <>
      <Row>
        <Button size="xs" variant="default" onClick={() => setWeek(week - 1)} disabled={week <= 0}>
          {words.before}
        </Button>
        <Button size="xs" variant="default" onClick={() => setWeek(week + 1)} disabled={week >= 52}>
          {words.next}
        </Button>
        {mayWrite && (
          <Button size="xs" variant="filled" onClick={() => setAdding(true)}>
            {words.add}
          </Button>
        )}
      </Row>
      <ol className={classes.week} aria-label={words.week(dayText(days[0] ?? nowMs))}>
        {days.slice(0, DAYS).map((atMs, index) => {
          const own = onDay(index)
          return (
            <li key={atMs} className={classes.day} {...(own.length > 0 && { 'data-marked': '' })}>
              <b>{dayText(atMs)}</b>
              {own.length === 0 && <span className="second">{words.quiet}</span>}
              {own.map((one) => (
                <div key={one.id}>
                  {words.kinds[one.kind]}, {where(one)}: {one.note}
                </div>
              ))}
            </li>
          )
        })}
      </ol>
      <ProblemAlert error={remove.error} />
      <Saved when={remove.isSuccess} />
      <DataTable
        rows={capacity.exceptions}
        rowKey={({ id }) => id}
        label={words.label}
        empty={words.empty}
        columns={[
          { header: words.note, phone: 'title', cell: ({ note }) => note },
          { header: words.kind, phone: 'value', cell: ({ kind }) => words.kinds[kind] },
          { header: words.where, cell: where },
          { header: words.start, phone: 'detail', cell: ({ startAt }) => formatWhen(epochMs(startAt), zone, nowMs) },
          { header: words.end, cell: ({ endAt }) => formatWhen(epochMs(endAt), zone, nowMs) },
          ...(mayWrite
            ? [
                {
                  header: texts.actions,
                  phone: 'detail' as const,
                  cell: ({ id, note }: CalendarException) => (
                    <Button
                      {...{ size: 'compact-xs', variant: 'subtle', 'aria-label': words.removeName(note) }}
                      onClick={() => remove.mutate(id)}
                    >
                      {texts.remove}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      {isAdding && <ExceptionDialog {...{ siteId, tree, zone }} onClose={() => setAdding(false)} />}
    </>
  )
}

/** Midnights of a week of the plant's clock, Monday first, and the one behind it. */
function daysOfWeek(nowMs: number, week: number, zone: string): number[] {
  const { year, month, day, weekday } = wallClock(nowMs, zone)
  const monday = day - (weekday - 1) + week * DAYS
  return Array.from({ length: DAYS + 1 }, (_, offset) => atWallClock(year, month, monday + offset, 0, zone))
}
