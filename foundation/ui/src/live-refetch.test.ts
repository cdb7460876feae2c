import type { QueryKey } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Refetcher } from './live-refetch.ts'

let read: QueryKey[]
let refetcher: Refetcher

beforeEach(() => {
  vi.useFakeTimers()
  read = []
  refetcher = new Refetcher((key) => read.push(key))
})

afterEach(() => {
  refetcher.close()
  vi.useRealTimers()
})

test('a single change is read at once, and once', () => {
  refetcher.want(['insight'])
  expect(read).toEqual([['insight']])
  vi.advanceTimersByTime(5000)
  expect(read).toHaveLength(1)
})

test('a burst is read at its beginning and after it, not for each change', () => {
  for (let change = 0; change < 100; change += 1) {
    refetcher.want(['insight'])
    vi.advanceTimersByTime(10)
  }
  vi.advanceTimersByTime(1000)
  expect(read.length).toBeLessThanOrEqual(4)
  expect(read.length).toBeGreaterThanOrEqual(3)
})

test('the last change of a burst is never missed', () => {
  refetcher.want(['insight'])
  vi.advanceTimersByTime(490)
  refetcher.want(['insight'])
  expect(read).toHaveLength(1)
  vi.advanceTimersByTime(10)
  expect(read).toHaveLength(2)
})

test('different readings do not wait for each other', () => {
  refetcher.want(['insight'])
  refetcher.want(['plant'])
  expect(read).toEqual([['insight'], ['plant']])
})
