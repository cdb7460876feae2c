import { at } from './ints.ts'
import type { SetupMatrix } from './problem.ts'
import type { SetupTable, Shop } from './shop.ts'

/** @param families every family of the problem, with its number */
export function setupTable(matrices: readonly SetupMatrix[], families: ReadonlyMap<string, number>): SetupTable {
  const familyCount = families.size
  const local = new Int32Array(matrices.length * familyCount)
  const squareFirst = new Int32Array(matrices.length + 1)
  const squareWidth = new Int32Array(matrices.length)
  const initial = Int32Array.from(matrices, (one) => one.initialS)
  const squares: Int32Array[] = []
  for (const [m, matrix] of matrices.entries()) {
    const named = [...new Set(matrix.changes.flatMap((change) => [change.from, change.to]))].filter((one) =>
      families.has(one),
    )
    for (const [i, family] of named.entries()) local[m * familyCount + (families.get(family) ?? 0)] = i + 1
    const width = named.length + 1
    const square = new Int32Array(width * width).fill(matrix.otherwiseS)
    const place = new Map(named.map((family, i) => [family, i + 1]))
    for (const { from, to, setupS } of matrix.changes) {
      const row = place.get(from)
      const column = place.get(to)
      if (row !== undefined && column !== undefined) square[row * width + column] = setupS
    }
    squares.push(square)
    squareWidth[m] = width
    squareFirst[m + 1] = at(squareFirst, m) + square.length
  }
  const seconds = new Int32Array(at(squareFirst, matrices.length))
  for (const [m, square] of squares.entries()) seconds.set(square, at(squareFirst, m))
  return { familyCount, local, squareFirst, squareWidth, seconds, initial }
}

/** Seconds of set-up on a resource from one family (-1: set up for nothing) to another. */
export function setupBetween(shop: Shop, resource: number, from: number, to: number): number {
  if (from === to) return 0
  const matrix = at(shop.resources.matrix, resource)
  if (matrix < 0) return 0
  const { familyCount, local, squareFirst, squareWidth, seconds, initial } = shop.setups
  if (from < 0) return at(initial, matrix)
  const row = at(local, matrix * familyCount + from)
  const column = at(local, matrix * familyCount + to)
  return at(seconds, at(squareFirst, matrix) + row * at(squareWidth, matrix) + column)
}
