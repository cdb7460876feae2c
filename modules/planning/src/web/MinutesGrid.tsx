import { NumberInput } from '@mantine/core'
import classes from './resources.module.css'

interface MinutesGridProps {
  readonly label: string
  readonly corner: string
  /** Of rows and columns alike. */
  readonly items: readonly { readonly id: string; readonly name: string }[]
  /** By {@link gridKey}. */
  readonly minutes: ReadonlyMap<string, number>
  readonly cellLabel: (from: string, to: string) => string
  readonly mayWrite: boolean
  readonly onChange: (minutes: ReadonlyMap<string, number>) => void
}

/** Names a change from one thing to another. */
export function gridKey(from: string, to: string): string {
  return JSON.stringify([from, to])
}

/** What a key of the grid names. */
export function gridPair(key: string): readonly [from: string, to: string] {
  return JSON.parse(key) as [string, string]
}

/** Minutes from each of some things to each other one, as a square with its diagonal left out. */
export function MinutesGrid(props: MinutesGridProps) {
  const { label, corner, items, minutes, cellLabel, mayWrite, onChange } = props
  const set = (key: string, value: number | string) => {
    const next = new Map(minutes)
    if (typeof value === 'number') next.set(key, value)
    else next.delete(key)
    onChange(next)
  }
  return (
    <div className={classes.scroll}>
      <table className={classes.matrix} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{corner}</th>
            {items.map(({ id, name }) => (
              <th key={id} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((from) => (
            <tr key={from.id}>
              <th scope="row">{from.name}</th>
              {items.map((to) => (
                <td key={to.id}>
                  {from.id !== to.id && (
                    <NumberInput
                      {...{ size: 'xs', min: 0, max: 10_000, allowDecimal: false, hideControls: true }}
                      aria-label={cellLabel(from.name, to.name)}
                      readOnly={!mayWrite}
                      value={minutes.get(gridKey(from.id, to.id)) ?? ''}
                      onChange={(value) => set(gridKey(from.id, to.id), value)}
                    />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
