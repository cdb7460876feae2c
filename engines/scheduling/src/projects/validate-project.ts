import type { Project } from './project.ts'
import type { ProjectPlan } from './project-plan.ts'

/**
 * Whether a plan keeps its project, judged from the plain activities without anything of the search.
 *
 * @returns a sentence for each broken rule, at most 20; empty for a valid plan.
 */
export function validateProjectPlan({ capacities, activities }: Project, plan: ProjectPlan): string[] {
  if (plan.starts.length !== activities.length)
    return [`${plan.starts.length} of ${activities.length} activities are planned.`]
  const faults: string[] = []
  const endOf = (a: number) => (plan.starts[a] ?? Number.NaN) + (activities[a]?.duration ?? Number.NaN)
  activities.forEach(({ predecessors }, a) => {
    const start = plan.starts[a] ?? Number.NaN
    if (!(Number.isInteger(start) && start >= 0)) faults.push(`Activity ${a} starts at ${start}.`)
    for (const predecessor of predecessors)
      if (!(endOf(predecessor) <= start)) faults.push(`Activity ${a} starts before activity ${predecessor} has ended.`)
  })
  const last = Math.max(0, ...activities.map((_, a) => endOf(a)))
  if (last !== plan.makespan) faults.push(`The last activity ends at ${last}, not at ${plan.makespan}.`)

  capacities.forEach((capacity, resource) => {
    // Needs change at starts and ends only; what is given back at a time is free for what starts then.
    const changes = activities
      .flatMap(({ duration, demands }, a) => {
        const units = duration > 0 ? (demands[resource] ?? 0) : 0
        return [
          { time: plan.starts[a] ?? 0, units },
          { time: endOf(a), units: -units },
        ]
      })
      .sort((a, b) => a.time - b.time || a.units - b.units)
    let inUse = 0
    for (const { time, units } of changes) {
      inUse += units
      if (units > 0 && inUse > capacity)
        faults.push(`At ${time}, ${inUse} of ${capacity} units of resource ${resource} are used.`)
    }
  })
  return faults.slice(0, 20)
}
