import { both, joined, without } from './intervals.ts'
import { at } from './ints.ts'
import type { FactoryProblem, Interval } from './problem.ts'
import type { ResourceColumns } from './shop.ts'
import { type WorkCalendar, workCalendar } from './work-calendar.ts'

export function compileResources(problem: FactoryProblem, familyOf: (family: string) => number): ResourceColumns {
  const { resources } = problem
  const firstLane = new Int32Array(resources.length + 1)
  for (const [i, one] of resources.entries()) firstLane[i + 1] = at(firstLane, i) + one.count
  const laneCount = at(firstLane, resources.length)
  const laneResource = new Int32Array(laneCount)
  for (const [i, one] of resources.entries()) laneResource.fill(i, at(firstLane, i), at(firstLane, i) + one.count)

  const matrices = new Map(problem.setupMatrices.map((one, i) => [one.id, i]))
  const areas = new Map<string, number>()
  const areaOf = (area: string) => {
    if (!areas.has(area)) areas.set(area, areas.size)
    return areas.get(area) ?? 0
  }
  const area = Int32Array.from(resources, (one) => areaOf(one.area ?? ''))
  const transport = new Int32Array(areas.size * areas.size)
  for (const { fromArea, toArea, durationS } of problem.transports) {
    const from = areas.get(fromArea)
    const to = areas.get(toArea)
    if (from !== undefined && to !== undefined) transport[from * areas.size + to] = durationS
  }
  const { calendars, withGroup } = compileCalendars(problem)
  return {
    count: resources.length,
    firstLane,
    laneCount,
    laneResource,
    batchLoad: Int32Array.from(resources, (one) => (one.kind === 'batch' ? (one.batchLoad ?? 1) : 0)),
    initialFamily: Int32Array.from(resources, (one) =>
      one.initialFamily === undefined ? -1 : familyOf(one.initialFamily),
    ),
    matrix: Int32Array.from(resources, (one) => matrices.get(one.setupMatrixId ?? '') ?? -1),
    area,
    areaCount: areas.size,
    transport,
    calendars,
    withGroup,
  }
}

/** Equal calendars are compiled once; a machine and a group working together have the times that both are open. */
function compileCalendars(problem: FactoryProblem): Pick<ResourceColumns, 'calendars' | 'withGroup'> {
  const open = new Map(problem.calendars.map((one) => [one.id, joined(one.open)]))
  const horizon = [{ startS: 0, endS: problem.horizonS }]
  const plain = new Map<string, Interval[]>()
  const openOf = (calendarId: string) => {
    const known = plain.get(calendarId)
    if (known) return known
    const made = both(open.get(calendarId) ?? [], horizon)
    plain.set(calendarId, made)
    return made
  }
  const compiled = new Map<readonly Interval[], WorkCalendar>()
  const compile = (intervals: readonly Interval[]) => {
    const made = compiled.get(intervals) ?? workCalendar(intervals)
    compiled.set(intervals, made)
    return made
  }
  const machineOpen = problem.resources.map(({ calendarId, closed = [], stops = [] }) =>
    closed.length + stops.length === 0 ? openOf(calendarId) : without(openOf(calendarId), [...closed, ...stops]),
  )
  const groupCount = problem.operatorGroups.length
  const pairs: (WorkCalendar | undefined)[] = new Array(problem.resources.length * groupCount).fill(undefined)
  const merged = new Map<readonly Interval[], Map<string, Interval[]>>()
  return {
    calendars: machineOpen.map(compile),
    withGroup(resource, group) {
      const pair = resource * groupCount + group
      const known = pairs[pair]
      if (known) return known
      const mine = machineOpen[resource] ?? []
      const calendarId = problem.operatorGroups[group]?.calendarId ?? ''
      const row = merged.get(mine) ?? new Map<string, Interval[]>()
      merged.set(mine, row)
      const times = row.get(calendarId) ?? both(mine, openOf(calendarId))
      row.set(calendarId, times)
      const made = compile(times)
      pairs[pair] = made
      return made
    },
  }
}
