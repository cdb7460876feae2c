import { Select, TextInput } from '@mantine/core'
import { readerZone } from '@millrace/ui'
import type { ImportFormat, ImportMapping, ImportPreview } from '../import-contract.ts'
import classes from './data.module.css'
import { dataTexts } from './data-texts.ts'

const words = dataTexts.mapping

interface ImportWritingProps {
  readonly format: ImportFormat
  readonly columns: ImportPreview['columns']
  readonly mapping: ImportMapping
  readonly onMapping: (mapping: ImportMapping) => void
}

/** How a file is written: its separators, where its times are and in which form, and whether signals are columns or rows. */
export function ImportWriting({ format, columns, mapping, onMapping }: ImportWritingProps) {
  const { time, shape, csv } = mapping
  const names = columns.map(({ name }) => name)
  const isLocal = time.format.startsWith('local')
  const change = (part: Partial<ImportMapping>) => onMapping({ ...mapping, ...part })
  const setTime = (part: Partial<ImportMapping['time']>) => {
    const { zone, ...next } = { ...time, ...part }
    const needsZone = next.format.startsWith('local')
    change({ time: needsZone ? { ...next, zone: zone ?? readerZone() } : next })
  }
  // Other columns or rows are other signals.
  const setShape = (next: string | null) => change({ shape: next === 'long' ? 'long' : 'wide', signals: [] })
  const isLine = format === 'line-protocol'
  return (
    <div className={classes.form}>
      {csv && (
        <div className={classes.pair}>
          <Choice
            label={words.delimiter}
            value={csv.delimiter}
            options={words.delimiters}
            onChange={(delimiter) => change({ csv: { ...csv, delimiter }, signals: [] })}
          />
          <Choice
            label={words.decimal}
            value={csv.decimal}
            options={words.decimals}
            onChange={(decimal) => change({ csv: { ...csv, decimal } })}
          />
          <Choice
            label={words.encoding}
            value={csv.encoding}
            options={words.encodings}
            onChange={(encoding) => change({ csv: { ...csv, encoding } })}
          />
        </div>
      )}
      <div className={classes.pair}>
        {!isLine && (
          <ColumnSelect
            label={words.time}
            value={time.column}
            names={names}
            onChange={(column) => setTime({ column })}
          />
        )}
        <Choice
          label={words.timeFormat}
          value={time.format}
          options={words.timeFormats}
          onChange={(next) => setTime({ format: next })}
        />
        {isLocal && (
          <TextInput
            label={words.zone}
            value={time.zone ?? ''}
            maxLength={60}
            onChange={(event) => setTime({ zone: event.currentTarget.value })}
          />
        )}
      </div>
      {!isLine && (
        <div className={classes.pair}>
          <Choice label={words.shape} value={shape} options={words.shapes} onChange={setShape} />
          {shape === 'long' && (
            <>
              <ColumnSelect
                label={words.name}
                value={mapping.name ?? null}
                names={names}
                onChange={(name) => change({ name, signals: [] })}
              />
              <ColumnSelect
                label={words.value}
                value={mapping.value ?? null}
                names={names}
                onChange={(value) => change({ value })}
              />
              <Select
                label={words.quality}
                value={mapping.quality ?? ''}
                data={[{ value: '', label: words.noQuality }, ...names]}
                allowDeselect={false}
                onChange={(quality) => {
                  const { quality: _, ...rest } = mapping
                  onMapping(quality ? { ...rest, quality } : rest)
                }}
              />
            </>
          )}
        </div>
      )}
    </div>
  )
}

interface ChoiceProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly options: Readonly<Record<Value, string>>
  readonly onChange: (value: Value) => void
}

function Choice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  const values = Object.keys(options) as Value[]
  return (
    <Select
      label={label}
      value={value}
      data={values.map((one) => ({ value: one as string, label: options[one] }))}
      allowDeselect={false}
      onChange={(next) => onChange(values.find((one) => one === next) ?? value)}
    />
  )
}

interface ColumnSelectProps {
  readonly label: string
  readonly value: string | null
  readonly names: readonly string[]
  readonly onChange: (name: string) => void
}

function ColumnSelect({ label, value, names, onChange }: ColumnSelectProps) {
  return (
    <Select
      label={label}
      value={value}
      data={[...names]}
      searchable={names.length > 10}
      allowDeselect={false}
      onChange={(next) => next !== null && onChange(next)}
    />
  )
}
