import { startGanttPage } from '@millrace/planning/testing'
import type { Page } from 'playwright-core'
import type { Benchmark } from './benchmark.ts'
import { openBrowser } from './browser.ts'
import { percentile } from './percentile.ts'

/** A second of frames at sixty a second is too few for a percentile, ten are enough. */
const GESTURE_FRAMES = 600
const WIDTH = 1440
const HEIGHT = 900
const OPEN_MS = 60_000
const GESTURE_MS = 120_000

interface Frames {
  /** Script time of the drawing, in order. */
  readonly drawMs: number[]
  /** From each frame that was drawn to the next. */
  readonly intervalMs: number[]
  /** Processor time of the page's main thread for a frame, everything included. */
  readonly taskMs: number
}

/** The Gantt of modules/planning in a real Chromium, panned and zoomed by an event in every frame. */
export const gantt: Benchmark = {
  name: 'gantt',
  summary: 'frame time of the plan with 10,000 operations [--bars N]',
  async run({ options, print }) {
    const bars = Number(options.get('bars') ?? 10_000)
    const served = await startGanttPage()
    const browser = await openBrowser()
    try {
      const context = await browser.newContext({
        viewport: { width: WIDTH, height: HEIGHT },
        timezoneId: 'Europe/Zurich',
      })
      const page = await context.newPage()
      page.setDefaultTimeout(OPEN_MS)
      await page.goto(`${served.url}?bars=${bars}`)
      await page.waitForFunction(() => window.gantt?.frames.length > 0)
      await page.getByRole('button', { name: 'Month' }).click()
      const shown = await page.evaluate(() => window.gantt.bars)
      const idle = await frames(page, 'idle')
      const pan = await frames(page, 'pan')
      const scroll = await frames(page, 'scroll')
      const zoom = await frames(page, 'zoom')
      const renderings = await page.evaluate(() => window.gantt.renderings)
      print(
        `${shown} bars, ${renderings} renderings of React, empty frames every ${percentile(idle.intervalMs, 0.95).toFixed(1)} ms at P95`,
      )
      const all = [...pan.intervalMs, ...zoom.intervalMs]
      const rounded = (value: number) => Math.round(value * 100) / 100
      return {
        bars: shown,
        panFrameMsP95: rounded(percentile(pan.intervalMs, 0.95)),
        zoomFrameMsP95: rounded(percentile(zoom.intervalMs, 0.95)),
        framesPerSecond: rounded(1000 / (all.reduce((sum, ms) => sum + ms, 0) / all.length)),
        idleFrameMsP95: rounded(percentile(idle.intervalMs, 0.95)),
        panDrawMsP95: rounded(percentile(pan.drawMs, 0.95)),
        scrollDrawMsP95: rounded(percentile(scroll.drawMs, 0.95)),
        zoomDrawMsP95: rounded(percentile(zoom.drawMs, 0.95)),
        panTaskMs: rounded(pan.taskMs),
        zoomTaskMs: rounded(zoom.taskMs),
      }
    } finally {
      await browser.close()
      await served.stop()
    }
  },
}

/** Sends one wheel event in each frame, to and fro, and collects what was drawn. `idle` only counts the frames themselves. */
async function frames(page: Page, kind: 'pan' | 'scroll' | 'zoom' | 'idle'): Promise<Frames> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const taskSeconds = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN
  }
  const before = await taskSeconds()
  const drawn = await Promise.race([
    page.evaluate(
      async ({ kind, count }) => {
        const canvas = document.querySelectorAll('canvas')[3]
        const host = canvas?.parentElement
        if (!host) throw new Error('The page has no plan.')
        const { left, top, width, height } = host.getBoundingClientRect()
        const place = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, cancelable: true }
        window.gantt.frames = []
        const times: number[] = []
        for (let at = 0; at < count; at++) {
          const sign = at % 120 < 60 ? 1 : -1
          const deltas = {
            pan: { deltaX: sign * 17 },
            scroll: { deltaY: sign * 9 },
            zoom: { deltaY: -sign * 6, ctrlKey: true },
            idle: undefined,
          }[kind]
          if (deltas) host.dispatchEvent(new WheelEvent('wheel', { ...place, ...deltas }))
          times.push(await new Promise<number>((resolve) => requestAnimationFrame(resolve)))
        }
        const intervalMs = times.slice(1).map((time, index) => time - (times[index] ?? time))
        return { drawMs: window.gantt.frames.map(({ drawMs }) => drawMs), intervalMs }
      },
      { kind, count: GESTURE_FRAMES },
    ),
    new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`${kind} took longer than ${GESTURE_MS / 1000} s.`)), GESTURE_MS).unref()
    }),
  ])
  const taskMs = ((await taskSeconds()) - before) * (1000 / GESTURE_FRAMES)
  await session.detach()
  return { ...drawn, taskMs }
}
