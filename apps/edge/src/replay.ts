import './memory.ts'
import { DAY_MS } from '@millrace/base'
import { RAW_RETENTION_DAYS } from '@millrace/telemetry/contract'
import { createLog, messageOf } from './log.ts'
import { stopSignal } from './parent.ts'
import { waitMs } from './pause.ts'
import { openLane, type ReplayLane } from './replay-lane.ts'
import { parseReplayOptions, REPLAY_HELP, type ReplayOptions } from './replay-options.ts'
import { ReplayPreparation } from './replay-prepare.ts'
import { openRecording, type Recording, readRows } from './replay-recording.ts'

const MACHINES_MAX = 50
const PROGRESS_EVERY_MS = 1_000

/** Rows between two looks at how far the cloud is. */
const ROWS_AT_ONCE = 500

type Extent = { rowCount: number; firstMs: number; lastMs: number; machines: string[] }

async function replay(options: ReplayOptions, signal: AbortSignal): Promise<void> {
  const recording = await openRecording(options.file, options)
  const extent = await measure(recording, signal)
  const names = recording.signals.map(({ name }) => name)
  say(
    `${extent.rowCount} rows, ${names.length} signals (${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}).`,
  )
  const clock = clockFor(options, extent)
  refuseTooOld(clock.timeOf(extent.firstMs))
  const lanes = await openLanes(options, recording, extent, signal)
  const progress = new Progress(extent.rowCount)
  let rows = 0
  for await (const { timeMs, machine, values } of readRows(recording)) {
    await clock.wait(timeMs, signal)
    if (signal.aborted) break
    const lane = lanes.get(machine)
    lane?.take(clock.timeOf(timeMs), values)
    rows += 1
    if (rows % ROWS_AT_ONCE === 0) await lane?.keepUp(signal)
    progress.show(rows)
  }
  progress.end(rows)
  let left = 0
  // A stopped replay still has a few seconds for what is already on its way.
  const patience = signal.aborted ? AbortSignal.timeout(5_000) : signal
  for (const lane of lanes.values()) left += await lane.close(patience)
  say(left === 0 ? 'Everything was taken by the server.' : `${left} batches were not taken by the server.`)
}

/** One pass over the file: how long it is, from when to when, which machines. */
async function measure(recording: Recording, signal: AbortSignal): Promise<Extent> {
  const machines = new Set<string>()
  let rowCount = 0
  let firstMs = Number.POSITIVE_INFINITY
  let lastMs = Number.NEGATIVE_INFINITY
  for await (const { timeMs, machine } of readRows(recording)) {
    signal.throwIfAborted()
    rowCount += 1
    firstMs = Math.min(firstMs, timeMs)
    lastMs = Math.max(lastMs, timeMs)
    machines.add(machine)
    if (machines.size > MACHINES_MAX) throw new Error(`The machine column has more than ${MACHINES_MAX} machines.`)
  }
  if (rowCount === 0) throw new Error('No row has a time that can be read.')
  return { rowCount, firstMs, lastMs, machines: [...machines] }
}

async function openLanes(
  options: ReplayOptions,
  { signals }: Recording,
  { machines }: Extent,
  signal: AbortSignal,
): Promise<Map<string, ReplayLane>> {
  const log = createLog({ write: (line) => process.stderr.write(line) })
  const names = signals.map(({ name }) => name)
  const lanes = new Map<string, ReplayLane>()
  if (options.code !== undefined) {
    lanes.set('', await openLane(options.url, options.code, names, log, signal))
    return lanes
  }
  const preparation = new ReplayPreparation(options.url, options.tokenFile ?? '')
  try {
    const siteId = await preparation.siteId(options.plant ?? '')
    for (const machine of machines) {
      const machineName = machine === '' ? options.machineName : `${options.machineName} ${machine}`
      const code = await preparation.prepare(siteId, machineName, signals)
      lanes.set(machine, await openLane(options.url, code, names, log, signal))
      say(`Machine "${machineName}" is ready.`)
    }
    return lanes
  } finally {
    preparation.close()
  }
}

/** The server keeps single samples for so long, and would leave out what is older. */
function refuseTooOld(oldestMs: number): void {
  if (oldestMs >= Date.now() - RAW_RETENTION_DAYS * DAY_MS) return
  throw new Error(
    `The recording would begin ${Math.ceil((Date.now() - oldestMs) / DAY_MS)} days ago, and single samples are kept for ` +
      `${RAW_RETENTION_DAYS}: leave out --as-recorded, or let the rows arrive as if live with --speed N.`,
  )
}

/** When a row is due, and which time its samples get. */
function clockFor({ speed, asRecorded }: ReplayOptions, { firstMs, lastMs }: Extent) {
  const startMs = Date.now()
  const dueMs = (timeMs: number) => startMs + (speed === undefined ? 0 : (timeMs - firstMs) / speed)
  const shiftMs = startMs - lastMs
  return {
    wait: async (timeMs: number, signal: AbortSignal) => {
      const pauseMs = dueMs(timeMs) - Date.now()
      if (pauseMs > 0) await waitMs(Math.min(pauseMs, 2 ** 31 - 1), signal)
    },
    timeOf: (timeMs: number) => {
      if (asRecorded) return timeMs
      return speed === undefined ? timeMs + shiftMs : Math.round(dueMs(timeMs))
    },
  }
}

/** A line that is written over on a terminal, and now and then a new one elsewhere. */
class Progress {
  private readonly rowCount: number
  private shownAtMs = 0

  constructor(rowCount: number) {
    this.rowCount = rowCount
  }

  show(rows: number): void {
    const everyMs = process.stdout.isTTY ? PROGRESS_EVERY_MS : 10 * PROGRESS_EVERY_MS
    if (performance.now() - this.shownAtMs < everyMs) return
    this.shownAtMs = performance.now()
    process.stdout.write(`${process.stdout.isTTY ? '\r' : ''}${this.text(rows)}${process.stdout.isTTY ? '' : '\n'}`)
  }

  end(rows: number): void {
    process.stdout.write(`${process.stdout.isTTY ? '\r' : ''}${this.text(rows)}\n`)
  }

  private text(rows: number): string {
    return `${rows} of ${this.rowCount} rows (${Math.floor((100 * rows) / this.rowCount)} %)`
  }
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`)
}

const args = process.argv.slice(2)
if (args.length === 0 || args.includes('--help')) say(REPLAY_HELP)
else {
  const signal = stopSignal()
  try {
    await replay(parseReplayOptions(args), signal)
    process.exit(0)
  } catch (error) {
    if (signal.aborted) process.exit(0)
    process.stderr.write(`${error instanceof Error ? error.message : messageOf(error)}\n`)
    process.exit(1)
  }
}
