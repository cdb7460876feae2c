import { resolve } from 'node:path'

export type SimulatorConfig = {
  /** Where state, ports and certificates are kept. */
  directory: string
  seed: number
  /** The present the world is built around; undefined for the minute of the first start. */
  anchorMs: number | undefined
}

const SEED_MAX = 1_000_000

/** Reads the environment. @throws Error naming every variable that is wrong. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): SimulatorConfig {
  const wrong: string[] = []
  const integer = (name: string, low: number, high: number): number | undefined => {
    const text = environment[name]
    if (text === undefined || text === '') return undefined
    const value = Number(text)
    if (Number.isInteger(value) && value >= low && value <= high) return value
    wrong.push(`${name} must be a whole number from ${low} to ${high}, not "${text}".`)
    return undefined
  }
  const seed = integer('MILLRACE_SIMULATOR_SEED', 1, SEED_MAX)
  const anchorMs = integer('MILLRACE_SIMULATOR_ANCHOR', 0, 8_640_000_000_000_000)
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
  return { directory: resolve(environment.MILLRACE_SIMULATOR_DIR || 'simulator-state'), seed: seed ?? 1, anchorMs }
}
