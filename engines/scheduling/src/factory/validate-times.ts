import type { FactoryProblem, Interval } from './problem.ts'
import type { Checked, Placed } from './validate.ts'

/** Open seconds of machines and of machines with operators, counted from the stated intervals. */
export interface OpenTimes {
  /** Within [from, to). */
  work(resourceId: string, groupId: string | undefined, fromS: number, toS: number): number
}

interface Counted {
  readonly intervals: readonly Interval[]
  readonly sums: readonly number[]
}

export function openTimes(problem: FactoryProblem): OpenTimes {
  const calendars = new Map(problem.calendars.map((one) => [one.id, one.open]))
  const groups = new Map(problem.operatorGroups.map((one) => [one.id, calendars.get(one.calendarId) ?? []]))
  const resources = new Map(problem.resources.map((one) => [one.id, one]))
  const made = new Map<string, Counted>()
  const countedFor = (resourceId: string, groupId: string | undefined) => {
    const key = JSON.stringify([resourceId, groupId])
    const known = made.get(key)
    if (known) return known
    const resource = resources.get(resourceId)
    let open: readonly Interval[] = calendars.get(resource?.calendarId ?? '') ?? []
    for (const hole of [...(resource?.closed ?? []), ...(resource?.stops ?? [])]) open = cut(open, hole)
    if (groupId !== undefined) open = meet(open, groups.get(groupId) ?? [])
    const sums = [0]
    for (const { startS, endS } of open) sums.push((sums.at(-1) ?? 0) + endS - startS)
    const counted = { intervals: open, sums }
    made.set(key, counted)
    return counted
  }
  const until = ({ intervals, sums }: Counted, timeS: number) => {
    let low = 0
    let high = intervals.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((intervals[middle]?.endS ?? 0) <= timeS) low = middle + 1
      else high = middle
    }
    return (sums[low] ?? 0) + Math.max(0, timeS - (intervals[low]?.startS ?? timeS))
  }
  return {
    work(resourceId, groupId, fromS, toS) {
      const counted = countedFor(resourceId, groupId)
      return toS <= fromS ? 0 : until(counted, toS) - until(counted, fromS)
    },
  }
}

function cut(open: readonly Interval[], hole: Interval): Interval[] {
  return open.flatMap((one) => {
    if (hole.endS <= one.startS || hole.startS >= one.endS) return [one]
    const parts: Interval[] = []
    if (one.startS < hole.startS) parts.push({ startS: one.startS, endS: hole.startS })
    if (hole.endS < one.endS) parts.push({ startS: hole.endS, endS: one.endS })
    return parts
  })
}

function meet(left: readonly Interval[], right: readonly Interval[]): Interval[] {
  const result: Interval[] = []
  let k = 0
  for (const one of left) {
    while (k < right.length && (right[k]?.endS ?? 0) <= one.startS) k += 1
    for (let i = k; i < right.length; i += 1) {
      const other = right[i]
      if (!other || other.startS >= one.endS) break
      result.push({ startS: Math.max(one.startS, other.startS), endS: Math.min(one.endS, other.endS) })
    }
  }
  return result
}

/** Group that has to be there while an operation is processed; none when its operators only set up. */
export function runningGroup({ operation, placement }: Placed): string | undefined {
  return operation.operators?.during === 'whole' ? placement.operatorGroupId : undefined
}

/** What concerns one placement alone: machine, pin, lock, release, calendar, duration. History is believed. */
export function checkOwnTimes({ problem, times, report }: Checked, one: Placed): void {
  const { placement, operation, order, resource, durationS, history } = one
  const { operationId, setupStartS, startS, endS, lane } = placement
  const { pin, lock } = operation
  if (!Number.isInteger(startS) || !Number.isInteger(endS) || !Number.isInteger(setupStartS))
    report('duration', operationId, 'has times that are not whole seconds')
  if (lane < 0 || lane >= resource.count) report('machine', operationId, `is on lane ${lane} of ${resource.count}`)
  if (pin && (pin.resourceId !== resource.id || pin.lane !== lane || pin.startS !== startS))
    report('pin', operationId, `is pinned to ${pin.startS} on ${pin.resourceId}, lane ${pin.lane}`)
  if (lock?.resourceId !== undefined && lock.resourceId !== resource.id)
    report('lock', operationId, `is locked to ${lock.resourceId}`)
  if (history) return

  if (startS < order.releaseS) report('too-early', operationId, `starts at ${startS}, before its order's release`)
  if (startS < (lock?.notBeforeS ?? 0)) report('lock', operationId, `starts at ${startS}, before its lock`)
  if (endS > problem.horizonS) report('horizon', operationId, `ends at ${endS}, behind the horizon`)
  const work = times.work(resource.id, runningGroup(one), startS, endS)
  if (work !== durationS) report('duration', operationId, `has ${work} s of open time for ${durationS} s of work`)
  if (times.work(resource.id, runningGroup(one), startS, startS + 1) !== 1)
    report('calendar', operationId, `starts at ${startS}, when nobody works`)
  if (!operation.splittable && endS - startS !== durationS) report('split', operationId, 'is interrupted')
}
