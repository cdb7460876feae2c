import { describe, expect, test } from 'vitest'
import { sparkPath } from './Sparkline.tsx'
import { axisHours } from './StateStrip.tsx'
import { commandSteps } from './StepLine.tsx'
import { mergeStrip, stripTotals } from './strip.ts'

const run = (fromMs: number, toMs: number, state: string | null = 'running') => ({ fromMs, toMs, state })

describe('a state strip', () => {
  test('joins neighbours of the same state', () => {
    expect(mergeStrip([run(0, 10), run(10, 20), run(20, 30, 'idle')], 0, 30, 30)).toEqual([
      run(0, 20),
      run(20, 30, 'idle'),
    ])
  })
  test('shows what nobody reported as no data, before, between and after', () => {
    expect(mergeStrip([run(5, 10), run(12, 15)], 0, 20, 20)).toEqual([
      run(0, 5, null),
      run(5, 10),
      run(10, 12, null),
      run(12, 15),
      run(15, 20, null),
    ])
  })
  test('leaves the future out', () => {
    expect(mergeStrip([run(0, 100)], 0, 100, 40)).toEqual([run(0, 40)])
    expect(mergeStrip([], 50, 100, 40)).toEqual([])
  })
  test('cuts what reaches over the range', () => {
    expect(mergeStrip([run(-50, 200)], 0, 100, 300)).toEqual([run(0, 100)])
  })
  test('lets a later interval win where two overlap', () => {
    expect(mergeStrip([run(0, 10), run(6, 12, 'stopped')], 0, 12, 12)).toEqual([run(0, 6), run(6, 12, 'stopped')])
    expect(mergeStrip([run(0, 10), run(0, 12, 'stopped')], 0, 12, 12)).toEqual([run(0, 12, 'stopped')])
  })
  test('adds up the time in each state, no data apart', () => {
    expect(stripTotals([run(0, 10), run(10, 12, null), run(12, 13)])).toEqual(
      new Map([
        ['running', 11],
        ['none', 2],
      ]),
    )
  })
  test('has full hours of the plant on its axis', () => {
    const six = Date.UTC(2026, 10, 23, 5)
    expect(axisHours(six, six + 8 * 3_600_000, 'Europe/Zurich')).toEqual(
      [0, 2, 4, 6, 8].map((hour) => six + hour * 3_600_000),
    )
    const kolkata = axisHours(six, six + 3_600_000 * 2, 'Asia/Kolkata')
    expect(kolkata[0]).toBe(six + 1_800_000)
  })
})

describe('a sparkline', () => {
  test('breaks at a missing value', () => {
    expect(sparkPath([0, 1, 2, 3], [1, null, 2, 3]).match(/M/g)).toHaveLength(2)
  })
  test('draws nothing from nothing', () => {
    expect(sparkPath([], [])).toBe('')
    expect(sparkPath([0, 1], [null, null])).toBe('')
  })
  test('runs through the middle when nothing changes', () => {
    expect(sparkPath([0, 10], [5, 5])).toBe('M0.0,13.0L110.0,13.0')
  })
})

describe('the steps of a command', () => {
  const states = (steps: { state: string }[]) => steps.map((step) => step.state)
  test('mark the next one as under way', () => {
    const steps = commandSteps(
      new Map([
        ['requested', 1],
        ['sent', 2],
      ]),
      undefined,
      'measured',
    )
    expect(states(steps)).toEqual(['done', 'done', 'now', 'waiting', 'waiting'])
  })
  test('name the refusal in place of the step that did not come', () => {
    const steps = commandSteps(
      new Map([
        ['requested', 1],
        ['sent', 2],
      ]),
      'refused',
      'read-back',
    )
    expect(states(steps)).toEqual(['done', 'done', 'failed', 'waiting'])
    expect(steps[2]?.text).toBe('refused')
  })
  test('end without anything under way', () => {
    const steps = commandSteps(
      new Map([
        ['requested', 1],
        ['sent', 2],
        ['written', 3],
        ['read-back', 4],
      ]),
      undefined,
      'read-back',
    )
    expect(states(steps)).toEqual(['done', 'done', 'done', 'done'])
  })
})
