import { Select } from '@mantine/core'
import { usePlaceTree } from '@millrace/plant/web'
import { useMemo } from 'react'
import type { Signal } from '../contract.ts'
import type { ImportMapping, ImportPreview } from '../import-contract.ts'
import { unitsLike } from '../unit-rules.ts'
import classes from './data.module.css'
import { dataTexts } from './data-texts.ts'

const words = dataTexts.mapping
/** More than people choose by hand; what is beyond is left out. */
const SHOWN_SOURCES = 300

interface ImportSourcesProps {
  readonly preview: ImportPreview
  readonly signals: readonly Signal[]
  readonly mapping: ImportMapping
  readonly onMapping: (mapping: ImportMapping) => void
}

/** Every column, or every name in the rows, with the signal it becomes and the unit it is in. */
export function ImportSources({ preview, signals, mapping, onMapping }: ImportSourcesProps) {
  const groups = useSignalGroups(signals)
  const sources = sourcesOf(preview, mapping).slice(0, SHOWN_SOURCES)
  const set = (source: string, next: ImportMapping['signals'][number] | undefined) => {
    const others = mapping.signals.filter((one) => one.source !== source)
    onMapping({ ...mapping, signals: next ? [...others, next] : others })
  }
  if (sources.length === 0) return <p className="second">{words.noSources}</p>
  return (
    <div className={classes.sources}>
      {sources.map(({ name, example }) => {
        const chosen = mapping.signals.find(({ source }) => source === name)
        const signal = signals.find(({ series }) => series === chosen?.series)
        return (
          <div key={name} className={classes.source}>
            <div className={classes.sourceName}>
              <b>{name}</b>
              {example !== '' && <div className="small muted">{words.example(example)}</div>}
            </div>
            <Select
              aria-label={words.into(name)}
              placeholder={words.leftOut}
              searchable
              clearable
              value={chosen ? String(chosen.series) : null}
              data={groups}
              onChange={(value) => set(name, value === null ? undefined : { source: name, series: Number(value) })}
            />
            {signal?.kind === 'number' && signal.unit !== null && unitsLike(signal.unit).length > 1 ? (
              <Select
                aria-label={words.unit(name)}
                value={chosen?.unit ?? signal.unit}
                data={unitsLike(signal.unit)}
                allowDeselect={false}
                onChange={(unit) => chosen && set(name, { ...chosen, ...(unit !== null && { unit }) })}
              />
            ) : (
              <span className="small muted">{signal?.unit ?? ''}</span>
            )}
          </div>
        )
      })}
    </div>
  )
}

function sourcesOf({ columns, names }: ImportPreview, mapping: ImportMapping): { name: string; example: string }[] {
  if (mapping.shape === 'long') return names.map((name) => ({ name, example: '' }))
  return columns.filter(({ name }) => name !== mapping.time.column).map(({ name, example }) => ({ name, example }))
}

/** Signals that a file may hold, by machine. */
function useSignalGroups(signals: readonly Signal[]) {
  const { byId } = usePlaceTree()
  return useMemo(() => {
    const fitting = signals.filter(({ kind }) => kind !== 'vector')
    const machines = Map.groupBy(fitting, ({ workUnitId }) => byId.get(workUnitId)?.name ?? '')
    return [...machines].map(([group, own]) => ({
      group,
      items: own.map(({ series, title, unit }) => ({
        value: String(series),
        label: `${group}, ${title}${unit ? ` (${unit})` : ''}`,
      })),
    }))
  }, [signals, byId])
}
