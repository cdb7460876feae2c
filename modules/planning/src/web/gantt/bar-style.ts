import type { GanttBar } from './model.ts'
import type { GanttPalette } from './palette.ts'

/** How a bar is drawn; the names are those of the palette. */
export interface BarStyle {
  readonly fill: keyof GanttPalette
  /** Left out: no outline. */
  readonly stroke?: keyof GanttPalette
  /** CSS pixels. */
  readonly strokeWidth: number
  readonly ink: keyof GanttPalette
}

/**
 * Grey and quiet while all is well: done is grey, running the accent, planned its soft tone. Locked and behind the fence are
 * greys that cannot be pressed. Late is an outline, so that what a bar is stays visible under it.
 * Halted is the one loud thing: it should run and does not.
 */
export function barStyle(bar: GanttBar, isFrozen: boolean): BarStyle {
  const base = baseStyle(bar, isFrozen)
  return bar.lateMs > 0 && bar.state !== 'done' ? { ...base, stroke: 'p1', strokeWidth: 2 } : base
}

function baseStyle(bar: GanttBar, isFrozen: boolean): BarStyle {
  if (bar.state === 'done') return { fill: 'idle', strokeWidth: 0, ink: 'second' }
  if (bar.isHalted) return { fill: 'p1Soft', stroke: 'p1', strokeWidth: 2, ink: 'ink' }
  if (bar.state === 'running') return { fill: 'accent', strokeWidth: 0, ink: 'accentInk' }
  if (bar.locked) return { fill: 'setup', stroke: 'lineControl', strokeWidth: 1, ink: 'ink' }
  if (isFrozen) return { fill: 'planned', stroke: 'lineControl', strokeWidth: 1, ink: 'ink' }
  return { fill: 'accentSoft', stroke: 'accent', strokeWidth: 1, ink: 'ink' }
}
