import { type SeededRandom, seededRandom } from '../../seeded-random.ts'
import type {
  FactoryOperation,
  FactoryOrder,
  FactoryProblem,
  FactoryResource,
  Interval,
  OperatorGroup,
} from '../problem.ts'

const HORIZON_S = 4000
const FAMILIES = ['red', 'green', 'blue']
const SKILLS = ['turn', 'weld']
const AREAS = ['hall', 'yard']

/**
 * A factory of a few orders in which everything that may bind does: short open times, few people and tools, late materials, furnaces,
 * overlaps, pegging, pins and locks. For property tests; times are small so that equal moments happen.
 */
export function smallFactory(seed: number): FactoryProblem {
  const random = seededRandom(seed)
  const calendars = ['a', 'b', 'c'].map((id) => ({ id, open: id === 'c' ? whole() : someIntervals(random) }))
  const resources = Array.from({ length: 2 + random.below(3) }, (_, i) => resourceOf(random, i))
  const problem = {
    horizonS: HORIZON_S,
    nowS: 0,
    frozenUntilS: 0,
    calendars,
    resources,
    setupMatrices: ['m', 'n'].map((id) => ({
      id,
      otherwiseS: random.below(8),
      initialS: random.below(6),
      changes: FAMILIES.flatMap((from) =>
        FAMILIES.flatMap((to) => (random.unit() < 0.5 ? [{ from, to, setupS: random.below(25) }] : [])),
      ).filter((one) => one.from !== one.to),
    })),
    operatorGroups: Array.from({ length: 1 + random.below(3) }, (_, i) => groupOf(random, i)),
    tools: ['jig', 'mould'].map((id) => ({ id, count: 1 + random.below(2) })),
    materials: ['steel', 'glue'].map((id) => ({
      id,
      stock: random.below(8),
      arrivals: Array.from({ length: 1 + random.below(3) }, (_, i) => ({
        id: `${id} ${i}`,
        atS: random.below(600),
        quantity: 10 + random.below(40),
      })),
    })),
    transports: random.unit() < 0.5 ? [{ fromArea: 'hall', toArea: 'yard', durationS: random.below(30) }] : [],
  }
  const skills = problem.operatorGroups.flatMap((group) => group.skills)
  return { ...problem, orders: ordersOf(random, resources, skills) }
}

function whole(): Interval[] {
  return [{ startS: 0, endS: HORIZON_S }]
}

function someIntervals(random: SeededRandom): Interval[] {
  const result: Interval[] = []
  for (let time = random.below(20); time < HORIZON_S; ) {
    const endS = time + 20 + random.below(120)
    result.push({ startS: time, endS: Math.min(endS, HORIZON_S) })
    time = endS + 1 + random.below(60)
  }
  return result
}

function resourceOf(random: SeededRandom, i: number): FactoryResource {
  const batch = random.unit() < 0.25
  const startS = random.below(300)
  return {
    id: `machine ${i}`,
    kind: batch ? 'batch' : 'machine',
    count: random.unit() < 0.3 ? 2 : 1,
    ...(batch ? { batchLoad: 2 + random.below(4) } : {}),
    calendarId: ['a', 'b', 'c'][random.below(3)] ?? 'c',
    closed: random.unit() < 0.4 ? [{ startS, endS: startS + 1 + random.below(80) }] : [],
    ...(random.unit() < 0.7 ? { setupMatrixId: random.unit() < 0.5 ? 'm' : 'n' } : {}),
    ...(random.unit() < 0.5 ? { initialFamily: FAMILIES[random.below(3)] ?? '' } : {}),
    area: AREAS[random.below(2)] ?? 'hall',
  }
}

function groupOf(random: SeededRandom, i: number): OperatorGroup {
  const startS = random.below(300)
  return {
    id: `crew ${i}`,
    skills: i === 0 ? SKILLS : [SKILLS[random.below(2)] ?? 'turn'],
    headcount: 2 + random.below(2),
    calendarId: random.unit() < 0.5 ? 'c' : 'a',
    absences: random.unit() < 0.4 ? [{ startS, endS: startS + 60, count: 1 }] : [],
  }
}

function ordersOf(
  random: SeededRandom,
  resources: readonly FactoryResource[],
  skills: readonly string[],
): FactoryOrder[] {
  const earlier: string[] = []
  return Array.from({ length: 2 + random.below(5) }, (_, o) => {
    const quantity = 1 + random.below(12)
    const ids: string[] = []
    const operations = Array.from({ length: 1 + random.below(4) }, (_, i) => {
      const id = `${o}.${i}`
      const after = i > 0 ? [ids[random.below(ids.length)] ?? ''] : []
      if (earlier.length > 0 && random.unit() < 0.15) after.push(earlier[random.below(earlier.length)] ?? '')
      ids.push(id)
      return operationOf(random, id, after, resources, skills, quantity)
    })
    earlier.push(...ids)
    return {
      id: `order ${o}`,
      weight: 1 + random.below(5),
      releaseS: random.unit() < 0.5 ? 0 : random.below(200),
      dueS: 50 + random.below(500),
      quantity,
      operations,
    }
  })
}

function operationOf(
  random: SeededRandom,
  id: string,
  after: readonly string[],
  resources: readonly FactoryResource[],
  skills: readonly string[],
  quantity: number,
): FactoryOperation {
  const usable = resources.filter(() => random.unit() < 0.6)
  const first = resources[random.below(resources.length)]
  const chosen = usable.length > 0 || !first ? usable : [first]
  const alternatives = chosen.map(({ id: resourceId, kind }) => ({
    resourceId,
    durationS: kind === 'batch' ? 10 : 1 + random.below(25),
  }))
  const load = 1 + random.below(2)
  const firstId = alternatives[0]?.resourceId ?? ''
  return {
    id,
    alternatives,
    after: after.map((operationId) => ({
      operationId,
      ...(random.unit() < 0.3 ? { waitS: random.below(20) } : {}),
      // Its share of the order before is not known here; one piece is always part of it.
      ...(random.unit() < 0.25 ? { transferQuantity: 1 } : {}),
    })),
    ...(random.unit() < 0.8 ? { family: FAMILIES[random.below(3)] ?? '' } : {}),
    splittable: random.unit() < 0.5,
    ...(random.unit() < 0.5
      ? {
          operators: {
            skill: skills[random.below(skills.length)] ?? '',
            count: 1 + random.below(2),
            during: random.unit() < 0.5 ? ('whole' as const) : ('setup' as const),
          },
        }
      : {}),
    ...(random.unit() < 0.3 ? { tools: [{ toolId: random.unit() < 0.5 ? 'jig' : 'mould', count: 1 }] } : {}),
    ...(random.unit() < 0.3
      ? { materials: [{ materialId: random.unit() < 0.5 ? 'steel' : 'glue', quantity: Math.min(quantity, 6) }] }
      : {}),
    load,
    ...(random.unit() < 0.08 ? { pin: { resourceId: firstId, lane: 0, startS: random.below(300) } } : {}),
    ...(random.unit() < 0.1 ? { lock: { resourceId: firstId, notBeforeS: random.below(150) } } : {}),
  }
}
