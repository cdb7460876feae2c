import { Button, Progress, Select, TextInput } from '@mantine/core'
import { Dialog, formatNumber, ProblemAlert, Row } from '@millrace/ui'
import type { TimeRange } from '@millrace/ui/charts'
import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useEffect, useState } from 'react'
import type { Signal } from '../contract.ts'
import type { ExportFormat, ExportResolution } from '../export-contract.ts'
import classes from './data.module.css'
import { contentUrl, exportQuery, useCancelExport, useNewExport } from './data-queries.ts'
import { dataTexts } from './data-texts.ts'
import { localMs, localText, sizeText } from './local-time.ts'

const words = dataTexts.exports

interface ExportDialogProps {
  /** All of the machine. */
  readonly signals: readonly Signal[]
  /** Those in the trends. */
  readonly chosen: readonly Signal[]
  readonly range: TimeRange
  /** The plant's. */
  readonly timeZone: string
  readonly onClose: () => void
}

/** Samples of a machine as a file: what of them, and then how far the download is. */
export function ExportDialog(props: ExportDialogProps) {
  const making = useNewExport()
  return (
    <Dialog title={words.title} onClose={props.onClose}>
      {making.data ? (
        <Download id={making.data.id} onAnother={making.reset} onClose={props.onClose} />
      ) : (
        <ExportForm {...props} making={making} />
      )}
    </Dialog>
  )
}

function ExportForm({
  signals,
  chosen,
  range,
  timeZone,
  making,
}: ExportDialogProps & { making: ReturnType<typeof useNewExport> }) {
  const [which, setWhich] = useState<'chosen' | 'all'>('chosen')
  const [from, setFrom] = useState(() => localText(range.fromMs, timeZone))
  const [to, setTo] = useState(() => localText(range.toMs, timeZone))
  const [resolution, setResolution] = useState<ExportResolution>('raw')
  const [format, setFormat] = useState<ExportFormat>('csv')
  const all = resolution === 'raw' ? signals : signals.filter(({ kind }) => kind === 'number')
  const [fromMs, toMs] = [localMs(from, timeZone), localMs(to, timeZone)]
  const isBackwards = !(fromMs < toMs)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (isBackwards) return
    const asked = which === 'chosen' ? chosen : all
    making.mutate({ signals: asked.map(({ series }) => ({ series })), fromMs, toMs, resolution, format })
  }
  const allText = resolution === 'raw' ? words.all(all.length) : words.allNumbers(all.length)
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <Select
        label={words.which}
        value={which}
        data={[
          { value: 'chosen', label: words.chosen(chosen.length) },
          { value: 'all', label: allText },
        ]}
        allowDeselect={false}
        onChange={(value) => setWhich(value === 'all' ? 'all' : 'chosen')}
        data-autofocus
      />
      <div className={classes.pair}>
        <TextInput
          type="datetime-local"
          step={1}
          label={words.from}
          description={words.zone(timeZone)}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          step={1}
          label={words.to}
          description={words.zone(timeZone)}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          error={isBackwards ? words.backwards : undefined}
        />
      </div>
      <Select
        label={words.resolution}
        value={resolution}
        data={optionsOf(words.resolutions)}
        allowDeselect={false}
        onChange={(value) => value && setResolution(value as ExportResolution)}
      />
      <Select
        label={words.format}
        value={format}
        data={optionsOf(words.formats)}
        allowDeselect={false}
        onChange={(value) => value && setFormat(value as ExportFormat)}
      />
      <p className="small second">{words.note}</p>
      <ProblemAlert error={making.error} />
      <Row>
        <Button type="submit" variant="filled" loading={making.isPending}>
          {words.make}
        </Button>
      </Row>
    </form>
  )
}

function Download({ id, onAnother, onClose }: { id: string; onAnother: () => void; onClose: () => void }) {
  const { data, error } = useQuery(exportQuery(id))
  const cancelling = useCancelExport(id)
  useEffect(() => download(id), [id])
  const state = data?.state ?? 'ready'
  const isOpen = state === 'ready' || state === 'running'
  return (
    <div className={classes.form}>
      <div className={classes.progress}>
        <Progress.Root>
          <Progress.Section value={(data?.progressRatio ?? 0) * 100} aria-label={words.progress} />
        </Progress.Root>
        <output>{state === 'done' && data?.rowCount === 0 ? words.nothing : words.states[state]}</output>
        {data && data.rowCount > 0 && (
          <span className="small second">{words.rows(formatNumber(data.rowCount, 0), sizeText(data.byteCount))}</span>
        )}
      </div>
      <ProblemAlert error={error ?? cancelling.error} />
      <Row>
        {isOpen && (
          <Button onClick={() => cancelling.mutate()} loading={cancelling.isPending}>
            {words.cancel}
          </Button>
        )}
        {state === 'interrupted' && (
          <Button component="a" href={contentUrl(id)} download>
            {words.again}
          </Button>
        )}
        {!isOpen && (
          <Button variant="subtle" onClick={onAnother}>
            {words.another}
          </Button>
        )}
        <Button variant="subtle" onClick={onClose}>
          {words.close}
        </Button>
      </Row>
    </div>
  )
}

/** Lets the browser download, which goes on when the page is left. */
function download(id: string): void {
  const link = document.createElement('a')
  link.href = contentUrl(id)
  link.download = ''
  link.click()
}

function optionsOf(labels: Readonly<Record<string, string>>): { value: string; label: string }[] {
  return Object.entries(labels).map(([value, label]) => ({ value, label }))
}
