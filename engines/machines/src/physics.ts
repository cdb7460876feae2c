import type { PlannedTime } from './calendar.ts'
import type { Random } from './random.ts'
import type { Stories, StoryId } from './story.ts'
import type { TagDefinition } from './tag.ts'

/** What acts on a machine from outside during one step. */
export type Surroundings = {
  planned: PlannedTime
  /** Air in the hall. */
  ambientCelsius: number
  minuteOfDay: number
  /** Whether the site's energy tariff is in its dear hours. */
  peakTariff: boolean
  /** What the other machines of the plant take, as of the end of the previous step. */
  plantPowerKw: number
  airDemandM3PerMin: number
  coolingDemandKw: number
  solarPowerKw: number
  /** Whether the machine this one serves runs (a rectifier and its line); true without one. */
  leaderRunning: boolean
}

/** What a machine takes from the plant. */
export type Draw = { powerKw: number; airM3PerMin: number; coolingKw: number }

/** Everything a machine remembers: numbers and short texts, so that a snapshot is a copy. */
export type Hidden = Draw & { status: string; alarm: string } & Record<string, number | string>

export type StepInput = { dtMs: number; surroundings: Surroundings; random: Random; stories: Stories }

/** Noise of the tag being read: about normal, mean 0, deviation 1. */
export type Reading<State> = (state: State, noise: number) => number | string | null

/** The physics of one kind of machine over its hidden state. */
export type Physics<State extends Hidden> = {
  title: string
  tags: readonly TagDefinition[]
  /** Names of the programs when the machine is not given its own. */
  programs: readonly string[]
  stories: readonly StoryId[]
  initial(random: Random): State
  step(state: State, input: StepInput, programCount: number): void
  /** One reading per tag of kind number or text, `program` excepted. */
  readings: Readonly<Record<string, Reading<State>>>
  /** One per writable tag; the value is within the tag's bounds. */
  writes?: Readonly<Record<string, (state: State, value: number, stories: Stories) => void>>
  /** How far a story has gone, 0 … 1. */
  progress?(state: State, id: StoryId): number
  /** Called when a story is started or reset from outside. */
  onStory?(state: State, id: StoryId, active: boolean): void
  /** Vibration velocity at this moment, mm/s; present when a tag is of kind vector. */
  waveform?(state: State, sampleCount: number, rateHz: number, random: Random, vibrationNoise: number): Float32Array
}

/** Moves a value towards its target as a first-order lag does; right for steps of any length. */
export function approach(value: number, target: number, dtMs: number, timeConstantMs: number): number {
  return target + (value - target) * Math.exp(-dtMs / timeConstantMs)
}

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value
}
