import type { NabFile } from './nab-data.ts'

const ROWS = 4000
const FIVE_MINUTES_MS = 300_000
const DAY_ROWS = 288
const START_MS = 1_700_000_000_000

/** A small repeatable generator (mulberry32), so that every run sees the same files. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Stand-ins when the benchmark's files are absent: a daily rhythm with noise, and one fault of each shape. */
export function generateNabFiles(): NabFile[] {
  const shapes = [
    ['spike', (value: number) => value + 40],
    ['flat', () => 20],
    ['shift', (value: number) => value + 18],
    ['inverted', (value: number) => 60 - value],
  ] as const
  return shapes.map(([shape, disturb], index) => {
    const random = randomFrom(index + 1)
    const faultAt = 2200 + 300 * index
    const length = shape === 'spike' ? 3 : 150
    const values = Float64Array.from({ length: ROWS }, (_, row) => {
      const value = 30 + 10 * Math.sin((2 * Math.PI * row) / DAY_ROWS) + 2 * (random() - 0.5)
      return row >= faultAt && row < faultAt + length ? disturb(value) : value
    })
    return {
      name: `generated/${shape}.csv`,
      timestampsMs: Float64Array.from({ length: ROWS }, (_, row) => START_MS + row * FIVE_MINUTES_MS),
      values,
      rows: ROWS,
      windows: [[faultAt - 100, faultAt + 200]],
    }
  })
}
