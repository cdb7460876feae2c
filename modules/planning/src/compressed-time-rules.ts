import type { Interval } from '@millrace/scheduling'
import { joined } from './working-time-rules.ts'

/**
 * The time in which anybody works, laid end to end in minutes. Work that pauses overnight takes as long on this scale wherever it
 * lies, which is what a search with fixed durations needs.
 */
export interface CompressedTime {
  /** Minutes of working time before a moment; not whole when the moment is not. */
  readonly minuteOf: (timeS: number) => number
  /** The moment at which so many minutes have been worked and work goes on. */
  readonly timeOf: (minute: number) => number
  /** The parts of spans that lie in working time, each by itself. */
  readonly spansOf: (spans: readonly Interval[]) => MinuteSpan[]
  readonly minutes: number
}

export interface MinuteSpan {
  readonly from: number
  readonly to: number
}

/** @param fromS minute 0 */
export function compressedTime(open: readonly Interval[], fromS: number, toS: number): CompressedTime {
  const spans = joined(open.map(({ startS, endS }) => ({ startS: Math.max(startS, fromS), endS: Math.min(endS, toS) })))
  const before: number[] = []
  let sumS = 0
  for (const { startS, endS } of spans) {
    before.push(sumS)
    sumS += endS - startS
  }
  const minuteOf = (timeS: number) => {
    const index = spans.findLastIndex(({ startS }) => startS <= timeS)
    const span = spans[index]
    return span ? ((before[index] ?? 0) + Math.min(timeS, span.endS) - span.startS) / 60 : 0
  }
  return {
    minutes: Math.floor(sumS / 60),
    minuteOf,
    timeOf: (minute) => {
      const index = before.findLastIndex((workedS) => workedS <= minute * 60)
      return (spans[index]?.startS ?? fromS) + minute * 60 - (before[index] ?? 0)
    },
    spansOf: (parts) =>
      parts
        .map(({ startS, endS }) => ({ from: Math.ceil(minuteOf(startS)), to: Math.floor(minuteOf(endS)) }))
        .filter(({ from, to }) => to > from),
  }
}

/** The same with spans joined where work goes on, if only the next morning. */
export function joinedSpans(spans: readonly MinuteSpan[]): MinuteSpan[] {
  return joined(spans.map(({ from, to }) => ({ startS: from, endS: to }))).map(({ startS, endS }) => ({
    from: startS,
    to: endS,
  }))
}

/** What lies in both of two lists. A moment at which one of them is interrupted interrupts both. */
export function sharedSpans(a: readonly MinuteSpan[], b: readonly MinuteSpan[]): MinuteSpan[] {
  return a
    .flatMap((one) => b.map((other) => ({ from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) })))
    .filter(({ from, to }) => to > from)
    .sort((one, other) => one.from - other.from)
}
