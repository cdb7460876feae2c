import type { Key, ReactNode } from 'react'
import { EmptyState } from './Page.tsx'
import classes from './parts.module.css'

export interface Column<T> {
  readonly header: string
  readonly cell: (row: T) => ReactNode
  /** Right-aligned tabular figures. */
  readonly numeric?: boolean
  /**
   * On a phone a row shows its `title` column first, `value` at its end, `detail` below, and no others. Without any mark
   * the first column is the title and the second the value.
   */
  readonly phone?: 'title' | 'value' | 'detail' | 'hidden'
  /** CSS width on a desk. */
  readonly width?: string
}

interface DataTableProps<T> {
  readonly rows: readonly T[]
  readonly columns: readonly Column<T>[]
  readonly rowKey: (row: T) => Key
  /** What will be here and how to fill it. */
  readonly empty: ReactNode
  /** What the table holds, for those who do not see what is around it. */
  readonly label: string
}

/** A list as a table on a desk, as rows with the most important values on a phone. */
export function DataTable<T>({ rows, columns, rowKey, empty, label }: DataTableProps<T>) {
  if (rows.length === 0) return <EmptyState>{empty}</EmptyState>
  const marked = columns.some((column) => column.phone !== undefined)
  const phone = (column: Column<T>, index: number) =>
    column.phone ?? (marked ? 'hidden' : index === 0 ? 'title' : index === 1 ? 'value' : 'hidden')
  return (
    <table className={classes.table} aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ header, numeric, width }) => {
            // A header without a word announces nothing: then it is an empty cell.
            const Cell = header === '' ? 'td' : 'th'
            return (
              <Cell
                key={header}
                className={numeric ? 'number' : undefined}
                style={{ width }}
                {...(header !== '' && { scope: 'col' })}
              >
                {header}
              </Cell>
            )
          })}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)}>
            {columns.map((column, index) => (
              <td
                key={column.header}
                className={column.numeric ? 'number' : undefined}
                data-phone={phone(column, index)}
              >
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
