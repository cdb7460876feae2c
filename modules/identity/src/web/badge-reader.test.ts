import { expect, test } from 'vitest'
import { createBadgeReader } from './badge-reader.ts'

const BADGE = 'BCDFGHJKLNPRSTVXBCDFGHJKLNPRSTVX'

/** Types a text with a pause before each key, then Enter. */
function type(text: string, pauseMs: number, read = createBadgeReader(), fromMs = 1000): string | undefined {
  let atMs = fromMs
  for (const key of text) {
    atMs += pauseMs
    expect(read(key, atMs)).toBeUndefined()
  }
  return read('Enter', atMs + pauseMs)
}

test('what a reader types is found, also when it is slow or the card is not ours', () => {
  expect(type(BADGE, 2)).toBe(BADGE)
  expect(type(BADGE, 90)).toBe(BADGE)
  expect(type(BADGE.toLowerCase(), 10)).toBe(BADGE.toLowerCase())
  expect(type('0004711815', 5)).toBe('0004711815')
})

test('what a person types is not', () => {
  expect(type('Lena Zgraggen', 120)).toBeUndefined()
  expect(type('Zgraggen', 70)).toBeUndefined()
  expect(type('7314', 10)).toBeUndefined()
  expect(type(BADGE, 150)).toBeUndefined()
})

test('what was typed before the badge is not part of it, and shift keys are not letters', () => {
  const read = createBadgeReader()
  read('x', 1000)
  expect(type(BADGE, 5, read, 2000)).toBe(BADGE)
  read('Shift', 3000)
  for (const [index, key] of [...BADGE].entries()) {
    read('Shift', 4000 + 10 * index)
    read(key, 4005 + 10 * index)
  }
  expect(read('Enter', 4330)).toBe(BADGE)
  expect(read('Enter', 4340)).toBeUndefined()
})
