/**
 * Reads an index that is known to lie within the array. The compiler cannot know it, and a guard at every read would hide
 * the formulas. Only ever given Int32Arrays: one shape keeps it inlined.
 */
export function at(array: Int32Array, index: number): number {
  return array[index] as number
}

/** A number of each entry. `Int32Array.from` does the same through an iterator, several times slower. */
export function columnOf<T>(list: readonly T[], of: (entry: T) => number): Int32Array {
  const column = new Int32Array(list.length)
  let index = 0
  for (const entry of list) column[index++] = of(entry)
  return column
}

/** A copy with room for more. */
export function grown(array: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length)
  larger.set(array)
  return larger
}

/** Row `r` of many lists in one array: `items[first[r]] … items[first[r + 1] - 1]`. */
export interface Rows {
  readonly first: Int32Array
  readonly items: Int32Array
}

export function rowsOf(lists: readonly (readonly number[])[]): Rows {
  const first = new Int32Array(lists.length + 1)
  let total = 0
  for (const [row, list] of lists.entries()) {
    total += list.length
    first[row + 1] = total
  }
  const items = new Int32Array(total)
  let index = 0
  for (const list of lists) for (const item of list) items[index++] = item
  return { first, items }
}
