import type uPlot from 'uplot'
import type { MachineMark } from '../module.ts'
import { CHART_FONT, type ChartPalette } from './palette.ts'
import type { TimeRange } from './trend-data.ts'

/** Something that happened: a dashed line with a word, or a shaded stretch when it is a stop. */
export type TrendMark = MachineMark

/** The usual range of a value; an open end is null. */
export interface NormalBand {
  readonly low: number | null
  readonly high: number | null
}

/** What is behind the line: the normal band, hatched gaps and shaded stops. */
export function drawBehind(
  plot: uPlot,
  palette: ChartPalette,
  band: NormalBand | undefined,
  gaps: readonly TimeRange[],
  marks: readonly TrendMark[],
  bandText: string,
): void {
  const { ctx } = plot
  const { left, top, width, height } = plot.bbox
  ctx.save()
  ctx.beginPath()
  ctx.rect(left, top, width, height)
  ctx.clip()
  for (const mark of marks) {
    if (mark.kind !== 'stop' || mark.toMs === undefined) continue
    const x = plot.valToPos(mark.atMs, 'x', true)
    ctx.fillStyle = palette.stop
    ctx.globalAlpha = 0.13
    ctx.fillRect(x, top, Math.max(1, plot.valToPos(mark.toMs, 'x', true) - x), height)
    ctx.globalAlpha = 1
  }
  if (band) drawBand(plot, palette, band, bandText)
  for (const gap of gaps) drawHatch(plot, palette, gap)
  ctx.restore()
}

function drawBand(plot: uPlot, palette: ChartPalette, band: NormalBand, text: string): void {
  const { ctx } = plot
  const { left, top, width, height } = plot.bbox
  const y1 = band.high === null ? top : plot.valToPos(band.high, 'y', true)
  const y2 = band.low === null ? top + height : plot.valToPos(band.low, 'y', true)
  ctx.fillStyle = palette.band
  ctx.globalAlpha = 0.16
  ctx.fillRect(left, y1, width, y2 - y1)
  ctx.globalAlpha = 1
  if (y2 - y1 < 18 * devicePixelRatio) return
  ctx.fillStyle = palette.third
  ctx.font = scaled(CHART_FONT)
  ctx.textAlign = 'left'
  ctx.fillText(text, left + 6 * devicePixelRatio, Math.max(y1, top) + 13 * devicePixelRatio)
}

function drawHatch(plot: uPlot, palette: ChartPalette, gap: TimeRange): void {
  const { ctx } = plot
  const { top, height } = plot.bbox
  const x1 = plot.valToPos(gap.fromMs, 'x', true)
  const x2 = plot.valToPos(gap.toMs, 'x', true)
  if (x2 - x1 < 1) return
  ctx.save()
  ctx.beginPath()
  ctx.rect(x1, top, x2 - x1, height)
  ctx.clip()
  ctx.strokeStyle = palette.hatch
  ctx.lineWidth = 1.5 * devicePixelRatio
  ctx.globalAlpha = 0.6
  const step = 7 * devicePixelRatio
  ctx.beginPath()
  // Stripes hang on the canvas and not on the gap, so that they stand still while time moves on.
  for (let x = Math.floor((x1 - height) / step) * step; x < x2; x += step) {
    ctx.moveTo(x, top + height)
    ctx.lineTo(x + height, top)
  }
  ctx.stroke()
  ctx.restore()
}

/** Rows of words above each other; further ones would hide the line. */
const WORD_ROW_LIMIT = 3

/** What is in front of the line: findings and commands, with their words in the first plot of a stack. */
export function drawMarks(plot: uPlot, palette: ChartPalette, marks: readonly TrendMark[], hasWords: boolean): void {
  const { ctx } = plot
  const { left, top, width, height } = plot.bbox
  const dpr = devicePixelRatio
  ctx.save()
  ctx.font = scaled(`600 ${CHART_FONT}`)
  ctx.textAlign = 'left'
  const shown = marks
    .filter((mark) => mark.kind !== 'stop')
    .map((mark) => ({ mark, x: plot.valToPos(mark.atMs, 'x', true) }))
    .filter(({ x }) => x >= left && x <= left + width)
    .sort((a, b) => a.x - b.x)
  const colourOf = (mark: TrendMark) =>
    mark.kind === 'finding' ? palette.priority[mark.priority ?? 4] : palette.accent
  ctx.lineWidth = 1.5 * dpr
  ctx.setLineDash([4 * dpr, 3 * dpr])
  for (const { mark, x } of shown) {
    ctx.strokeStyle = colourOf(mark)
    ctx.beginPath()
    ctx.moveTo(x, top)
    ctx.lineTo(x, top + height)
    ctx.stroke()
  }
  // The right end of the last word in each row: words that would lie over each other go one row down.
  const takenUntil: number[] = []
  for (const { mark, x } of hasWords ? shown : []) {
    const textWidth = ctx.measureText(mark.text).width + 14 * dpr
    const onLeft = x + textWidth + 8 * dpr > left + width
    const boxX = onLeft ? Math.max(left, x - textWidth - 5 * dpr) : x + 5 * dpr
    const row = takenUntil.findIndex((until) => boxX > until)
    const freeRow = row === -1 ? takenUntil.length : row
    if (freeRow >= WORD_ROW_LIMIT) continue
    const boxY = top + (2 + freeRow * 21) * dpr
    ctx.fillStyle = mark.kind === 'finding' ? palette.prioritySoft[mark.priority ?? 4] : palette.accentSoft
    ctx.beginPath()
    ctx.roundRect(boxX, boxY, textWidth, 18 * dpr, 4 * dpr)
    ctx.fill()
    ctx.fillStyle = colourOf(mark)
    ctx.fillText(mark.text, boxX + 7 * dpr, boxY + 13 * dpr)
    takenUntil[freeRow] = boxX + textWidth
  }
  ctx.restore()
}

/** uPlot draws in device pixels. */
function scaled(font: string): string {
  return font.replace(/(\d+)px/, (_, pixels: string) => `${Number(pixels) * devicePixelRatio}px`)
}
