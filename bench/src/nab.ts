import { fileURLToPath } from 'node:url'
import { createNoveltyDetector } from '@millrace/signals'
import type { Benchmark, BenchmarkArguments, BenchmarkResult } from './benchmark.ts'
import { type NabFile, parseNabTime, readNabFiles } from './nab-data.ts'
import { generateNabFiles } from './nab-generated.ts'
import { NAB_PROFILES, nabScore, probationOf } from './nab-score.ts'

const USUAL_FOLDER = fileURLToPath(new URL('../../../shared/data/sensors/nab', import.meta.url))

/** The file whose machine failed, and when its label says it did. */
const FAILED_MACHINE = 'realKnownCause/machine_temperature_system_failure.csv'
const FAILED_AT_MS = parseNabTime('2014-02-08 14:30:00')

const MINUTE_MS = 60_000

/**
 * The Numenta Anomaly Benchmark with the novelty detector as it ships: one frozen threshold, nothing set per file.
 *
 * `standardWithRange` hands the detector each file's smallest and largest value, as the published scores do;
 * `standardNoLookAhead` learns the range from the probation alone. The other figures are with range.
 */
export const nab: Benchmark = {
  name: 'nab',
  summary: 'novelty detection on the Numenta Anomaly Benchmark, with and without knowing the range',
  run,
}

function run({ dataFolder, print, json }: BenchmarkArguments): BenchmarkResult {
  const folder = dataFolder ?? USUAL_FOLDER
  const found = readNabFiles(folder)
  if (!found) {
    const sentence = `No benchmark data in ${folder} (--data FOLDER): generated data instead, not comparable with anything.`
    if (json) console.error(sentence)
    print(sentence)
  }
  const files = found ?? generateNabFiles()

  const startedAt = performance.now()
  const withRange = files.map((file) => ({ file, detections: detect(file, rangeOf(file)) }))
  const withoutRange = files.map((file) => ({ file, detections: detect(file, undefined) }))
  const seconds = (performance.now() - startedAt) / 1000
  const rows = files.reduce((sum, file) => sum + file.rows, 0)

  if (!json) {
    for (const { file, detections } of withRange) {
      const hits = file.windows.filter(([first, last]) => detections.some((row) => row >= first && row <= last)).length
      print(`${file.name.padEnd(64)} ${hits}/${file.windows.length} windows, ${detections.length} reports`)
    }
  }
  const standard = nabScore(withRange, NAB_PROFILES.standard)
  const noLookAhead = nabScore(withoutRange, NAB_PROFILES.standard)
  return {
    data: found ? 'nab' : 'generated',
    standardWithRange: rounded(standard.score, 2),
    standardNoLookAhead: rounded(noLookAhead.score, 2),
    rewardLowFp: rounded(nabScore(withRange, NAB_PROFILES.rewardLowFp).score, 2),
    rewardLowFn: rounded(nabScore(withRange, NAB_PROFILES.rewardLowFn).score, 2),
    files: files.length,
    falsePer1000: rounded(standard.falsePer1000, 3),
    falsePer1000NoLookAhead: rounded(noLookAhead.falsePer1000, 3),
    machineTemperatureLeadMinutes: leadMinutes(withRange),
    machineTemperatureLeadMinutesNoLookAhead: leadMinutes(withoutRange),
    samplesPerSecond: Math.round((2 * rows) / seconds),
  }
}

/** Rows at which a report begins. */
function detect(file: NabFile, range: { low: number; high: number } | undefined): number[] {
  const detector = createNoveltyDetector({ probation: probationOf(file.rows), ...(range ? { range } : {}) })
  const detections: number[] = []
  let episode = 0
  for (let row = 0; row < file.rows; row++) {
    // A file's clock may stand still or go back at the change of summer time; its rows are in order all the same.
    detector.update(row * MINUTE_MS, file.values[row] ?? Number.NaN)
    if (detector.episode !== episode) detections.push(row)
    episode = detector.episode
  }
  return detections
}

function rangeOf(file: NabFile): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of file.values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return low < high ? { low, high } : { low, high: low + 1 }
}

/** Minutes from the first report in the failure's window to the failure; null when there was none before it. */
function leadMinutes(results: readonly { file: NabFile; detections: readonly number[] }[]): number | null {
  const result = results.find(({ file }) => file.name === FAILED_MACHINE)
  const window = result?.file.windows.at(-1)
  if (!result || !window) return null
  const report = result.detections.find((row) => row >= window[0])
  const lead = (FAILED_AT_MS - (result.file.timestampsMs[report ?? -1] ?? Number.POSITIVE_INFINITY)) / MINUTE_MS
  return lead > 0 ? lead : null
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
