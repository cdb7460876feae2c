import { DAY_MS, HOUR_MS, MINUTE_MS } from '@millrace/base'
import type { StoryId, StoryStart } from '@millrace/machines'
import type { SiteKey } from './world-sites.ts'

/** One of the demo's stories that machines live through. */
export type WorldStory = {
  id: StoryId
  /** Its number in the list of the demo. */
  number: number
  title: string
  siteKey: SiteKey
  machineKey: string
  /** How long before the present it began, so that it stands where it should when somebody opens the demo. */
  begunBeforeMs: number
  /** What is really going on, in one sentence. */
  cause: string
  /** What helps. */
  remedy: string
}

export const stories: readonly WorldStory[] = [
  {
    id: 'tool-wear',
    number: 1,
    title: 'End mill wears',
    siteKey: 'sursee',
    machineKey: 'mill-2',
    // Its vibration leaves the normal band about 20 minutes before the present and goes on growing.
    begunBeforeMs: 4 * HOUR_MS + 20 * MINUTE_MS,
    cause: 'The coating of the end mill has chipped; it wears four times faster than its counted life assumes.',
    remedy: 'Reduce the feed override, or change the tool.',
  },
  {
    id: 'spindle-bearing',
    number: 2,
    title: 'Spindle bearing fails',
    siteKey: 'sursee',
    machineKey: 'mill-4',
    begunBeforeMs: 6 * DAY_MS + 12 * HOUR_MS,
    cause: 'The outer race of the front spindle bearing is pitted; it will seize on the ninth day.',
    remedy: 'Plan a change of the spindle before the weekend.',
  },
  {
    id: 'peak-hour-loads',
    number: 3,
    title: 'Furnace loads in peak hours',
    siteKey: 'sursee',
    machineKey: 'furnace-1',
    begunBeforeMs: 14 * DAY_MS,
    cause: 'Loads start as soon as the furnace is free, in dear hours too, though nobody needs them before morning.',
    remedy: 'Let loads wait for cheap hours.',
  },
  {
    id: 'air-leak',
    number: 4,
    title: 'Compressed air leaks',
    siteKey: 'queretaro',
    machineKey: 'queretaro-compressor',
    begunBeforeMs: 5 * DAY_MS,
    cause: 'A hose coupling in moulding leaks 2.6 m³/min, also while the plant is idle.',
    remedy: 'Find and close the leak; until then lower the net pressure.',
  },
  {
    id: 'thermocouple-drift',
    number: 5,
    title: 'Thermocouple drifts',
    siteKey: 'sursee',
    machineKey: 'furnace-2',
    begunBeforeMs: 30 * HOUR_MS,
    cause:
      'The control thermocouple reads low and lower, so the furnace is hotter than it shows; the load sensor is right.',
    remedy: 'Replace the control thermocouple; the furnace itself is sound.',
  },
  {
    id: 'oil-overheating',
    number: 6,
    title: 'Hydraulic oil warms up',
    siteKey: 'queretaro',
    machineKey: 'press-2',
    begunBeforeMs: 10 * HOUR_MS,
    cause: 'The oil cooler clogs, the oil thins, the cycle creeps, and moulds are no longer filled.',
    remedy: 'Give the cooler more water, inject more slowly, and clean the cooler.',
  },
]

/**
 * Stories that were over before the present, so that a finding of today has past cases beside it. Each ended with the tool
 * change at the end of the counted life: milder than the story of the present, whose tool would break before.
 */
const pastStories: readonly (Pick<WorldStory, 'id' | 'siteKey' | 'machineKey' | 'begunBeforeMs'> & {
  severity: number
})[] = [
  { id: 'tool-wear', siteKey: 'sursee', machineKey: 'mill-3', begunBeforeMs: 8 * DAY_MS, severity: 0.45 },
  { id: 'tool-wear', siteKey: 'sursee', machineKey: 'mill-1', begunBeforeMs: 5 * DAY_MS, severity: 0.45 },
]

/** The stories of one plant as the simulator begins them, relative to a present. */
export function storyStarts(siteKey: SiteKey, anchorMs: number): StoryStart[] {
  const present = stories.map((story) => ({ ...story, severity: 1 }))
  return [...pastStories, ...present]
    .filter((story) => story.siteKey === siteKey)
    .map(({ id, machineKey, begunBeforeMs, severity }) => ({
      machine: machineKey,
      storyId: id,
      startsAtMs: anchorMs - begunBeforeMs,
      speed: 1,
      severity,
    }))
}
