import { Unreadable } from './sample-text-rules.ts'

/** A field of a line: what it is named after, its value, and the time as it stands there (undefined: none). */
export interface LineField {
  /** Measurement and tags as written, a space, the field: `mill,machine=M1 power`. */
  readonly name: string
  readonly value: number | string | boolean
  readonly time: string | undefined
}

/**
 * Reads a line of InfluxDB's line protocol, version 2: `measurement,tag=value field=1.5,other="text" 1795761000000000000`.
 *
 * @returns no field for an empty line and for a comment.
 */
export function parseLine(line: string): LineField[] | Unreadable {
  if (line.trim() === '' || line.startsWith('#')) return []
  const [key = '', fields = '', time, ...more] = splitOutside(line, ' ')
  if (key === '' || fields === '') return new Unreadable('has no measurement or no field')
  if (more.length > 0 || (time !== undefined && !/^-?\d{1,19}$/.test(time)))
    return new Unreadable('has no whole number as its time')
  const parsed: LineField[] = []
  for (const field of splitOutside(fields, ',')) {
    const [name = '', ...rest] = splitOutside(field, '=')
    const value = name === '' || rest.length !== 1 ? undefined : valueIn(rest[0] ?? '')
    if (value === undefined) return new Unreadable(`has a field that cannot be read: ${field.slice(0, 60)}`)
    parsed.push({ name: `${unescaped(key)} ${unescaped(name)}`, value, time })
  }
  return parsed
}

/** Parts between separators that are neither behind a backslash nor within quotes. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = []
  let start = 0
  let isQuoted = false
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]
    if (letter === '\\') at += 1
    else if (letter === '"') isQuoted = !isQuoted
    else if (letter === separator && !isQuoted) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  parts.push(text.slice(start))
  return separator === ' ' ? parts.filter((part) => part !== '') : parts
}

function valueIn(text: string): number | string | boolean | undefined {
  if (/^"(?:[^"\\]|\\.)*"$/s.test(text)) return text.slice(1, -1).replaceAll(/\\(["\\])/g, '$1')
  if (/^(?:t|T|true|True|TRUE)$/.test(text)) return true
  if (/^(?:f|F|false|False|FALSE)$/.test(text)) return false
  if (!/^[+-]?(?:\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+|\d+[iu])$/.test(text)) return undefined
  const value = Number(text.replace(/[iu]$/, ''))
  return Number.isFinite(value) ? value : undefined
}

function unescaped(text: string): string {
  return text.replaceAll(/\\([,= \\])/g, '$1')
}
