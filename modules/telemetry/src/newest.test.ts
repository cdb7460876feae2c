import { expect, test } from 'vitest'
import { Newest } from './newest.ts'

const sample = (timestampMs: number, value: number | null = 1, text: string | null = null, quality = 2) => ({
  ...{ timestampMs, value, text, quality },
})

test('a sample holds until a newer one, or one of the same time, comes', () => {
  const newest = new Newest()
  newest.add('one', 700, sample(1000, 5))
  newest.add('one', 700, sample(999, 6))
  expect(newest.find('one', 700)).toEqual({ series: 700, timestampMs: 1000, value: 5, quality: 'good' })
  newest.add('one', 700, sample(1000, null, 'running'))
  expect(newest.find('one', 700)?.value).toBe('running')
  newest.add('one', 700, sample(1001, null, null, 0))
  expect(newest.find('one', 700)).toEqual({ series: 700, timestampMs: 1001, value: null, quality: 'bad' })
  for (const [enterprise, series] of [
    ['one', 699],
    ['one', 90_000],
    ['other', 700],
  ] as const) {
    expect(newest.find(enterprise, series)).toBeUndefined()
  }
})

test('what changed is due until it is stored, and again when it changed meanwhile', () => {
  const newest = new Newest()
  newest.add('one', 1, sample(1000), true)
  expect(newest.due(0)).toEqual([])
  newest.add('one', 1, sample(2000, 7))
  const due = newest.due(0)
  expect(due).toEqual([{ enterpriseId: 'one', series: 1, ...sample(2000, 7) }])
  newest.add('one', 1, sample(3000, 8))
  newest.stored(due, 0)
  expect(newest.due(0)).toEqual([{ enterpriseId: 'one', series: 1, ...sample(3000, 8) }])
  newest.stored(newest.due(0), 0)
  expect(newest.due(0)).toEqual([])
})

test('of many, each is stored every half minute, in portions', () => {
  const newest = new Newest()
  const all = (timestampMs: number) => {
    for (let series = 1; series <= 5000; series += 1) newest.add('one', series, sample(timestampMs))
  }
  const store = (nowMs: number) => {
    const due = newest.due(nowMs)
    newest.stored(due, nowMs)
    return due.length
  }
  all(1)
  expect([60_000, 60_000, 60_000, 60_000].map(store)).toEqual([2000, 2000, 1000, 0])
  all(2)
  expect(newest.due(89_999)).toEqual([])
  expect(newest.due(90_000)).toHaveLength(2000)
  expect(newest.due(60_001, true)).toHaveLength(2000)
})

test('a replaced or forgotten sample is gone', () => {
  const newest = new Newest()
  newest.add('one', 1, sample(2000))
  newest.replace('one', 1, sample(1000, 3))
  expect(newest.find('one', 1)?.timestampMs).toBe(1000)
  expect(newest.due(0)).toEqual([])
  newest.replace('one', 1, undefined)
  expect(newest.find('one', 1)).toBeUndefined()
  newest.add('one', 2, sample(1))
  newest.forget('one')
  expect(newest.due(0)).toEqual([])
})
