import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import classes from './charts.module.css'
import { chartPalette } from './palette.ts'

interface HeatMapProps {
  /** What it shows, for those who do not see it. */
  readonly label: string
  /** From top to bottom; each as long as the others. */
  readonly rows: readonly (readonly number[])[]
  readonly height?: number
  /** A row was pressed. */
  readonly onRow?: (row: number) => void
}

/** Levels as darkness: rows one below the other, quiet where nothing is. */
export function HeatMap({ label, rows, height = 180, onRow }: HeatMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const scheme = useComputedColorScheme('light')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme decides what the tokens say
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    const columns = rows[0]?.length ?? 0
    if (!element || !context || columns === 0) return
    element.width = columns
    element.height = rows.length
    const { ink } = chartPalette(element)
    // A root: lines a hundred times smaller than the largest are still seen.
    const most = Math.sqrt(Math.max(...rows.flat(), 1e-12))
    context.clearRect(0, 0, columns, rows.length)
    context.fillStyle = ink
    for (const [y, row] of rows.entries()) {
      for (const [x, level] of row.entries()) {
        context.globalAlpha = Math.sqrt(Math.max(0, level)) / most
        context.fillRect(x, y, 1, 1)
      }
    }
  }, [rows, scheme])
  const press = (clientY: number) => {
    const box = canvas.current?.getBoundingClientRect()
    if (!box || !onRow) return
    onRow(Math.min(rows.length - 1, Math.max(0, Math.floor(((clientY - box.top) / box.height) * rows.length))))
  }
  return (
    <canvas
      ref={canvas}
      className={classes.heat}
      style={{ height }}
      role="img"
      aria-label={label}
      onPointerDown={(event) => press(event.clientY)}
    />
  )
}
