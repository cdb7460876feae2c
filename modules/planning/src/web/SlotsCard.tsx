import { Button, FileInput, Select } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { Card, DataTable, formatNumber, formatWhen, ProblemAlert, Row, useNowMs } from '@millrace/ui'
import { useState } from 'react'
import type { EnergySetup, SlotKind } from '../energy-contract.ts'
import classes from './energy.module.css'
import { energyPageTexts } from './energy-page-texts.ts'
import { useForgetSlots, useSaveSlots } from './energy-queries.ts'
import { type ReadSlots, readSlots } from './slot-file.ts'

const words = energyPageTexts.slots
const KINDS = ['price', 'generation', 'carbon'] as const
const PER_MWH = 0.001

/** What is known slot by slot, and the import of files with more of it. */
export function SlotsCard({ setup, mayWrite }: { setup: EnergySetup; mayWrite: boolean }) {
  const { siteId, slots, currency, timeZone } = setup
  const forget = useForgetSlots(siteId)
  const nowMs = Math.floor(useNowMs() / 60_000) * 60_000
  const units = words.units(currency)
  return (
    <Card title={words.title}>
      <DataTable
        rows={slots}
        rowKey={({ kind }) => kind}
        label={words.label}
        empty={words.empty}
        columns={[
          { header: words.kind, phone: 'title', cell: ({ kind }) => <b>{words.kinds[kind]}</b> },
          { header: words.from, cell: ({ fromAt }) => formatWhen(epochMs(fromAt), timeZone, nowMs) },
          { header: words.to, phone: 'detail', cell: ({ toAt }) => formatWhen(epochMs(toAt), timeZone, nowMs) },
          { header: words.count, numeric: true, phone: 'value', cell: ({ count }) => formatNumber(count, 0) },
          {
            header: words.range,
            numeric: true,
            cell: ({ kind, least, most }) => `${formatNumber(least)} – ${formatNumber(most)} ${units[kind]}`,
          },
          ...(mayWrite
            ? [
                {
                  header: '',
                  cell: ({ kind }: { kind: SlotKind }) => (
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      aria-label={words.forgetName(words.kinds[kind])}
                      onClick={() => forget.mutate(kind)}
                    >
                      {words.forget}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      <ProblemAlert error={forget.error} />
      {mayWrite && <SlotImport setup={setup} />}
    </Card>
  )
}

function SlotImport({ setup: { siteId, currency, timeZone } }: { setup: EnergySetup }) {
  const save = useSaveSlots()
  const [kind, setKind] = useState<SlotKind>('price')
  const [unit, setUnit] = useState('mwh')
  const [file, setFile] = useState<File | null>(null)
  const [content, setContent] = useState('')
  const read = file ? readSlots(content, timeZone, kind === 'price' && unit === 'mwh' ? PER_MWH : 1) : undefined

  async function open(next: File | null) {
    save.reset()
    setContent(next ? await next.text() : '')
    setFile(next)
  }

  return (
    <div className={classes.body}>
      <div className={classes.form}>
        <Select
          size="xs"
          label={words.kind}
          value={kind}
          allowDeselect={false}
          data={KINDS.map((value) => ({ value, label: words.kinds[value] }))}
          onChange={(value) => setKind((value ?? 'price') as SlotKind)}
        />
        {kind === 'price' && (
          <Select
            size="xs"
            label={words.unit}
            value={unit}
            allowDeselect={false}
            data={[
              { value: 'mwh', label: words.perMwh(currency) },
              { value: 'kwh', label: words.perKwh(currency) },
            ]}
            onChange={(value) => setUnit(value ?? 'mwh')}
          />
        )}
        <FileInput
          size="xs"
          label={words.file}
          description={words.fileHint}
          accept=".csv,.txt,.json,text/csv,application/json"
          clearable
          value={file}
          onChange={(next) => void open(next)}
        />
      </div>
      {read && (
        <Row>
          <span role="status">{said(read)}</span>
          {'slots' in read && !save.isSuccess && (
            <Button
              size="xs"
              variant="filled"
              loading={save.isPending}
              onClick={() => save.mutate({ siteId, kind, minutes: read.minutes, slots: read.slots })}
            >
              {words.import}
            </Button>
          )}
        </Row>
      )}
      <ProblemAlert error={save.error} />
    </div>
  )
}

function said(read: ReadSlots): string {
  if ('slots' in read) return words.read(read.slots.length, read.minutes)
  return read.fault === 'line' ? words.faults.line(read.line) : words.faults[read.fault]
}
