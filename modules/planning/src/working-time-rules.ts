import type { Interval } from '@millrace/scheduling'

/** Sorted, and joined where they touch or overlap. */
export function joined(spans: readonly Interval[]): Interval[] {
  const result: Interval[] = []
  for (const span of spans.filter(({ startS, endS }) => endS > startS).sort((a, b) => a.startS - b.startS)) {
    const last = result.at(-1)
    if (last && span.startS <= last.endS)
      result[result.length - 1] = { startS: last.startS, endS: Math.max(last.endS, span.endS) }
    else result.push(span)
  }
  return result
}

/** What is left of joined spans when others are taken away. */
export function without(spans: readonly Interval[], taken: readonly Interval[]): Interval[] {
  let left = [...spans]
  for (const hole of taken)
    left = left.flatMap((one) => {
      if (hole.endS <= one.startS || hole.startS >= one.endS) return [one]
      return [
        ...(one.startS < hole.startS ? [{ startS: one.startS, endS: hole.startS }] : []),
        ...(hole.endS < one.endS ? [{ startS: hole.endS, endS: one.endS }] : []),
      ]
    })
  return left
}

/** The times that lie in both of two joined lists. */
export function both(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const result: Interval[] = []
  let i = 0
  let j = 0
  for (;;) {
    const left = a[i]
    const right = b[j]
    if (!left || !right) return result
    const startS = Math.max(left.startS, right.startS)
    const endS = Math.min(left.endS, right.endS)
    if (startS < endS) result.push({ startS, endS })
    if (left.endS < right.endS) i += 1
    else j += 1
  }
}

/** The first span that ends after a time; their number when there is none. */
function indexAfter(open: readonly Interval[], timeS: number): number {
  let low = 0
  let high = open.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((open[middle]?.endS ?? 0) <= timeS) low = middle + 1
    else high = middle
  }
  return low
}

/** The first open moment at or after a time; undefined when it never opens again. */
export function openFrom(open: readonly Interval[], timeS: number): number | undefined {
  const span = open[indexAfter(open, timeS)]
  return span && Math.max(span.startS, timeS)
}

/** The first moment from which work runs through without a pause. */
export function wholeFrom(open: readonly Interval[], timeS: number, workS: number): number | undefined {
  for (let i = indexAfter(open, timeS); i < open.length; i += 1) {
    const span = open[i]
    if (!span) break
    const fromS = Math.max(span.startS, timeS)
    if (span.endS - fromS >= workS) return fromS
  }
  return undefined
}

/** When work that begins at an open moment is done. */
export function advance(open: readonly Interval[], timeS: number, workS: number): number | undefined {
  let leftS = workS
  for (let i = indexAfter(open, timeS); i < open.length; i += 1) {
    const span = open[i]
    if (!span) break
    const fromS = Math.max(span.startS, timeS)
    if (span.endS - fromS >= leftS) return fromS + leftS
    leftS -= span.endS - fromS
  }
  return undefined
}

/** The latest moment at which work has to begin to be done at a time; undefined when it would begin before everything. */
export function retreat(open: readonly Interval[], timeS: number, workS: number): number | undefined {
  if (workS === 0) return timeS
  let leftS = workS
  for (let i = Math.min(indexAfter(open, timeS), open.length - 1); i >= 0; i -= 1) {
    const span = open[i]
    if (!span || span.startS >= timeS) continue
    const toS = Math.min(span.endS, timeS)
    if (toS - span.startS >= leftS) return toS - leftS
    leftS -= toS - span.startS
  }
  return undefined
}

/** Open seconds between two times. */
export function workBetween(open: readonly Interval[], fromS: number, toS: number): number {
  let sum = 0
  for (let i = indexAfter(open, fromS); i < open.length; i += 1) {
    const span = open[i]
    if (!span || span.startS >= toS) break
    sum += Math.min(span.endS, toS) - Math.max(span.startS, fromS)
  }
  return sum
}
