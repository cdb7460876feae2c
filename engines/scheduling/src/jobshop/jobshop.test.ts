import { expect, test } from 'vitest'
import { improveJobShop } from './improve.ts'
import { type JobShop, shopArraysOf } from './model.ts'
import { scheduleFaults } from './validate.ts'

function classic(machineCount: number, ...jobs: readonly (readonly (readonly [number, number])[])[]): JobShop {
  return { machineCount, jobs: jobs.map((job) => job.map(([machine, duration]) => [{ machine, duration }])) }
}

/** Fisher and Thompson (1963), 6 jobs on 6 machines; 55 is the proven optimum. */
const FT06 = classic(
  6,
  [
    [2, 1],
    [0, 3],
    [1, 6],
    [3, 7],
    [5, 3],
    [4, 6],
  ],
  [
    [1, 8],
    [2, 5],
    [4, 10],
    [5, 10],
    [0, 10],
    [3, 4],
  ],
  [
    [2, 5],
    [3, 4],
    [5, 8],
    [0, 9],
    [1, 1],
    [4, 7],
  ],
  [
    [1, 5],
    [0, 5],
    [2, 5],
    [3, 3],
    [4, 8],
    [5, 9],
  ],
  [
    [2, 9],
    [1, 3],
    [4, 5],
    [5, 4],
    [0, 3],
    [3, 1],
  ],
  [
    [1, 3],
    [3, 3],
    [5, 9],
    [0, 10],
    [4, 4],
    [2, 1],
  ],
)

test('the classic shop of 6 jobs is planned in its 55 units', () => {
  let makespan = Number.POSITIVE_INFINITY
  for (const report of improveJobShop(FT06, { seed: 1 })) {
    makespan = report.makespan
    if (makespan === 55 || report.steps > 200_000) break
  }
  expect(makespan).toBe(55)
})

test('a plan that reaches its lower bound is the last one', () => {
  const reports = [
    ...improveJobShop(
      classic(
        2,
        [
          [0, 3],
          [1, 2],
        ],
        [[0, 4]],
      ),
      { seed: 1 },
    ),
  ]
  expect(reports.at(-1)).toMatchObject({ makespan: 7, lowerBound: 7 })
})

test('a shop without operations has an empty plan', () => {
  const [report] = improveJobShop({ machineCount: 3, jobs: [[]] }, { seed: 1 })
  expect(report?.better).toEqual({ machine: new Int32Array(0), start: new Int32Array(0), makespan: 0 })
})

test.each([
  [
    'operation 1 of job 0 names machine 2; there are 0 to 1',
    classic(2, [
      [0, 1],
      [2, 1],
    ]),
  ],
  ['operation 0 of job 1 takes 1.5; a duration is a whole number from 0', classic(1, [], [[0, 1.5]])],
  ['operation 0 of job 0 takes -1; a duration is a whole number from 0', classic(1, [[0, -1]])],
  ['operation 0 of job 0 can run on no machine', { machineCount: 1, jobs: [[[]]] }],
  [
    'operation 0 of job 0 names machine 0 twice',
    {
      machineCount: 1,
      jobs: [
        [
          [
            { machine: 0, duration: 1 },
            { machine: 0, duration: 2 },
          ],
        ],
      ],
    },
  ],
  [
    'all durations together must not exceed 1073741824, they are 1200000000',
    classic(1, [
      [0, 6e8],
      [0, 6e8],
    ]),
  ],
  ['the number of machines must be a whole number up to 1000000, not -1', classic(-1)],
])('%s', (sentence, shop) => {
  expect(() => shopArraysOf(shop)).toThrow(new RangeError(sentence))
})

test('the validator names what is wrong with a plan', () => {
  const shop = classic(
    2,
    [
      [0, 3],
      [1, 2],
    ],
    [[0, 4]],
  )
  const plan = (machine: number[], start: number[], makespan: number) =>
    scheduleFaults(shop, { machine: Int32Array.from(machine), start: Int32Array.from(start), makespan })
  expect(plan([0, 1, 0], [0, 3, 3], 7)).toEqual([])
  expect(plan([0, 1, 0], [0, 2, 3], 7)).toEqual(['operation 1 of job 0 starts at 2, before 3, when it is ready'])
  expect(plan([0, 1, 0], [0, 3, 2], 6)).toEqual([
    'operation 0 of job 1 starts on machine 0 before operation 0 of job 0 ends',
  ])
  expect(plan([0, 0, 0], [0, 3, 5], 9)).toEqual(['operation 1 of job 0 cannot run on machine 0'])
  expect(plan([0, 1, 0], [0, 3, 3], 8)).toEqual(['the last operation ends at 7, not at 8'])
  expect(plan([0, 1], [0, 3], 5)).toEqual(['3 operations are asked, 2 machines and 2 starts given'])
  expect(plan([0, 1, 0], [-1, 3, 3], 7)).toEqual(['operation 0 of job 0 starts at -1, before 0, when it is ready'])
})
