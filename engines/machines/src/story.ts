/** Faults and opportunities a machine can be made to live through; each belongs to some kinds of machine. */
export const storyIds = [
  'tool-wear',
  'spindle-bearing',
  'peak-hour-loads',
  'air-leak',
  'thermocouple-drift',
  'oil-overheating',
] as const
export type StoryId = (typeof storyIds)[number]

export type StorySetting = {
  active: boolean
  /** How much faster than its natural pace the story unfolds: 1 … STORY_SPEED_MAX. */
  speed: number
  /** How bad it gets: 1 as told in the demo, 0 … 2. */
  severity: number
}

/** At 600 a shift passes in 48 s; faster, and nobody could see what happens. */
export const STORY_SPEED_MAX = 600
export const STORY_SEVERITY_MAX = 2

export type Stories = Partial<Record<StoryId, StorySetting>>
