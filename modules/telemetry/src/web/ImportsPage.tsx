import { Button, FileButton, Progress, Select } from '@mantine/core'
import { useCompanyName, usePlaceTree } from '@millrace/plant/web'
import {
  Card,
  DataTable,
  formatNumber,
  formatWhen,
  Page,
  ProblemAlert,
  Row,
  readerZone,
  Stacked,
  shellRoute,
  useNowMs,
} from '@millrace/ui'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createRoute, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { IMPORT_BYTES_MAX, type ImportFormat } from '../import-contract.ts'
import classes from './data.module.css'
import { importsQuery, useUpload } from './data-queries.ts'
import { dataTexts } from './data-texts.ts'

export const importsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/telemetry/imports',
  loader: ({ context }) => context.queryClient.ensureQueryData(importsQuery),
  component: ImportsPage,
})

const words = dataTexts.imports
const FORMATS: ReadonlyMap<string, ImportFormat> = new Map([
  ['csv', 'csv'],
  ['txt', 'csv'],
  ['tsv', 'csv'],
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['parquet', 'parquet'],
  ['lp', 'line-protocol'],
  ['line', 'line-protocol'],
])

/** Files that were imported, and the way to import another one. */
function ImportsPage() {
  const company = useCompanyName()
  return (
    <Page name={words.title} title={words.title} crumbs={[{ text: company, to: '/overview' }]}>
      <Stacked>
        <Card>
          <NewImport />
        </Card>
        <Card title={words.list}>
          <ImportList />
        </Card>
      </Stacked>
    </Page>
  )
}

function NewImport() {
  const sites = [...usePlaceTree().byId.values()].filter(({ level }) => level === 'site')
  const [siteId, setSiteId] = useState<string | null>(sites[0]?.id ?? null)
  const [fault, setFault] = useState<string | undefined>(undefined)
  const [ratio, setRatio] = useState(0)
  const navigate = useNavigate()
  const upload = useUpload(setRatio)
  const choose = (file: File | null) => {
    if (!file || siteId === null) return
    const format = FORMATS.get(file.name.split('.').at(-1)?.toLowerCase() ?? '')
    const refusal = !format
      ? words.unknownKind
      : file.size > IMPORT_BYTES_MAX
        ? words.tooLarge
        : file.size === 0
          ? words.empty
          : undefined
    setFault(refusal)
    if (!format || refusal !== undefined) return
    setRatio(0)
    upload.mutate(
      { siteId, file, format },
      { onSuccess: (id) => void navigate({ to: '/telemetry/imports/$importId', params: { importId: id } }) },
    )
  }
  return (
    <div className={classes.form}>
      <p className="second">{words.intro}</p>
      <Select
        label={words.plant}
        value={siteId}
        data={sites.map(({ id, name }) => ({ value: id, label: name }))}
        allowDeselect={false}
        onChange={setSiteId}
        maw={360}
      />
      <Row>
        <FileButton onChange={choose} accept=".csv,.txt,.tsv,.jsonl,.ndjson,.parquet,.lp,.line">
          {(props) => (
            <Button {...props} variant="filled" loading={upload.isPending} disabled={siteId === null}>
              {words.choose}
            </Button>
          )}
        </FileButton>
        <span className="small second">{words.kinds}</span>
      </Row>
      {upload.isPending && (
        <div className={classes.progress}>
          <span className="small second">{words.uploading(upload.variables.file.name)}</span>
          <Progress.Root>
            <Progress.Section value={ratio * 100} aria-label={words.progress} />
          </Progress.Root>
        </div>
      )}
      {fault !== undefined && (
        <p role="alert" className="small">
          {fault}
        </p>
      )}
      <ProblemAlert error={upload.error} />
    </div>
  )
}

function ImportList() {
  const { data } = useSuspenseQuery(importsQuery)
  const { byId } = usePlaceTree()
  const nowMs = useNowMs()
  return (
    <DataTable
      label={words.list}
      rows={data.items}
      rowKey={({ id }) => id}
      empty={words.none}
      columns={[
        {
          header: words.file,
          phone: 'title',
          cell: ({ id, fileName }) => (
            <Link to="/telemetry/imports/$importId" params={{ importId: id }}>
              {fileName}
            </Link>
          ),
        },
        { header: words.plant, cell: ({ siteId }) => byId.get(siteId)?.name ?? '' },
        { header: words.state, phone: 'value', cell: ({ state }) => words.states[state] },
        { header: words.samples, numeric: true, cell: ({ sampleCount }) => formatNumber(sampleCount, 0) },
        { header: words.by, cell: ({ createdByName }) => createdByName },
        {
          header: words.when,
          phone: 'detail',
          cell: ({ createdAt }) => formatWhen(Date.parse(createdAt), readerZone(), nowMs),
        },
      ]}
    />
  )
}
