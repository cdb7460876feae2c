import type { TrailEvent } from '@millrace/base'

const COLUMNS = [
  ...['at', 'actor', 'actorKind', 'actorId', 'action', 'object', 'siteId', 'outcome', 'problem', 'reason', 'before'],
  ...['after', 'detail', 'address', 'via', 'device', 'requestId', 'id'],
] as const satisfies readonly (keyof TrailEvent)[]

/** The first line of a trail as CSV (RFC 4180). */
export function csvHeader(): string {
  return `${['sequence', ...COLUMNS].join(',')}\r\n`
}

export function csvRow(event: TrailEvent, sequence: number | null): string {
  const cells = COLUMNS.map((column) => {
    const value = event[column]
    return value === null || typeof value === 'string' ? (value ?? '') : JSON.stringify(value)
  })
  return `${[sequence === null ? '' : String(sequence), ...cells].map(csvCell).join(',')}\r\n`
}

/**
 * One cell. What a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection): names and
 * reasons are typed by people.
 */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
