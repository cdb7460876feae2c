import { Button, Checkbox } from '@mantine/core'
import {
  BlockSkeleton,
  Card,
  DataTable,
  formatDate,
  formatNumber,
  formatTime,
  ProblemAlert,
  Row,
  Stacked,
} from '@millrace/ui'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useMemo, useState } from 'react'
import type { Signal } from '../contract.ts'
import type { ImportMapping, ImportPreview, SampleImport } from '../import-contract.ts'
import classes from './data.module.css'
import { previewQuery, useCancelImport, useStartImport } from './data-queries.ts'
import { dataTexts } from './data-texts.ts'
import { ImportSources } from './ImportSources.tsx'
import { ImportWriting } from './ImportWriting.tsx'
import { useSignals } from './use-signals.ts'

const words = dataTexts.mapping

/** Says what of a file is which signal, shows what will be stored, and starts the import. */
export function ImportMapper({ of, timeZone }: { of: SampleImport; timeZone: string }) {
  const first = useQuery(previewQuery(of.id, undefined, timeZone))
  const { signals } = useSignals(useMemo(() => ({ siteId: of.siteId }), [of.siteId]))
  if (first.error) {
    return (
      <Card>
        <ProblemAlert error={first.error} />
        <ThrowAway id={of.id} />
      </Card>
    )
  }
  if (!first.data) {
    return (
      <Card>
        <BlockSkeleton height={260} />
      </Card>
    )
  }
  return <Mapper of={of} first={first.data} signals={signals} timeZone={timeZone} />
}

interface MapperProps {
  readonly of: SampleImport
  readonly first: ImportPreview
  readonly signals: readonly Signal[]
  readonly timeZone: string
}

function Mapper({ of, first, signals, timeZone }: MapperProps) {
  const [mapping, setMapping] = useState<ImportMapping>(of.mapping ?? first.guess)
  const [skipFaults, setSkipFaults] = useState(false)
  const asked = useDeferredValue(mapping)
  const preview = useQuery({ ...previewQuery(of.id, asked, timeZone), placeholderData: keepPreviousData })
  const starting = useStartImport(of.id)
  const shown = preview.data ?? first
  const isReady = mapping.signals.length > 0 && !preview.error && shown.sampleCount > 0
  const isRefused = shown.faultCount > 0 && !skipFaults
  return (
    <Stacked>
      {of.state !== 'ready' && <LastTry of={of} />}
      <Card title={words.written}>
        <ImportWriting format={of.format} columns={shown.columns} mapping={mapping} onMapping={setMapping} />
      </Card>
      <Card title={words.signals}>
        <ImportSources preview={shown} signals={signals} mapping={mapping} onMapping={setMapping} />
      </Card>
      <Card title={words.preview} note={words.previewNote(formatNumber(shown.rowCount, 0), shown.isWhole)}>
        <div className={classes.form}>
          <ProblemAlert error={preview.error} />
          {!preview.error && (
            <Samples preview={shown} signals={signals} timeZone={timeZone} isMapped={mapping.signals.length > 0} />
          )}
          {!preview.error && <FaultList faults={shown.faults} count={shown.faultCount} />}
          <Checkbox
            label={words.skip}
            description={words.skipNote}
            checked={skipFaults}
            onChange={(event) => setSkipFaults(event.currentTarget.checked)}
          />
          <ProblemAlert error={starting.error} />
          <Row>
            <Button
              variant="filled"
              disabled={!isReady || isRefused}
              loading={starting.isPending}
              onClick={() => starting.mutate({ mapping, skipFaults })}
            >
              {words.start}
            </Button>
            <ThrowAway id={of.id} />
          </Row>
        </div>
      </Card>
    </Stacked>
  )
}

/** Why an earlier try imported nothing. */
function LastTry({ of }: { of: SampleImport }) {
  return (
    <Card>
      <div className={classes.form} role="alert">
        <b>{of.state === 'failed' || of.faultCount === 0 ? words.failed : words.refused}</b>
        {of.note !== null && <span className="second">{of.note}</span>}
        <FaultList faults={of.faults} count={of.faultCount} />
      </div>
    </Card>
  )
}

function ThrowAway({ id }: { id: string }) {
  const cancelling = useCancelImport(id)
  return (
    <Button variant="subtle" onClick={() => cancelling.mutate()} loading={cancelling.isPending}>
      {words.cancel}
    </Button>
  )
}

interface SamplesProps {
  readonly preview: ImportPreview
  readonly signals: readonly Signal[]
  readonly timeZone: string
  readonly isMapped: boolean
}

function Samples({ preview, signals, timeZone, isMapped }: SamplesProps) {
  const bySeries = useMemo(() => new Map(signals.map((signal) => [signal.series, signal])), [signals])
  return (
    <DataTable
      label={words.preview}
      rows={preview.samples.slice(0, 10)}
      rowKey={({ row, series }) => `${row} ${series}`}
      empty={isMapped ? words.noSamples : words.nothing}
      columns={[
        { header: words.row, numeric: true, width: '70px', cell: ({ row }) => row },
        {
          header: words.at,
          phone: 'detail',
          cell: ({ timeMs }) => `${formatDate(timeMs, timeZone)}, ${formatTime(timeMs, timeZone, true)}`,
        },
        { header: words.signal, phone: 'title', cell: ({ series }) => bySeries.get(series)?.title ?? series },
        {
          header: words.valueColumn,
          phone: 'value',
          numeric: true,
          cell: ({ series, value, quality }) => {
            const text = typeof value === 'number' ? formatNumber(value) : (value ?? quality)
            return `${text} ${bySeries.get(series)?.unit ?? ''}`.trim()
          },
        },
      ]}
    />
  )
}

/** The first rows that cannot be read, each with its reason. */
function FaultList({ faults, count }: { faults: ImportPreview['faults']; count: number }) {
  if (count === 0) return null
  return (
    <>
      <b>{words.faults(formatNumber(count, 0))}</b>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled with the keys */}
      <ul className={classes.faults} tabIndex={0} aria-label={words.faults(formatNumber(count, 0))}>
        {faults.map(({ row, field, detail }) => (
          <li key={`${row} ${field}`} className="small">
            <b>{words.fault(row, field)}</b> <span className="second">{detail}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
