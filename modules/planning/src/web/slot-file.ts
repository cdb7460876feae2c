import { atWallClock, HOUR_MS, instant, MINUTE_MS } from '@millrace/base'
import { SLOT_LIMIT, type SlotMinutes, type SlotSeries } from '../energy-contract.ts'

/** What a file says of slots, or which line of it is not understood. */
export type ReadSlots =
  | { readonly minutes: SlotMinutes; readonly slots: SlotSeries['slots'] }
  | { readonly fault: 'line'; readonly line: number }
  | { readonly fault: 'empty' | 'length' | 'many' }

/**
 * Reads a day-ahead file: lines of a time and a value (CSV with comma, semicolon or tab), or a JSON list of objects with both. Times
 * without an offset are on the plant's clock; of an hour that is shown twice the later line is the later hour.
 *
 * @param perUnit what a value is multiplied by: 0.001 for prices per MWh
 */
export function readSlots(text: string, timeZone: string, perUnit: number): ReadSlots {
  const rows = text.trimStart().startsWith('[') || text.trimStart().startsWith('{') ? jsonRows(text) : csvRows(text)
  const slots: SlotSeries['slots'] = []
  let lastMs = Number.NEGATIVE_INFINITY
  for (const { line, time, value } of rows) {
    const read = timeOf(time, timeZone)
    const number = typeof value === 'number' ? value : Number(value.replace(',', '.'))
    if (read === undefined || !Number.isFinite(number) || value === '') {
      // The first line may say what the columns are.
      if (line === 1 && slots.length === 0) continue
      return { fault: 'line', line }
    }
    const atMs = read <= lastMs && read + HOUR_MS > lastMs ? read + HOUR_MS : read
    lastMs = atMs
    slots.push({ startAt: instant(atMs), value: Math.round(number * perUnit * 1e6) / 1e6 })
  }
  if (slots.length === 0) return { fault: 'empty' }
  if (slots.length > SLOT_LIMIT) return { fault: 'many' }
  const minutes = lengthOf(slots)
  return minutes ? { minutes, slots } : { fault: 'length' }
}

interface Row {
  readonly line: number
  readonly time: string
  readonly value: string | number
}

function csvRows(text: string): Row[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((content, index) => ({ content: content.trim(), line: index + 1 }))
    .filter(({ content }) => content !== '')
    .map(({ content, line }) => {
      const separator = ['\t', ';', ','].find((one) => content.includes(one)) ?? ','
      const [time = '', ...rest] = content.split(separator).map((cell) => cell.trim().replace(/^"|"$/g, ''))
      return { line, time, value: rest.at(-1) ?? '' }
    })
}

function jsonRows(text: string): Row[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return [{ line: 2, time: '', value: '' }]
  }
  const list = Array.isArray(parsed) ? parsed : Object.values(parsed as object).find(Array.isArray)
  return ((list ?? []) as unknown[]).map((item, index) => {
    const of = (item ?? {}) as Record<string, unknown>
    const value = of.value ?? of.price
    return {
      line: index + 2,
      time: String(of.startAt ?? of.start ?? of.time ?? ''),
      value: typeof value === 'number' ? value : String(value ?? ''),
    }
  })
}

function timeOf(text: string, timeZone: string): number | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/.exec(text)
  if (!parts) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = parts.slice(1, 6).map(Number)
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59) return undefined
  if (parts[6] === undefined) return atWallClock(year, month, day, hour * 60 + minute, timeZone)
  const ms = Date.parse(text.replace(' ', 'T'))
  return Number.isNaN(ms) ? undefined : ms
}

/** The length of slots is the distance of the closest two; one alone is an hour. */
function lengthOf(slots: SlotSeries['slots']): SlotMinutes | undefined {
  const starts = slots.map(({ startAt }) => Date.parse(startAt)).sort((a, b) => a - b)
  const closest = starts.reduce(
    (least, startMs, index) => Math.min(least, startMs - (starts[index - 1] ?? -Infinity)),
    Infinity,
  )
  if (closest === Infinity) return 60
  return ([15, 30, 60] as const).find((minutes) => closest === minutes * MINUTE_MS)
}
