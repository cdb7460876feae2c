/** The colours of one scheme, read from the tokens: a canvas does not know CSS variables. */
export interface GanttPalette {
  readonly raised: string
  readonly surface: string
  readonly field: string
  readonly line: string
  readonly lineStrong: string
  readonly lineControl: string
  readonly ink: string
  readonly second: string
  readonly third: string
  readonly accent: string
  readonly accentInk: string
  readonly accentSoft: string
  readonly run: string
  readonly setup: string
  readonly idle: string
  readonly planned: string
  readonly stop: string
  readonly good: string
  readonly hatchLine: string
  readonly p1: string
  readonly p1Soft: string
  readonly p2: string
  readonly p2Soft: string
}

export function ganttPalette(element: Element): GanttPalette {
  const style = getComputedStyle(element)
  const token = (name: string) => style.getPropertyValue(name).trim()
  return {
    raised: token('--raised'),
    surface: token('--surface'),
    field: token('--field'),
    line: token('--line'),
    lineStrong: token('--line-strong'),
    lineControl: token('--line-control'),
    ink: token('--ink'),
    second: token('--ink-2'),
    third: token('--ink-3'),
    accent: token('--accent'),
    accentInk: token('--accent-ink'),
    accentSoft: token('--accent-soft'),
    run: token('--run'),
    setup: token('--setup'),
    idle: token('--idle'),
    planned: token('--planned'),
    stop: token('--stop'),
    good: token('--good'),
    hatchLine: token('--hatch-line'),
    p1: token('--p1'),
    p1Soft: token('--p1-soft'),
    p2: token('--p2'),
    p2Soft: token('--p2-soft'),
  }
}

const SCHEME = 'data-mantine-color-scheme'

/** The light colours, whatever the page shows now: paper is white. Put back before anything is painted. */
export function paperPalette(): GanttPalette {
  const root = document.documentElement
  const present = root.getAttribute(SCHEME)
  root.setAttribute(SCHEME, 'light')
  const palette = ganttPalette(root)
  if (present === null) root.removeAttribute(SCHEME)
  else root.setAttribute(SCHEME, present)
  return palette
}
