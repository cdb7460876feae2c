/** One line of a difference: what a place held before and holds now; undefined where there was or is nothing. */
export interface Difference {
  readonly path: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** The most lines that are shown; a page is no place for more. */
const LINES_MAX = 60

/** What differs between two values, place by place, in the order of their names. */
export function differenceOf(before: unknown, after: unknown): Difference[] {
  const [had, has] = [flat(before), flat(after)]
  const paths = [...new Set([...had.keys(), ...has.keys()])]
  return paths
    .map((path) => ({ path, before: had.get(path), after: has.get(path) }))
    .filter((line) => line.before !== line.after)
    .slice(0, LINES_MAX)
}

/** Every value by the way to it: `grants 1 role`. */
function flat(value: unknown): Map<string, string> {
  const found = new Map<string, string>()
  walk(value, '')
  return found

  function walk(one: unknown, path: string): void {
    if (one === null || one === undefined) return
    if (typeof one !== 'object') {
      found.set(path, typeof one === 'string' ? one : JSON.stringify(one))
      return
    }
    for (const [name, inner] of Object.entries(one)) {
      walk(inner, `${path} ${Array.isArray(one) ? Number(name) + 1 : name}`.trim())
    }
  }
}
