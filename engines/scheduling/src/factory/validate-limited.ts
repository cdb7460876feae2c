import type { Checked, Placed } from './validate.ts'

interface Use {
  readonly atS: number
  readonly amount: number
  readonly one: Placed | undefined
}

/** Skill and head count. What is history may exceed it (somebody fell ill), what is planned beside it may not. */
export function checkOperators(checked: Checked): void {
  const { problem, placed, report } = checked
  const uses = new Map<string, Use[]>()
  for (const group of problem.operatorGroups)
    uses.set(
      group.id,
      (group.absences ?? []).flatMap(({ startS, endS, count }) => [
        { atS: startS, amount: count, one: undefined },
        { atS: endS, amount: -count, one: undefined },
      ]),
    )
  const groups = new Map(problem.operatorGroups.map((one) => [one.id, one]))
  const batches = new Set<string>()
  for (const one of placed.values()) {
    const { operators } = one.operation
    if (!operators) continue
    const { operatorGroupId = '', setupStartS, startS, endS, lane } = one.placement
    if (!groups.get(operatorGroupId)?.skills.includes(operators.skill)) {
      report('operators', one.operation.id, `has "${operatorGroupId}" for the skill ${operators.skill}`)
      continue
    }
    // A batch needs its operators once.
    if (one.resource.kind === 'batch') {
      const key = JSON.stringify([one.resource.id, lane, startS])
      if (batches.has(key)) continue
      batches.add(key)
    }
    addUse(uses.get(operatorGroupId), one, setupStartS, operators.during === 'whole' ? endS : startS, operators.count)
  }
  for (const [id, list] of uses)
    checkLevel(list, groups.get(id)?.headcount ?? 0, (one) => report('operators', one.operation.id, `exceeds ${id}`))
}

export function checkTools({ problem, placed, report }: Checked): void {
  const uses = new Map<string, Use[]>(problem.tools.map((one) => [one.id, []]))
  for (const one of placed.values())
    for (const { toolId, count } of one.operation.tools ?? [])
      addUse(uses.get(toolId), one, one.placement.setupStartS, one.placement.endS, count)
  for (const { id, count } of problem.tools)
    checkLevel(uses.get(id) ?? [], count, (one) => report('tool', one.operation.id, `exceeds ${id}`))
}

function addUse(list: Use[] | undefined, one: Placed, fromS: number, toS: number, amount: number): void {
  if (fromS < toS) list?.push({ atS: fromS, amount, one }, { atS: toS, amount: -amount, one })
}

function checkLevel(uses: Use[], capacity: number, report: (one: Placed) => void): void {
  // What ends at a moment makes room for what begins then.
  uses.sort((a, b) => a.atS - b.atS || a.amount - b.amount)
  const holding = new Set<Placed>()
  let level = 0
  for (const { amount, one } of uses) {
    level += amount
    if (one && amount > 0) holding.add(one)
    if (one && amount < 0) holding.delete(one)
    if (amount <= 0 || level <= capacity) continue
    const planned = [...holding].find((other) => !other.history)
    if (planned) {
      report(planned)
      return
    }
  }
}

/** Stock and arrivals cover what is taken, at every moment at which something planned takes. */
export function checkMaterials({ problem, placed, report }: Checked): void {
  const moves = new Map<string, { atS: number; quantity: number; one?: Placed }[]>()
  for (const { id, stock, arrivals } of problem.materials) moves.set(id, [{ atS: -1, quantity: stock }, ...arrivals])
  for (const one of placed.values())
    for (const { materialId, quantity } of one.operation.materials ?? [])
      moves.get(materialId)?.push({ atS: one.placement.startS, quantity: -quantity, one })
  for (const [id, list] of moves) {
    list.sort((a, b) => a.atS - b.atS || b.quantity - a.quantity)
    let level = 0
    for (const { quantity, one } of list) {
      level += quantity
      if (level < 0 && one && !one.history) report('material', one.operation.id, `takes ${id} that is not there`)
    }
  }
}
