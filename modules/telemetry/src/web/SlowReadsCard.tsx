import {
  Card,
  DataTable,
  formatDuration,
  formatNumber,
  formatWhen,
  ProblemAlert,
  readerZone,
  useNowMs,
} from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import type { SlowReadView } from '../slow-contract.ts'
import { sizeText } from './local-time.ts'
import classes from './retention.module.css'
import { slowReadsQuery } from './retention-queries.ts'
import { slowTexts as words } from './slow-texts.ts'

/** Long reads that were slow lately: where their time went, and what to do about it. */
export function SlowReadsCard() {
  const { data, error } = useQuery(slowReadsQuery)
  const nowMs = useNowMs()
  return (
    <section id="slow">
      <Card title={words.title}>
        <p className={`second ${classes.intro}`}>{words.intro}</p>
        <ProblemAlert error={error} />
        {data && (
          <DataTable
            label={words.title}
            rows={data.items}
            rowKey={(read) => `${read.atMs} ${read.operationId} ${read.totalMs}`}
            empty={words.empty}
            columns={[
              {
                header: words.what,
                phone: 'title',
                cell: (read) => (
                  <span className={classes.what}>
                    <b>{read.summary}</b>
                    <span className="small muted">
                      {formatWhen(read.atMs, readerZone(), nowMs)}
                      {askedFor(read)}
                    </span>
                  </span>
                ),
              },
              {
                header: words.took,
                phone: 'value',
                numeric: true,
                width: '80px',
                cell: (read) => `${formatNumber(read.totalMs / 1000, 1)} s`,
              },
              {
                header: words.where,
                phone: 'detail',
                cell: (read) => (
                  <span className={classes.what}>
                    {read.isStopped ? words.stopped : words.mostly(words.parts[read.most])}
                    <span className="small muted">{partsOf(read)}</span>
                    <span className="small">{read.isStopped ? words.advice.database : words.advice[read.most]}</span>
                  </span>
                ),
              },
            ]}
          />
        )}
      </Card>
    </section>
  )
}

function askedFor({ seriesCount, rangeMs, answerBytes }: SlowReadView): string {
  const parts = [
    ...(seriesCount === null ? [] : [words.signals(seriesCount)]),
    ...(rangeMs === null ? [] : [formatDuration(rangeMs)]),
    ...(answerBytes === null ? [] : [sizeText(answerBytes)]),
  ]
  return parts.map((part) => `, ${part}`).join('')
}

function partsOf({ parts, queryCount, longestQueryMs }: SlowReadView): string {
  const seconds = (ms: number) => formatNumber(ms / 1000, 1)
  return words.split(
    seconds(parts.queue),
    `${seconds(parts.database)} (${formatNumber(queryCount, 0)}, ${seconds(longestQueryMs)})`,
    seconds(parts.work),
    seconds(parts.send),
  )
}
