import type { Shaft } from './vibration-contract.ts'

/** A frequency that means something at a machine, as a multiple of its shaft's rotation. */
export interface ShaftOrder {
  readonly name: 'shaft' | 'teeth' | 'BPFO' | 'BPFI' | 'BSF' | 'FTF'
  readonly order: number
}

/**
 * The orders of what turns: the shaft itself, its teeth, and the four fault frequencies of a rolling bearing whose outer race stands
 * still. With n rolling elements of diameter d on a circle of diameter D and the angle of contact φ, and r = d/D · cos φ:
 * BPFO = n/2 (1 − r), BPFI = n/2 (1 + r), BSF = D/2d (1 − r²), FTF = 1/2 (1 − r) (ISO 15243 speaks of these damages, ISO 13373-2 of
 * their frequencies).
 */
export function ordersOf(shaft: Omit<Shaft, 'workUnitId'>): ShaftOrder[] {
  const { teeth, ballCount, ballMm, pitchMm, contactDegrees } = shaft
  const orders: ShaftOrder[] = [{ name: 'shaft', order: 1 }]
  if (teeth !== null && teeth > 1) orders.push({ name: 'teeth', order: teeth })
  if (ballCount === null || ballMm === null || pitchMm === null || ballMm >= pitchMm) return orders
  const ratio = (ballMm / pitchMm) * Math.cos(((contactDegrees ?? 0) * Math.PI) / 180)
  return [
    ...orders,
    { name: 'BPFO', order: (ballCount / 2) * (1 - ratio) },
    { name: 'BPFI', order: (ballCount / 2) * (1 + ratio) },
    { name: 'BSF', order: (pitchMm / (2 * ballMm)) * (1 - ratio * ratio) },
    { name: 'FTF', order: (1 - ratio) / 2 },
  ]
}

/** The largest of neighbouring lines, so that at most `most` bands are left: a narrow peak stays visible. */
export function inBands(amplitudes: ArrayLike<number>, most: number): { levels: number[]; linesPerBand: number } {
  const linesPerBand = Math.max(1, Math.ceil(amplitudes.length / most))
  const levels: number[] = []
  for (let start = 0; start < amplitudes.length; start += linesPerBand) {
    let level = 0
    for (let at = start; at < Math.min(amplitudes.length, start + linesPerBand); at += 1) {
      level = Math.max(level, amplitudes[at] as number)
    }
    levels.push(level)
  }
  return { levels, linesPerBand }
}

/** So many of a list, evenly spread, the first and the last among them. */
export function evenly<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list]
  return Array.from({ length: most }, (_, at) => list[Math.round((at * (list.length - 1)) / (most - 1))] as T)
}
