import { expect, test } from 'vitest'
import { withNeeded, withoutDependent } from './advice-choice.ts'
import { curveHours, midnights } from './load-curve.ts'
import { readSlots } from './slot-file.ts'

const ZURICH = 'Europe/Zurich'

test('a day-ahead file of prices per MWh becomes prices per kWh on the plant clock', () => {
  const text = '\ufeffTime;Price\r\n2026-11-28 00:00;84,20\r\n2026-11-28 01:00;-3,5\r\n'
  expect(readSlots(text, ZURICH, 0.001)).toEqual({
    minutes: 60,
    slots: [
      { startAt: '2026-11-27T23:00:00.000Z', value: 0.0842 },
      { startAt: '2026-11-28T00:00:00.000Z', value: -0.0035 },
    ],
  })
})

test('the hour that is shown twice is two hours, also by quarters', () => {
  const hours = readSlots('2026-10-25 01:00,1\n2026-10-25 02:00,2\n2026-10-25 02:00,3\n2026-10-25 03:00,4', ZURICH, 1)
  expect('slots' in hours && hours.slots.map(({ startAt }) => startAt.slice(11, 16))).toEqual([
    ...['23:00', '00:00', '01:00', '02:00'],
  ])
  const minutes = ['00', '15', '30', '45']
  const lines = ['01', '02', '02', '03'].flatMap((hour) => minutes.map((minute) => `2026-10-25 ${hour}:${minute},1`))
  const quarters = readSlots(lines.join('\n'), ZURICH, 1)
  expect(quarters).toMatchObject({ minutes: 15 })
  expect('slots' in quarters && new Set(quarters.slots.map(({ startAt }) => startAt)).size).toBe(16)
})

test('JSON is read as well, and times with an offset are what they say', () => {
  const text = JSON.stringify({
    slots: [
      { startAt: '2026-11-28T00:00:00+02:00', price: 5 },
      { time: '2026-11-27T22:30Z', value: '6' },
    ],
  })
  expect(readSlots(text, ZURICH, 1)).toEqual({
    minutes: 30,
    slots: [
      { startAt: '2026-11-27T22:00:00.000Z', value: 5 },
      { startAt: '2026-11-27T22:30:00.000Z', value: 6 },
    ],
  })
})

test.each([
  ['', { fault: 'empty' }],
  ['time,price\n', { fault: 'empty' }],
  ['2026-11-28 00:00,1\nnoon,2', { fault: 'line', line: 2 }],
  ['2026-11-28 00:00,1\n2026-11-28 00:07,2', { fault: 'length' }],
  ['[{"time": 1', { fault: 'line', line: 2 }],
])('%j is refused', (text, fault) => {
  expect(readSlots(text, ZURICH, 1)).toEqual(fault)
})

test('a move is taken with those it needs, and left with those that need it', () => {
  const moves = [{ needs: [] }, { needs: [0] }, { needs: [1] }, { needs: [] }]
  expect([...withNeeded(new Set(), 2, moves)].sort()).toEqual([0, 1, 2])
  expect([...withoutDependent(new Set([0, 1, 2, 3]), 0, moves)]).toEqual([3])
  expect([...withoutDependent(new Set([0, 1, 2, 3]), 2, moves)]).toEqual([0, 1, 3])
})

test('a curve shows the highest quarter of each hour, dear hours, and the midnights of the plant', () => {
  const fromMs = Date.parse('2026-11-27T22:30:00.000Z')
  const curve = { usedKw: [1, 5, 2, 2, 2, 9], generationKw: [2, 4, 0, 0, 0, 0], pricePerKwh: [3, 3, 1, 1, 1, 1] }
  const hours = curveHours(fromMs, curve)
  expect(hours).toEqual([
    { atMs: Date.parse('2026-11-27T22:00:00.000Z'), usedKw: 5, generationKw: 3, isDear: true },
    { atMs: Date.parse('2026-11-27T23:00:00.000Z'), usedKw: 9, generationKw: 0, isDear: false },
  ])
  expect(midnights(hours, ZURICH).map(({ place }) => place)).toEqual([0, 1])
})
