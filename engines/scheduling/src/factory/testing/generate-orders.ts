import type { SeededRandom } from '../../seeded-random.ts'
import type { FactoryMaterial, FactoryOperation, FactoryOrder, FactoryTool, OperatorNeed } from '../problem.ts'
import type { WorkCenter } from './generate-resources.ts'

const DAY_S = 86_400
const MINUTE_S = 60
const MATERIALS = 40
const TOOL_KINDS = 30
const WEIGHTS = [1, 1, 1, 2, 2, 4, 8]

interface Generated {
  readonly orders: FactoryOrder[]
  readonly materials: FactoryMaterial[]
  readonly tools: FactoryTool[]
  /** Seconds of work that each skill is asked for. */
  readonly skillWork: Map<string, number>
}

/** Orders of four to twelve operations; releases and due dates spread over the window, tighter for some than for others. */
export function generateOrders(
  random: SeededRandom,
  centers: readonly WorkCenter[],
  { operations, windowS }: { operations: number; windowS: number },
): Generated {
  const orders: FactoryOrder[] = []
  const skillWork = new Map<string, number>()
  const toolWork = new Map<string, number>()
  const asked = new Map<string, { atS: number; quantity: number }[]>()
  // Work goes to a center in proportion to its machines and their shifts, a little unevenly: bottlenecks are part of life.
  const pull = centers.map((center) => {
    const shifts = center.resources[0]?.calendarId === 'two shifts' ? 2 : 3
    return ((center.lanes * shifts) / 3) * (0.85 + 0.3 * random.unit())
  })
  const pick = () => {
    let left = random.unit() * pull.reduce((sum, one) => sum + one, 0)
    const i = pull.findIndex((one) => {
      left -= one
      return left < 0
    })
    return centers[Math.max(0, i)]
  }
  for (let made = 0; made < operations; ) {
    const number = orders.length + 1
    const length = Math.min(operations - made, 4 + random.below(9))
    const quantity = 10 * (1 + random.below(40))
    const releaseS = Math.max(0, Math.floor(windowS * (random.unit() * 1.05 - 0.25)))
    const route = Array.from({ length }, pick).filter((center) => center !== undefined)
    route.sort((a, b) => centers.indexOf(a) - centers.indexOf(b))
    const familyNumber = random.below(8)
    const list = route.map((center, i) =>
      operationOf(random, {
        id: `order ${number}.${i + 1}`,
        before: i === 0 ? undefined : `order ${number}.${i}`,
        center,
        quantity,
        familyNumber,
      }),
    )
    for (const { operators, tools = [], materials = [], alternatives } of list) {
      const durationS = alternatives[0]?.durationS ?? 0
      if (operators) {
        const workS = operators.during === 'setup' ? 10 * MINUTE_S : durationS
        skillWork.set(operators.skill, (skillWork.get(operators.skill) ?? 0) + workS * operators.count)
      }
      for (const { toolId } of tools) toolWork.set(toolId, (toolWork.get(toolId) ?? 0) + durationS)
      for (const one of materials) {
        const demands = asked.get(one.materialId) ?? []
        demands.push({ atS: releaseS, quantity: one.quantity })
        asked.set(one.materialId, demands)
      }
    }
    const workS = list.reduce((sum, one) => sum + (one.alternatives[0]?.durationS ?? 0), 0)
    orders.push({
      id: `order ${number}`,
      weight: WEIGHTS[random.below(WEIGHTS.length)] ?? 1,
      releaseS,
      dueS: Math.floor(releaseS + workS * (2 + 3 * random.unit()) + 0.5 * DAY_S),
      quantity,
      operations: list,
    })
    made += length
  }
  return {
    orders,
    skillWork,
    materials: materialsFor(random, asked),
    tools: Array.from(toolWork, ([id, workS]) => ({ id, count: Math.max(2, Math.ceil((workS / windowS) * 2.2)) })),
  }
}

interface Step {
  readonly id: string
  readonly before: string | undefined
  readonly center: WorkCenter
  readonly quantity: number
  readonly familyNumber: number
}

function operationOf(random: SeededRandom, { id, before, center, quantity, familyNumber }: Step): FactoryOperation {
  const batch = center.resources[0]?.kind === 'batch'
  // A recipe fixes how long a furnace takes; elsewhere a few pieces more take longer.
  const usualS = batch ? (120 + 60 * (familyNumber % 3)) * MINUTE_S : Math.round((25 + 100 * random.unit()) * MINUTE_S)
  const overlap = before !== undefined && !batch && random.unit() < 0.1
  const waitS = random.unit() < 0.15 ? (10 + random.below(50)) * MINUTE_S : 0
  const operators: OperatorNeed | undefined =
    random.unit() < 0.6 ? { skill: center.skill, count: 1, during: random.unit() < 0.5 ? 'setup' : 'whole' } : undefined
  return {
    id,
    alternatives: center.resources.map((resource, i) => ({
      resourceId: resource.id,
      durationS: batch ? usualS : Math.round((usualS * (center.speed[i] ?? 100)) / 100),
    })),
    ...(before === undefined
      ? {}
      : { after: [{ operationId: before, waitS, ...(overlap ? { transferQuantity: Math.ceil(quantity / 5) } : {}) }] }),
    family: center.families[familyNumber % center.families.length] ?? '',
    splittable: batch || random.unit() < 0.8,
    // A furnace tends itself.
    ...(operators && !batch ? { operators } : {}),
    ...(random.unit() < 0.1 && !batch
      ? { tools: [{ toolId: `mould ${random.below(TOOL_KINDS) + 1}`, count: 1 }] }
      : {}),
    ...(before === undefined || random.unit() < 0.1
      ? { materials: [{ materialId: `material ${random.below(MATERIALS) + 1}`, quantity }] }
      : {}),
    ...(batch ? { load: 2 + random.below(7) } : {}),
  }
}

/** Stock for the first third; the rest arrives before it is asked for, mostly. */
function materialsFor(
  random: SeededRandom,
  asked: ReadonlyMap<string, { readonly atS: number; readonly quantity: number }[]>,
): FactoryMaterial[] {
  return Array.from(asked, ([id, demands]) => {
    const sorted = demands.toSorted((a, b) => a.atS - b.atS)
    const covered = Math.ceil(sorted.length / 3)
    const stock = sorted.slice(0, covered).reduce((sum, one) => sum + one.quantity, 0)
    const arrivals = []
    for (let i = covered; i < sorted.length; i += 8) {
      const part = sorted.slice(i, i + 8)
      const lateS = random.unit() < 0.1 ? DAY_S : -DAY_S
      arrivals.push({
        id: `${id} delivery ${arrivals.length + 1}`,
        atS: Math.max(0, (part[0]?.atS ?? 0) + lateS),
        quantity: part.reduce((sum, one) => sum + one.quantity, 0),
      })
    }
    return { id, stock, arrivals }
  })
}
