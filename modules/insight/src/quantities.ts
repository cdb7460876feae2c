import { DAY_MS, HOUR_MS, MINUTE_MS } from '@millrace/base'

/** A value as people write it: no more digits than matter, with its unit. */
export function quantity(value: number, unit: string | null): string {
  return unit ? `${digits(value)} ${unit}` : digits(value)
}

/** `2.3 ×`. */
export function factor(ratio: number): string {
  return `${ratio.toFixed(1)} ×`
}

/** Four significant digits: enough for a plot, short on the wire. */
export function short(value: number): number {
  return Number(value.toPrecision(4))
}

/** About how long: `25 min`, `3 h 20`, `4 days`. */
export function duration(ms: number): string {
  if (ms < 90 * MINUTE_MS) return `${Math.max(1, roundTo(ms / MINUTE_MS, ms < 20 * MINUTE_MS ? 1 : 5))} min`
  if (ms < 2 * DAY_MS) {
    const minutes = roundTo(ms / MINUTE_MS, 10)
    const rest = minutes % 60
    return `${Math.floor(minutes / 60)} h${rest > 0 && ms < 10 * HOUR_MS ? ` ${rest}` : ''}`
  }
  return `${Math.round(ms / DAY_MS)} days`
}

function digits(value: number): string {
  const size = Math.abs(value)
  const places = size >= 100 ? 0 : size >= 10 ? 1 : 2
  const text = value.toLocaleString('en', { minimumFractionDigits: 0, maximumFractionDigits: places })
  return text === '-0' ? '0' : text
}

function roundTo(value: number, step: number): number {
  return Math.round(value / step) * step
}
