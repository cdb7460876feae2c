import type { GanttCalendar, Span } from './model.ts'

/** Time in which a machine can work: shifts without closed days and outages. By ascending start. */
export function workingTime({ shifts, closed, outages }: GanttCalendar): Span[] {
  const away = [...closed, ...outages].toSorted((a, b) => a.fromMs - b.fromMs)
  return joined(shifts).flatMap((shift) => without(shift, away))
}

function joined(spans: readonly Span[]): Span[] {
  const all: { fromMs: number; toMs: number }[] = []
  for (const { fromMs, toMs } of spans) {
    const last = all.at(-1)
    if (last && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs)
    else all.push({ fromMs, toMs })
  }
  return all
}

function without(span: Span, away: readonly Span[]): Span[] {
  const left: Span[] = []
  let fromMs = span.fromMs
  for (const gap of away) {
    if (gap.toMs <= fromMs || gap.fromMs >= span.toMs) continue
    if (gap.fromMs > fromMs) left.push({ fromMs, toMs: gap.fromMs })
    fromMs = Math.max(fromMs, gap.toMs)
  }
  if (fromMs < span.toMs) left.push({ fromMs, toMs: span.toMs })
  return left
}

/** Work of a length from a moment on: it begins in working time, pauses outside of it, and ends when all is done. */
export function worked(time: readonly Span[], fromMs: number, lengthMs: number) {
  let left = lengthMs
  let startMs: number | undefined
  let endMs = fromMs
  const pauses: Span[] = []
  let low = 0
  let high = time.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((time[middle]?.toMs ?? 0) > fromMs) high = middle
    else low = middle + 1
  }
  for (let at = low; at < time.length && left > 0; at++) {
    const span = time[at]
    if (!span) break
    const begin = Math.max(fromMs, span.fromMs)
    if (startMs === undefined) startMs = begin
    else if (begin > endMs) pauses.push({ fromMs: endMs, toMs: begin })
    const length = Math.min(left, span.toMs - begin)
    left -= length
    endMs = begin + length
  }
  return { startMs: startMs ?? fromMs, endMs: endMs + left, pauses }
}
