import { expect, test } from 'vitest'
import { parseNabFile } from './nab-data.ts'
import { NAB_PROFILES, type NabProfile, nabScore, probationOf } from './nab-score.ts'

const FILE = { rows: 1000, windows: [[500, 599]] as const }

function score(detections: number[], profile: NabProfile = NAB_PROFILES.standard): number {
  return nabScore([{ file: FILE, detections }], profile).score
}

test.each([
  ['detecting nothing', [], 0],
  ['the first row of the window', [500], 100],
  // −50/100 of the window left: (2/(1+e^−2.5)−1)/(2/(1+e^−5)−1) = 0.8483/0.9866 of a hit, so (0.8598+1)/2.
  ['the middle of the window', [550], 92.99],
  ['many hits in one window count as the earliest', [500, 510, 550, 599], 100],
  ['a hit in the probation is not scored', [149], 0],
  // A false positive before any window costs 0.11 of a window's worth of 2.
  ['a false positive before the window', [300], -5.5],
  ['a false positive far behind the window', [990], -5.5],
  // One row behind: p = 1/99, s = −0.02524.
  ['a false positive right behind the window is nearly free', [600], -0.139],
] as const)('%s', (_, detections, expected) => {
  expect(score([...detections])).toBeCloseTo(expected, 2)
})

test('rewarding few false positives doubles their price', () => {
  expect(score([300], NAB_PROFILES.rewardLowFp)).toBeCloseTo(-11, 6)
})

test('missing a window is worth nothing in every profile, finding it everything', () => {
  expect(score([], NAB_PROFILES.rewardLowFn)).toBe(0)
  expect(score([500], NAB_PROFILES.rewardLowFn)).toBeCloseTo(100, 6)
})

test('false positives are counted per thousand scored rows', () => {
  expect(nabScore([{ file: FILE, detections: [300, 700] }], NAB_PROFILES.standard).falsePer1000).toBeCloseTo(
    2 / 0.85,
    6,
  )
})

test('the probation is 15 % of the rows, at most 750', () => {
  expect([probationOf(1000), probationOf(20_000)]).toEqual([150, 750])
})

test('windows in time become rows, both ends included', () => {
  const text = 'timestamp,value\n2014-01-01 00:00:00,1\n2014-01-01 00:05:00,2.5\n2014-01-01 00:10:00,3\n'
  const file = parseNabFile('x', text, [['2014-01-01 00:05:00.000000', '2014-01-01 00:10:00.000000']])
  expect(file.windows).toEqual([[1, 2]])
  expect(Array.from(file.values)).toEqual([1, 2.5, 3])
})
