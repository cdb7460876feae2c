import fc from 'fast-check'
import { expect, test } from 'vitest'
import { improveProject } from './improve-project.ts'
import { compileProject, type Project } from './project.ts'
import type { ProjectPlan } from './project-plan.ts'
import { validateProjectPlan } from './validate-project.ts'

const projects = (activitiesMax: number): fc.Arbitrary<Project> =>
  fc
    .tuple(fc.integer({ min: 1, max: activitiesMax }), fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 5 }))
    .chain(([count, capacities]) =>
      fc.record({
        capacities: fc.constant(capacities),
        activities: fc.tuple(
          ...Array.from({ length: count }, (_, a) =>
            fc.record({
              duration: fc.integer({ min: 0, max: 9 }),
              demands: fc.tuple(...capacities.map((units) => fc.integer({ min: 0, max: units }))),
              // Numbers need not be in order: the last activity may come first.
              predecessors: fc.subarray(Array.from({ length: a }, (_, before) => count - 1 - before)),
            }),
          ),
        ),
      }),
    )
    .map(({ capacities, activities }) => ({ capacities, activities: activities.toReversed() }))

test('any project: each plan told of is valid and shorter than the one before, the last one is returned', () => {
  fc.assert(
    fc.property(projects(14), fc.nat(), (project, seed) => {
      const told: ProjectPlan[] = []
      const plan = improveProject(project, { seed, iterationsMax: 420, onBetter: (better) => told.push(better) })
      for (const one of told) expect(validateProjectPlan(project, one)).toEqual([])
      for (const [i, one] of told.entries()) if (i > 0) expect(one.makespan).toBeLessThan(told[i - 1]?.makespan ?? 0)
      expect(plan).toEqual(told.at(-1))
      expect(plan.makespan).toBeGreaterThanOrEqual(compileProject(project).leastMakespan)
    }),
    { numRuns: 80 },
  )
})

test('the same seed and number of steps give the same plan', () => {
  fc.assert(
    fc.property(projects(12), fc.nat(), (project, seed) => {
      const options = { seed, iterationsMax: 420 }
      expect(improveProject(project, options)).toEqual(improveProject(project, options))
    }),
    { numRuns: 50 },
  )
})

test('up to five activities: never less than the least makespan of all plans, and nearly always that', () => {
  const tried = fc.sample(projects(5), 150).map((project) => {
    const { makespan } = improveProject(project, { seed: 1, iterationsMax: 600 })
    return { makespan, least: leastMakespan(project) }
  })
  expect(tried.filter(({ makespan, least }) => makespan < least)).toEqual([])
  expect(tried.filter(({ makespan, least }) => makespan === least).length).toBeGreaterThan(142)
})

test('one unit of each resource makes it a job shop', () => {
  const activity = (duration: number, resource: number, predecessors: number[]) => ({
    duration,
    demands: [0, 1].map((one) => Number(one === resource)),
    predecessors,
  })
  const activities = [activity(3, 0, []), activity(2, 1, [0]), activity(2, 1, []), activity(4, 0, [2])]
  expect(improveProject({ capacities: [1, 1], activities }, { seed: 1, iterationsMax: 100 }).makespan).toBe(7)
})

test('the validator sees a start before the end of a predecessor, a shortage and a wrong makespan', () => {
  const project: Project = {
    capacities: [2],
    activities: [
      { duration: 3, demands: [2], predecessors: [] },
      { duration: 2, demands: [1], predecessors: [0] },
      { duration: 2, demands: [1], predecessors: [] },
    ],
  }
  expect(validateProjectPlan(project, { starts: [0, 3, 3], makespan: 5 })).toEqual([])
  expect(validateProjectPlan(project, { starts: [0, 2, 3], makespan: 5 }).join()).toContain('before activity 0')
  expect(validateProjectPlan(project, { starts: [0, 3, 2], makespan: 5 }).join()).toContain('3 of 2 units')
  expect(validateProjectPlan(project, { starts: [0, 3, 3], makespan: 6 }).join()).toContain('ends at 5, not at 6')
  expect(validateProjectPlan(project, { starts: [0, 3], makespan: 5 })).toHaveLength(1)
})

const one = { duration: 1, demands: [1], predecessors: [] }
test.each([
  [{ capacities: [1], activities: [] }, '1 to 20000 activities'],
  [{ capacities: [1], activities: [{ ...one, demands: [2] }] }, 'demands[0] must be a whole number from 0 to 1'],
  [{ capacities: [1], activities: [{ ...one, demands: [] }] }, 'demands 0 resources, not 1'],
  [{ capacities: [1], activities: [{ ...one, duration: 0.5 }] }, 'duration must be a whole number'],
  [{ capacities: [1], activities: [{ ...one, predecessors: [0] }] }, 'Activity 0 waits for itself'],
  [{ capacities: [1], activities: [{ ...one, predecessors: [1] }] }, 'predecessors must be a whole number from 0 to 0'],
])('%j is refused', (project: Project, sentence) => {
  expect(() => improveProject(project, { seed: 1, iterationsMax: 1 })).toThrow(sentence)
})

/** Every order of the activities, each placed as early as it can be: one of these plans is the best. */
function leastMakespan({ capacities, activities }: Project): number {
  const place = (starts: ReadonlyMap<number, number>): number => {
    if (starts.size === activities.length)
      return Math.max(...[...starts].map(([a, start]) => start + (activities[a]?.duration ?? 0)))
    const makespans = activities.map(({ predecessors }, a) => {
      if (starts.has(a) || !predecessors.every((before) => starts.has(before))) return Number.POSITIVE_INFINITY
      let start = 0
      while (!mayStart(starts, a, start)) start++
      return place(new Map([...starts, [a, start]]))
    })
    return Math.min(...makespans)
  }
  const mayStart = (starts: ReadonlyMap<number, number>, a: number, start: number): boolean => {
    const activity = activities[a]
    if (!activity) return false
    const ended = activity.predecessors.every(
      (before) => (starts.get(before) ?? 0) + (activities[before]?.duration ?? 0) <= start,
    )
    if (!ended) return false
    for (let t = start; t < start + activity.duration; t++) {
      const running = [...starts].filter(([b, begin]) => begin <= t && t < begin + (activities[b]?.duration ?? 0))
      const enough = capacities.every((units, r) => {
        const used = running.reduce((sum, [b]) => sum + (activities[b]?.demands[r] ?? 0), activity.demands[r] ?? 0)
        return used <= units
      })
      if (!enough) return false
    }
    return true
  }
  return place(new Map())
}
