import { type SeededRandom, seededRandom } from '../../seeded-random.ts'
import { openIntervals } from '../intervals.ts'
import type { FactoryCalendar, FactoryProblem, OperatorGroup } from '../problem.ts'
import { generateOrders } from './generate-orders.ts'
import { generateCenters, type WorkCenter } from './generate-resources.ts'

/**
 * Whole factories from a seed. They are synthetic: sizes and spreads are guesses about discrete manufacturing in three shifts, not
 * a copy of any plant, so figures measured on them compare methods and say little about a particular factory.
 */
export interface FactorySize {
  readonly operations: number
  readonly machines: number
  /** Planned work as a share of what the machines can do until the last due dates; 1.1 is a factory that falls behind. */
  readonly load?: number
}

const DAY_S = 86_400
const HOUR_S = 3600
const MINUTE_S = 60

/** Mean processing of one operation, set by `generateOrders`. */
const MEAN_DURATION_S = 75 * MINUTE_S
/** Open share of a week in three shifts on five days and one on Saturday, with its breaks. */
const OPEN_SHARE = 0.72
const HORIZON_ROOM = 6

export function generateFactory(seed: number, { operations, machines, load = 0.92 }: FactorySize): FactoryProblem {
  const random = seededRandom(seed)
  const windowS = Math.ceil((operations * MEAN_DURATION_S) / (machines * OPEN_SHARE * load))
  const horizonS = Math.ceil((windowS * HORIZON_ROOM) / (7 * DAY_S) + 3) * 7 * DAY_S
  const centers = generateCenters(random, machines, horizonS)
  const { orders, materials, tools, skillWork } = generateOrders(random, centers, { operations, windowS })
  return {
    horizonS,
    nowS: 0,
    frozenUntilS: 0,
    calendars: calendarsOf(horizonS),
    resources: centers.flatMap((center) => center.resources),
    setupMatrices: centers.map((center) => center.matrix),
    operatorGroups: groupsFor(random, skillWork, windowS),
    tools,
    materials,
    transports: transportsOf(centers),
    orders,
  }
}

/** Price of electricity by the hour of a week, in thousandths of a currency unit per kWh: night, day, and two peaks. */
export function generateTariff(seed: number): number[] {
  const random = seededRandom(seed)
  return Array.from({ length: 168 }, (_, hour) => {
    const ofDay = hour % 24
    const weekend = hour >= 120
    const base = ofDay < 6 || ofDay >= 22 || weekend ? 120 : 210
    const peak = !weekend && ((ofDay >= 8 && ofDay < 11) || (ofDay >= 17 && ofDay < 20)) ? 90 : 0
    return base + peak + random.below(15)
  })
}

function calendarsOf(horizonS: number): FactoryCalendar[] {
  const days = (from: number, to: number, startH: number, endH: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => ({
      weekday: from + i,
      startS: startH * HOUR_S,
      endS: endH * HOUR_S,
    }))
  const holiday = { startS: 9 * DAY_S, endS: 10 * DAY_S }
  const three = openIntervals({ shifts: [...days(0, 4, 6, 30), ...days(5, 5, 6, 14)], closed: [holiday] }, horizonS)
  const shifts = [...days(0, 4, 6, 14), ...days(0, 4, 14, 22)]
  return [
    { id: 'three shifts', open: three },
    { id: 'two shifts', open: openIntervals({ shifts, closed: [holiday] }, horizonS) },
    { id: 'always', open: [{ startS: 0, endS: horizonS }] },
  ]
}

/** As many people as the work of a skill needs with some room: they bind at times, but seldom everywhere. */
function groupsFor(random: SeededRandom, skillWork: ReadonlyMap<string, number>, windowS: number): OperatorGroup[] {
  const skills = [...skillWork.keys()]
  return skills.map((skill, i) => ({
    id: `${skill} crew`,
    skills: i % 3 === 0 && skills.length > 1 ? [skill, skills[(i + 1) % skills.length] ?? skill] : [skill],
    headcount: Math.max(2, Math.ceil(((skillWork.get(skill) ?? 0) / (windowS * OPEN_SHARE)) * 1.35)),
    calendarId: 'three shifts',
    absences: [{ startS: (2 + random.below(5)) * DAY_S, endS: (8 + random.below(3)) * DAY_S, count: 1 }],
  }))
}

function transportsOf(centers: readonly WorkCenter[]): FactoryProblem['transports'] {
  const areas = [...new Set(centers.map((center) => center.area))]
  return areas.flatMap((fromArea, i) =>
    areas.flatMap((toArea, k) =>
      i === k ? [] : [{ fromArea, toArea, durationS: (5 + 5 * Math.abs(i - k)) * MINUTE_S }],
    ),
  )
}
