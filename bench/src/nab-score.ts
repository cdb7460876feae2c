/** One labelled file: rows in order, anomaly windows as [first, last] row, both included, not overlapping, ascending. */
export type LabelledRows = { rows: number; windows: readonly (readonly [number, number])[] }

export type NabProfile = { falsePositiveWeight: number; falseNegativeWeight: number }

/** The cost matrices of the benchmark's three application profiles; a hit counts 1 in each. */
export const NAB_PROFILES = {
  standard: { falsePositiveWeight: 0.11, falseNegativeWeight: 1 },
  rewardLowFp: { falsePositiveWeight: 0.22, falseNegativeWeight: 1 },
  rewardLowFn: { falsePositiveWeight: 0.11, falseNegativeWeight: 2 },
} as const

const PROBATION_SHARE = 0.15
const PROBATION_ROWS_MAX = 750

/** Rows at the beginning of a file that are for learning and not scored. */
export function probationOf(rows: number): number {
  return Math.min(Math.floor(PROBATION_SHARE * rows), PROBATION_ROWS_MAX)
}

/** The benchmark's sigmoid: 1 well before, 0 at the end of a window, −1 far behind it. */
function sigmoid(position: number): number {
  return position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1
}

const EARLIEST = sigmoid(-1)

/** What one file adds: hits (0 to 1 for each window, undefined when missed) and the price of the false positives. */
function scoreFile(file: LabelledRows, detections: readonly number[]) {
  const probation = probationOf(file.rows)
  const hits: (number | undefined)[] = file.windows.map(() => undefined)
  let falsePositives = 0
  let price = 0
  for (const row of detections) {
    if (row < probation) continue
    const inside = file.windows.findIndex(([first, last]) => row >= first && row <= last)
    const window = file.windows[inside]
    if (window) {
      const [first, last] = window
      const value = sigmoid(-(last - row + 1) / (last - first + 1)) / EARLIEST
      hits[inside] = Math.max(hits[inside] ?? Number.NEGATIVE_INFINITY, value)
      continue
    }
    falsePositives++
    const before = file.windows.findLast(([, last]) => last < row)
    price += before ? sigmoid((row - before[1]) / (before[1] - before[0])) : -1
  }
  return { hits, falsePositives, price, scoredRows: file.rows - probation }
}

type NabScore = {
  /** 0 for detecting nothing, 100 for detecting every window at its first row and nothing else; negative for worse. */
  score: number
  falsePositives: number
  /** False positives per 1,000 scored rows. */
  falsePer1000: number
}

/**
 * Scores detections the way the Numenta Anomaly Benchmark 1.1 does, normalised over all files together.
 *
 * @param detections per file, rows in ascending order; those in the probation are ignored.
 * @see A. Lavin, S. Ahmad, "Evaluating real-time anomaly detection algorithms", ICMLA 2015, and the benchmark's sweeper.
 */
export function nabScore(
  files: readonly { file: LabelledRows; detections: readonly number[] }[],
  profile: NabProfile,
): NabScore {
  let raw = 0
  let windows = 0
  let falsePositives = 0
  let scoredRows = 0
  for (const { file, detections } of files) {
    const result = scoreFile(file, detections)
    raw += profile.falsePositiveWeight * result.price
    for (const hit of result.hits) raw += hit ?? -profile.falseNegativeWeight
    windows += result.hits.length
    falsePositives += result.falsePositives
    scoredRows += result.scoredRows
  }
  const nothing = -profile.falseNegativeWeight * windows
  return {
    score: windows === 0 ? 0 : (100 * (raw - nothing)) / (windows - nothing),
    falsePositives,
    falsePer1000: scoredRows === 0 ? 0 : (1000 * falsePositives) / scoredRows,
  }
}
