import type { SeededRandom } from '../../seeded-random.ts'
import type { FactoryResource, SetupMatrix } from '../problem.ts'

const DAY_S = 86_400
const HOUR_S = 3600
const MINUTE_S = 60
const FAMILIES = 8
const AREAS = ['cutting', 'machining', 'heat treatment', 'finishing', 'assembly']

/** Machines that can do the same work, some faster than others. */
export interface WorkCenter {
  readonly id: string
  readonly area: string
  readonly resources: readonly FactoryResource[]
  /** Duration on each resource, in per cent of the usual. */
  readonly speed: readonly number[]
  readonly matrix: SetupMatrix
  readonly families: readonly string[]
  readonly skill: string
  /** Machines in it, lanes counted. */
  readonly lanes: number
}

/** Work centers of two to five machines along the areas; every tenth is a furnace that takes batches. */
export function generateCenters(random: SeededRandom, machines: number, horizonS: number): WorkCenter[] {
  const centers: WorkCenter[] = []
  for (let made = 0; made < machines; ) {
    const number = centers.length
    const size = Math.min(machines - made, 2 + random.below(4))
    const batch = number % 10 === 4
    const area = batch ? 'heat treatment' : (AREAS[number % AREAS.length] ?? 'assembly')
    const id = `${area} ${number + 1}`
    const families = Array.from({ length: FAMILIES }, (_, i) => `${id} family ${i + 1}`)
    // Every fourth center is of one resource with equal machines, the others of different ones.
    const equal = number % 4 === 3 && !batch
    const calendarId = batch ? 'always' : number % 5 === 2 ? 'two shifts' : 'three shifts'
    const resources = Array.from({ length: equal ? 1 : size }, (_, i): FactoryResource => {
      const downS = (3 + random.below(20)) * DAY_S + 6 * HOUR_S
      return {
        id: `${id}.${i + 1}`,
        kind: batch ? 'batch' : 'machine',
        count: equal ? size : 1,
        ...(batch ? { batchLoad: 24 } : {}),
        calendarId,
        closed: downS + 8 * HOUR_S < horizonS ? [{ startS: downS, endS: downS + (2 + random.below(6)) * HOUR_S }] : [],
        setupMatrixId: id,
        initialFamily: families[random.below(FAMILIES)] ?? '',
        area,
      }
    })
    centers.push({
      id,
      area,
      resources,
      speed: resources.map((_, i) => (i === 0 ? 100 : 90 + random.below(35))),
      matrix: matrixOf(random, id, families),
      families,
      skill: `${area} skill`,
      lanes: size,
    })
    made += size
  }
  return centers
}

/** Families lie on a line, light to dark: a small step costs little, back to light costs a cleaning. */
function matrixOf(random: SeededRandom, id: string, families: readonly string[]): SetupMatrix {
  const changes = families.flatMap((from, i) =>
    families.flatMap((to, k) => {
      if (i === k) return []
      const minutes = k > i ? 4 + 3 * (k - i) : 12 + 2 * (i - k)
      return [{ from, to, setupS: (minutes + random.below(6)) * MINUTE_S }]
    }),
  )
  return { id, otherwiseS: 15 * MINUTE_S, initialS: 10 * MINUTE_S, changes }
}
