import type { CapacityPlan, CapacityProblem } from './problem.ts'

/** Pieces and hours that arithmetic may lose. */
const TOLERANCE = 1e-4

/**
 * Whether a plan can be carried out and costs what it says, from the problem alone.
 *
 * @returns sentences of what is wrong; empty when nothing is
 */
export function capacityFaults(problem: CapacityProblem, plan: CapacityPlan): string[] {
  const faults: string[] = []
  const differs = (a: number, b: number) => Math.abs(a - b) > TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b))
  const { weekCount, items, groups } = problem
  let cost = 0
  const load = groups.map(() => Array<number>(weekCount).fill(0))
  items.forEach((item, i) => {
    let net = item.openingStock
    for (let week = 0; week < weekCount; week += 1) {
      const made = plan.make[i]?.[week] ?? 0
      const kept = plan.stock[i]?.[week] ?? 0
      const owed = plan.backlog[i]?.[week] ?? 0
      if (Math.min(made, kept, owed) < 0) faults.push(`${item.id} week ${week}: less than nothing`)
      net += made - (item.demand[week] ?? 0)
      if (differs(kept - owed, net)) faults.push(`${item.id} week ${week}: stock ${kept - owed}, but ${net} is left`)
      cost += kept * item.holdingCost + owed * item.backlogCost
      const own = plan.work.filter((one) => one.item === i && one.week === week)
      let lots = 0
      item.steps.forEach((step, s) => {
        const parts = own.filter((one) => one.step === s)
        const pieces = parts.reduce((sum, one) => sum + one.pieces, 0)
        const setups = parts.reduce((sum, one) => sum + one.setups, 0)
        if (differs(pieces, made)) faults.push(`${item.id} week ${week} step ${s}: ${pieces} of ${made} pieces`)
        const mustSetUp = made > TOLERANCE && (step.setupHours > 0 || item.lotCost > 0)
        if (mustSetUp && differs(setups, 1))
          faults.push(`${item.id} week ${week} step ${s}: ${setups} set-ups for a lot`)
        lots = Math.max(lots, setups)
        for (const part of parts) {
          const alternative = step.alternatives.find(({ groupId }) => groupId === groups[part.group]?.id)
          if (!alternative) faults.push(`${item.id} step ${s}: made where it cannot be`)
          if (part.pieces > TOLERANCE && mustSetUp && part.setups <= 0)
            faults.push(`${item.id} step ${s}: made without a set-up`)
          const row = load[part.group]
          if (row)
            row[week] =
              (row[week] ?? 0) + part.pieces * (alternative?.hoursPerPiece ?? 0) + part.setups * step.setupHours
        }
      })
      cost += lots * item.lotCost
    }
  })
  groups.forEach((group, g) => {
    for (let week = 0; week < weekCount; week += 1) {
      const hours = load[g]?.[week] ?? 0
      const overtime = plan.overtimeHours[g]?.[week] ?? 0
      const most = group.overtimeHoursMax[week] ?? 0
      const place = `${group.id} week ${week}`
      if (differs(hours, plan.loadHours[g]?.[week] ?? 0)) faults.push(`${place}: the load is ${hours}`)
      if (overtime < 0 || overtime > most + TOLERANCE) faults.push(`${place}: ${overtime} h of overtime`)
      if (hours > (group.hours[week] ?? 0) + overtime + TOLERANCE * Math.max(1, hours))
        faults.push(`${place}: overfull`)
      cost += overtime * group.overtimeCost
    }
  })
  if (differs(cost, plan.cost)) faults.push(`it costs ${cost}, not ${plan.cost}`)
  if (plan.bound > cost + TOLERANCE * Math.max(1, cost)) faults.push(`it costs ${cost}, below the bound ${plan.bound}`)
  return faults
}
