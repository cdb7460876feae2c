import { expect, test } from 'vitest'
import { type SlowRead, SlowReads } from './slow-reads.ts'

const read = (atMs: number): SlowRead => ({
  ...{ atMs, operationId: 'readEnvelopes', summary: 'Course', seriesCount: 1, rangeMs: 1, permissionMs: 0, queueMs: 0 },
  ...{ databaseMs: 0, queryCount: 0, longestQueryMs: 0, workMs: 0, sendMs: 0, totalMs: 1, answerBytes: null },
  isStopped: false,
})

test('slow reads are bounded, each company has its own, and the newest come first', () => {
  const slow = new SlowReads()
  for (let at = 0; at < 150; at += 1) slow.add('a', read(at))
  slow.add('b', read(7))
  expect(slow.list('a')).toHaveLength(100)
  expect(slow.list('a')[0]?.atMs).toBe(149)
  expect(slow.list('b').map(({ atMs }) => atMs)).toEqual([7])
  for (let other = 0; other < 250; other += 1) slow.add(`other ${other}`, read(other))
  expect(slow.list('a')).toEqual([])
  expect(slow.list('other 249')).toHaveLength(1)
})
