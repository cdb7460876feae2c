import { describe, expect, test } from 'vitest'
import { evenly, inBands, ordersOf } from './vibration-rules.ts'

const NOTHING = { nominalRpm: null, teeth: null, ballCount: null, ballMm: null, pitchMm: null, contactDegrees: null }

describe('orders of what turns', () => {
  test('a machine of which nothing is known has a shaft', () => {
    expect(ordersOf(NOTHING)).toEqual([{ name: 'shaft', order: 1 }])
  })

  test('teeth pass as often as there are of them', () => {
    expect(ordersOf({ ...NOTHING, teeth: 4 })).toContainEqual({ name: 'teeth', order: 4 })
  })

  test('a deep groove ball bearing 6205 has the fault frequencies of its data sheet', () => {
    // As published with the bearing data of Case Western Reserve University: 3.5848, 5.4152, 4.7135 (twice a turn of the ball), 0.39828.
    const orders = ordersOf({ ...NOTHING, ballCount: 9, ballMm: 7.938, pitchMm: 39.04, contactDegrees: 0 })
    const of = (name: string) => orders.find((one) => one.name === name)?.order
    expect(of('BPFO')).toBeCloseTo(3.585, 3)
    expect(of('BPFI')).toBeCloseTo(5.415, 3)
    expect(of('BSF')).toBeCloseTo(4.7135 / 2, 2)
    expect(of('FTF')).toBeCloseTo(0.3983, 4)
  })

  test('half a bearing names nothing', () => {
    expect(ordersOf({ ...NOTHING, ballCount: 9 })).toHaveLength(1)
    expect(ordersOf({ ...NOTHING, ballCount: 9, ballMm: 40, pitchMm: 30 })).toHaveLength(1)
  })
})

test('bands hold the largest of their lines, so that a narrow peak stays', () => {
  expect(inBands([1, 9, 2, 3, 4], 3)).toEqual({ levels: [9, 3, 4], linesPerBand: 2 })
  expect(inBands([1, 2], 256)).toEqual({ levels: [1, 2], linesPerBand: 1 })
})

test('some of a list are spread evenly, from the first to the last', () => {
  expect(evenly([0, 1, 2, 3, 4, 5, 6], 3)).toEqual([0, 3, 6])
  expect(evenly([1, 2], 3)).toEqual([1, 2])
})
