import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { LabelledRows } from './nab-score.ts'

export type NabFile = LabelledRows & { name: string; timestampsMs: Float64Array; values: Float64Array }

/**
 * Reads the files of the Numenta Anomaly Benchmark: `data/<group>/<name>.csv[.gz]` and `labels/combined_windows.json`.
 *
 * @returns undefined when the folder does not hold them.
 */
export function readNabFiles(folder: string): NabFile[] | undefined {
  const labels = join(folder, 'labels', 'combined_windows.json')
  if (!statSync(labels, { throwIfNoEntry: false })?.isFile()) return undefined
  const windows = JSON.parse(readFileSync(labels, 'utf8')) as Record<string, [string, string][]>

  const files: NabFile[] = []
  for (const group of readdirSync(join(folder, 'data')).sort()) {
    for (const entry of readdirSync(join(folder, 'data', group)).sort()) {
      if (!/\.csv(\.gz)?$/.test(entry)) continue
      const bytes = readFileSync(join(folder, 'data', group, entry))
      const name = `${group}/${entry.replace(/\.gz$/, '')}`
      const text = (entry.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
      files.push(parseNabFile(name, text, windows[name] ?? []))
    }
  }
  return files
}

/** The benchmark's times have no zone; taken as UTC, only their differences matter. */
export function parseNabTime(text: string): number {
  return Date.parse(`${text.slice(0, 10)}T${text.slice(11, 19)}Z`)
}

export function parseNabFile(name: string, text: string, windows: readonly (readonly [string, string])[]): NabFile {
  const lines = text.trim().split('\n').slice(1)
  const timestampsMs = new Float64Array(lines.length)
  const values = new Float64Array(lines.length)
  lines.forEach((line, row) => {
    const [time = '', value = ''] = line.split(',')
    timestampsMs[row] = parseNabTime(time)
    values[row] = Number(value)
  })
  return { name, timestampsMs, values, rows: lines.length, windows: rowsOf(windows, timestampsMs) }
}

function rowsOf(windows: readonly (readonly [string, string])[], timestampsMs: Float64Array): [number, number][] {
  return windows
    .map(([from, to]): [number, number] => {
      const fromMs = parseNabTime(from)
      const toMs = parseNabTime(to)
      return [
        timestampsMs.findIndex((timestampMs) => timestampMs >= fromMs),
        timestampsMs.findLastIndex((timestampMs) => timestampMs <= toMs),
      ]
    })
    .filter(([first, last]) => first >= 0 && last >= first)
    .sort((a, b) => a[0] - b[0])
}
