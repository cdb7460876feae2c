import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { PlantSnapshot } from '@millrace/machines'
import { log } from './log.ts'

/** What the simulator remembers between two runs. */
export type SavedState = {
  version: number
  seed: number
  anchorMs: number
  /** By plant. */
  plants: Record<string, PlantSnapshot>
  /** Last birth-death sequence of each Sparkplug edge node, by `group/node`. */
  bdSeqs: Record<string, number>
  /** Ports used last, by endpoint, so that connections made by hand survive a restart. */
  ports: Record<string, number>
}

export const STATE_VERSION = 1

const FILE = 'state.json'

/** The state of the last run; undefined when there is none, or none this version can read. */
export async function loadState(directory: string): Promise<SavedState | undefined> {
  let text: string
  try {
    text = await readFile(join(directory, FILE), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  try {
    const state = JSON.parse(text) as SavedState
    if (state.version === STATE_VERSION) return state
    log.warn({ version: state.version }, 'The saved state is from another version; the plants start anew')
  } catch (error) {
    log.warn({ err: error }, 'The saved state cannot be read; the plants start anew')
  }
  return undefined
}

/** Writes the state beside the old one and swaps them, so that a crash leaves one of the two whole. */
export async function saveState(directory: string, state: SavedState): Promise<void> {
  await mkdir(directory, { recursive: true })
  const path = join(directory, FILE)
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(JSON.stringify(state))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
}
