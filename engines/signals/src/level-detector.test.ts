import { describe, expect, test } from 'vitest'
import { createLevelDetector, type LevelOptions } from './level-detector.ts'
import type { ValueDetector } from './verdict.ts'

const SECOND_MS = 1000
const HOUR_MS = 3_600_000
const START_MS = 1_700_000_000_000

/** Feeds one sample a second with repeatable noise of about ±2 %. */
class Feed {
  readonly detector: ValueDetector
  nowMs = START_MS
  #phase = 0

  constructor(options: LevelOptions = {}) {
    this.detector = createLevelDetector(options)
  }

  run(seconds: number, level: number | ((second: number) => number), context = 'running'): this {
    for (let second = 0; second < seconds; second++) {
      this.nowMs += SECOND_MS
      this.#phase++
      const noise = 1 + 0.02 * Math.sin(this.#phase * 2.399) + 0.01 * Math.sin(this.#phase * 0.37)
      this.detector.update(this.nowMs, (typeof level === 'number' ? level : level(second)) * noise, context)
    }
    return this
  }
}

describe('level', () => {
  test('it learns first, tells how far it is, and then knows the usual range', () => {
    const feed = new Feed().run(300, 10)
    expect(feed.detector.state).toBe('learning')
    expect(feed.detector.verdict().learned).toBeCloseTo(0.5, 1)
    expect(feed.detector.verdict().usual).toBeUndefined()
    feed.run(400, 10)
    expect(feed.detector.state).toBe('normal')
    expect(feed.detector.verdict().usual?.center).toBeCloseTo(10, 1)
  })

  test('a step is reported within a minute, with its ratio, direction and beginning', () => {
    const feed = new Feed().run(900, 10)
    const beganMs = feed.nowMs
    feed.run(120, 23)
    const verdict = feed.detector.verdict()
    expect(verdict).toMatchObject({ state: 'anomalous', direction: 'up', episode: 1, context: 'running' })
    expect((verdict.sinceMs ?? 0) - beganMs).toBeLessThan(60_000)
    expect(verdict.ratio).toBeCloseTo(2.3, 1)
    expect(verdict.confidence).toBeGreaterThan(0.5)
  })

  test('one wild sample is not a fault', () => {
    const feed = new Feed().run(900, 10)
    feed.run(1, 1e9).run(60, 10)
    expect(feed.detector.episode).toBe(0)
  })

  test('a change too small to matter is not reported, however certain', () => {
    const feed = new Feed({ leastRatio: 0.3 }).run(900, 10).run(3600, 12.5)
    expect(feed.detector.state).toBe('normal')
  })

  test('a fault that takes five days to grow is not swallowed by the usual level', () => {
    const detector = createLevelDetector({ smoothMs: 300_000 })
    let reportedAtRatio: number | undefined
    for (let minute = 0; minute < 6 * 1440 && reportedAtRatio === undefined; minute++) {
      const growth = 1 + Math.max(0, minute - 1440) / (5 * 1440)
      const noise = 1 + 0.02 * Math.sin(minute * 2.399) + 0.01 * Math.sin(minute * 0.37)
      if (detector.update(START_MS + minute * 60_000, 10 * growth * noise) === 'anomalous') reportedAtRatio = growth
    }
    expect(reportedAtRatio).toBeLessThan(1.2)
  })

  test('a few outliers in the learning period do not widen the usual range', () => {
    const feed = new Feed().run(900, (second) => (second % 23 === 0 ? 100 : 10))
    expect(feed.detector.verdict().usual?.high).toBeLessThan(13)
  })

  test('it ends only after staying inside for a while, and a relapse soon after is the same episode', () => {
    const feed = new Feed().run(900, 10).run(120, 20)
    const since = feed.detector.verdict().sinceMs
    feed.run(60, 10)
    expect(feed.detector.state).toBe('anomalous')
    feed.run(400, 10)
    expect(feed.detector.state).toBe('normal')
    feed.run(120, 20)
    expect(feed.detector.verdict()).toMatchObject({ state: 'anomalous', episode: 1, sinceMs: since })
    feed.run(3600, 10).run(120, 20)
    expect(feed.detector.episode).toBe(2)
  })

  test('each operating context has its own usual level', () => {
    const feed = new Feed().run(700, 10, 'running').run(700, 1, 'idle').run(300, 10, 'running')
    expect(feed.detector.state).toBe('normal')
    feed.run(120, 10, 'idle')
    expect(feed.detector.state).toBe('anomalous')
  })

  test('standing idle does not cure what showed while running, and nothing new is learned meanwhile', () => {
    const feed = new Feed().run(700, 10, 'running').run(120, 20, 'running').run(1200, 1, 'idle')
    expect(feed.detector.verdict()).toMatchObject({ state: 'anomalous', context: 'running' })
    feed.detector.relearn('running')
    feed.run(1, 1, 'idle')
    expect(feed.detector.state).toBe('learning')
  })

  test('only the side that is a fault is reported, also when the other side was approached before', () => {
    const feed = new Feed({ sides: 'up', leastRatio: 0.3 }).run(900, 10).run(3600, 11).run(600, 2)
    expect(feed.detector.state).toBe('normal')
  })

  test('the first part of a context is not judged while the machine settles', () => {
    const warmingUp = (second: number) => 40 - 20 * Math.exp(-second / 300)
    const feed = new Feed({ settleMs: 1_800_000, leastRatio: 0.1 }).run(4000, warmingUp)
    for (let morning = 0; morning < 3; morning++) feed.run(600, 20, 'off').run(4000, warmingUp)
    expect(feed.detector.episode).toBe(0)
    expect(feed.detector.state).toBe('normal')
  })

  test('late, duplicate and meaningless samples change nothing', () => {
    const feed = new Feed().run(900, 10)
    const before = feed.detector.verdict()
    feed.detector.update(feed.nowMs, 99, 'running')
    feed.detector.update(feed.nowMs - 5000, 99, 'running')
    feed.detector.update(feed.nowMs + 1, Number.NaN, 'running')
    feed.detector.update(feed.nowMs + 2, Number.POSITIVE_INFINITY, 'running')
    expect(feed.detector.verdict()).toEqual(before)
  })
})

describe('trend', () => {
  test('a slow daily swing is usual, a climb of another pace is not', () => {
    const detector = createLevelDetector({
      mode: 'trend',
      trendMs: 2 * HOUR_MS,
      smoothMs: 300_000,
      learnMs: 36 * HOUR_MS,
      gapMs: HOUR_MS,
    })
    const swing = (minute: number) => 40 + 3 * Math.sin((2 * Math.PI * minute) / 1440) + 0.05 * Math.sin(minute * 2.399)
    let minute = 0
    for (; minute < 5 * 1440; minute++) detector.update(START_MS + minute * 60_000, swing(minute))
    expect(detector.state).toBe('normal')
    expect(detector.episode).toBe(0)
    const end = minute + 300
    for (; minute < end; minute++)
      detector.update(START_MS + minute * 60_000, swing(minute) + (minute - end + 300) / 10)
    expect(detector.verdict()).toMatchObject({ detector: 'trend', state: 'anomalous', direction: 'up' })
  })
})

test.each([{ smoothMs: 0 }, { learnSamples: -1 }, { leastRatio: Number.NaN }])('%o is refused', (options) => {
  expect(() => createLevelDetector(options)).toThrow(RangeError)
})
