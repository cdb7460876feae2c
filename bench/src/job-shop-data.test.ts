import { expect, test } from 'vitest'
import { parseFlexibleJobShop, parseJobShop } from './job-shop-data.ts'

test('classic text: comments, jobs of unequal length, a machine visited again, an end mark', () => {
  const text = '# found somewhere\n2 3\n 0 5  2 7  0 1\n1 4 -1 -1\n'
  expect(parseJobShop(text)).toEqual({
    machineCount: 3,
    jobs: [
      [[{ machine: 0, duration: 5 }], [{ machine: 2, duration: 7 }], [{ machine: 0, duration: 1 }]],
      [[{ machine: 1, duration: 4 }]],
    ],
  })
})

test('flexible text: so many operations, each with so many alternatives; more figures in the head do not matter', () => {
  expect(parseFlexibleJobShop('1 2 1.5\n2  1 0 3  2 0 4 1 5\n')).toEqual({
    machineCount: 2,
    jobs: [
      [
        [{ machine: 0, duration: 3 }],
        [
          { machine: 0, duration: 4 },
          { machine: 1, duration: 5 },
        ],
      ],
    ],
  })
})

test.each([
  ['job 0 has a machine without a duration', () => parseJobShop('1 1\n0 5 0\n')],
  ['2 jobs are announced, 1 follow', () => parseJobShop('2 1\n0 5\n')],
  ['job 0 holds something that is no whole number', () => parseJobShop('1 1\n0 x\n')],
  ['job 0 ends too early', () => parseFlexibleJobShop('1 1\n1 2 0 3\n')],
  ['job 0 has numbers left over', () => parseFlexibleJobShop('1 1\n1 1 0 3 9\n')],
])('%s', (sentence, parse) => {
  expect(parse).toThrow(new SyntaxError(sentence))
})
