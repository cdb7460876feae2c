import { formatWhen } from '@millrace/ui'
import { type Frame, frameOf, Hatches, wholeArea } from './frame.ts'
import classes from './gantt.module.css'
import { AXIS_HEIGHT, HEAD_WIDTH } from './measures.ts'
import { paintBars } from './paint-bars.ts'
import { paintAxis, paintHeads } from './paint-edges.ts'
import { paintGround } from './paint-ground.ts'
import { type GanttPalette, paperPalette } from './palette.ts'
import { lanesLeftOut, type PrintPage, printPages } from './print-pages.ts'
import type { GanttState } from './store.ts'
import { texts } from './texts.ts'
import { spanOf, type TimeView } from './time-view.ts'
import { ZoneDays } from './zone-days.ts'

/** A4 on its side with margins of 10 mm, in CSS pixels. */
const PAPER_WIDTH = 1046
const PAPER_HEIGHT = 716
const TITLE_HEIGHT = 56
/** Pixels of the canvas for one of paper: 144 dots an inch, sharp enough and small enough for forty pages. */
const DENSITY = 1.5

/** Makes pages of the time that is shown, with all lanes, in light colours; for the body of the document. */
export function printedPlan(state: GanttState, name: string, locale: string): HTMLElement {
  const { picture, viewport, nowMs } = state
  const palette = paperPalette()
  const days = new ZoneDays(picture.plan.timeZone)
  const span = spanOf(viewport.time)
  const width = PAPER_WIDTH - HEAD_WIDTH - 2
  const time: TimeView = { fromMs: span.fromMs, msPerPx: (span.toMs - span.fromMs) / width, width }
  const pages = printPages(picture.lanes, PAPER_HEIGHT - TITLE_HEIGHT)
  const leftOut = lanesLeftOut(picture.lanes, pages)
  const root = document.createElement('div')
  root.className = classes.printed ?? ''
  for (const [index, page] of pages.entries()) {
    const section = document.createElement('section')
    section.className = classes.printedPage ?? ''
    const title = document.createElement('h1')
    title.textContent = texts.print.title(name, index + 1, pages.length)
    const range = document.createElement('p')
    const [from, to] = [span.fromMs, span.toMs].map((atMs) => formatWhen(atMs, picture.plan.timeZone, nowMs, locale))
    range.textContent = texts.print.range(from ?? '', to ?? '', picture.plan.timeZone)
    if (leftOut > 0) range.textContent += `. ${texts.print.cut(pages.length, leftOut)}`
    section.append(title, range, printedPage(state, page, { palette, days, locale, time }))
    root.append(section)
  }
  return root
}

interface Printing {
  readonly palette: GanttPalette
  readonly days: ZoneDays
  readonly locale: string
  readonly time: TimeView
}

function printedPage(
  { picture, nowMs }: GanttState,
  { top, bottom }: PrintPage,
  { time, ...printing }: Printing,
): HTMLElement {
  const height = bottom - top
  const frame = frameOf({
    ...{ picture, nowMs, ...printing, dpr: DENSITY, hatches: new Hatches(DENSITY) },
    viewport: { time, scrollTop: top, height },
  })
  const sheet = document.createElement('div')
  sheet.className = classes.printedSheet ?? ''
  sheet.style.gridTemplateColumns = `${HEAD_WIDTH}px ${time.width}px`
  sheet.append(
    canvas(HEAD_WIDTH, AXIS_HEIGHT, (context) => {
      context.fillStyle = frame.palette.raised
      context.fillRect(0, 0, HEAD_WIDTH * DENSITY, AXIS_HEIGHT * DENSITY)
    }),
    canvas(time.width, AXIS_HEIGHT, (context) => paintAxis(context, frame)),
    canvas(HEAD_WIDTH, height, (context) => paintHeads(context, frame)),
    canvas(time.width, height, (context) => paintPaper(context, frame)),
  )
  return sheet
}

function paintPaper(context: CanvasRenderingContext2D, frame: Frame): void {
  const area = wholeArea(frame)
  paintGround(context, frame, area)
  paintBars(context, frame, area)
  context.fillStyle = frame.palette.ink
  context.fillRect(frame.x(frame.nowMs) - 1, 0, frame.px(1.5), area.height)
}

function canvas(width: number, height: number, paint: (context: CanvasRenderingContext2D) => void): HTMLCanvasElement {
  const made = document.createElement('canvas')
  made.width = Math.round(width * DENSITY)
  made.height = Math.round(height * DENSITY)
  made.style.width = `${width}px`
  made.style.height = `${height}px`
  const context = made.getContext('2d', { alpha: false })
  if (context) paint(context)
  return made
}
