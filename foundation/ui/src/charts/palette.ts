/** The colours a canvas needs, read from the tokens: a canvas does not know CSS variables. */
export interface ChartPalette {
  readonly ink: string
  readonly second: string
  readonly third: string
  readonly line: string
  readonly band: string
  readonly hatch: string
  readonly stop: string
  readonly accent: string
  readonly accentSoft: string
  readonly raised: string
  readonly priority: Readonly<Record<1 | 2 | 3 | 4, string>>
  readonly prioritySoft: Readonly<Record<1 | 2 | 3 | 4, string>>
}

/** The palette of the present colour scheme. */
export function chartPalette(element: Element): ChartPalette {
  const style = getComputedStyle(element)
  const token = (name: string) => style.getPropertyValue(name).trim()
  return {
    ink: token('--ink'),
    second: token('--ink-2'),
    third: token('--ink-3'),
    line: token('--line'),
    band: token('--run'),
    hatch: token('--hatch-line'),
    stop: token('--stop'),
    accent: token('--accent'),
    accentSoft: token('--accent-soft'),
    raised: token('--raised'),
    priority: { 1: token('--p1'), 2: token('--p2'), 3: token('--p3'), 4: token('--p4') },
    prioritySoft: { 1: token('--p1-soft'), 2: token('--p2-soft'), 3: token('--p3-soft'), 4: token('--p4-soft') },
  }
}

export const CHART_FONT = "11px 'Inter Variable', system-ui, sans-serif"
