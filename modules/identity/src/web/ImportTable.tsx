import { Button } from '@mantine/core'
import { DataTable, PriorityChip, QuietChip } from '@millrace/ui'
import { useMemo, useState } from 'react'
import type { ImportRow } from '../people-csv-contract.ts'
import classes from './import.module.css'
import { texts } from './people-file-texts.ts'

/** As many rows as somebody reads at once; a browser draws thousands slowly. */
const SHOWN = 100
const ORDER: Readonly<Record<ImportRow['outcome'], number>> = { error: 0, change: 1, create: 2, nothing: 3 }

/** The rows of a file with what would become of each: what is wrong first, what stays as it is last. */
export function ImportTable({ rows }: { rows: readonly ImportRow[] }) {
  const [shown, setShown] = useState(SHOWN)
  const sorted = useMemo(
    () => rows.toSorted((one, other) => ORDER[one.outcome] - ORDER[other.outcome] || one.row - other.row),
    [rows],
  )
  return (
    <>
      <DataTable
        label={texts.rows}
        rows={sorted.slice(0, shown)}
        rowKey={(row) => row.row}
        empty={null}
        columns={[
          { header: texts.row, phone: 'hidden', width: '64px', numeric: true, cell: ({ row }) => row },
          { header: texts.person, phone: 'title', width: '32%', cell: (row) => <Person row={row} /> },
          { header: texts.what, phone: 'detail', cell: (row) => <Happens row={row} /> },
        ]}
      />
      {sorted.length > shown && (
        <Button onClick={() => setShown(shown + SHOWN)}>{texts.more(sorted.length - shown)}</Button>
      )}
    </>
  )
}

function Person({ row: { row, name, email } }: { row: ImportRow }) {
  return (
    <span className={classes.person}>
      <b>{name === '' ? texts.nobody : name}</b>
      <span className="small muted">
        {email}
        <span className={classes.phoneRow}> {texts.rowNumber(row)}</span>
      </span>
    </span>
  )
}

function Happens({ row: { outcome, changes, errors } }: { row: ImportRow }) {
  const lines = [...errors.map(({ column, reason }) => `${texts.columns[column]}: ${reason}`), ...changes]
  return (
    <div className={classes.happens}>
      {outcome === 'error' ? (
        <PriorityChip priority={2}>{texts.outcomes.error}</PriorityChip>
      ) : (
        <QuietChip>{texts.outcomes[outcome]}</QuietChip>
      )}
      {lines.length > 0 && (
        <ul className={classes.lines}>
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </div>
  )
}
