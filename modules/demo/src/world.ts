import { DAY_MS, HOUR_MS, MINUTE_MS } from '@millrace/base'
import type { PlantDefinition } from '@millrace/machines'
import { worldCalendars } from './world-calendar.ts'
import { machines } from './world-machines.ts'
import { sites } from './world-sites.ts'
import { storyStarts } from './world-stories.ts'

export { type CalendarKey, worldCalendars } from './world-calendar.ts'
export {
  machines,
  setPoints,
  type WorldMachine,
  type WorldSetPoint,
  type WorldSignal,
} from './world-machines.ts'
export { apiKeys, networkZones, people, roles, type WorldGrant, type WorldPerson } from './world-people.ts'
export {
  areas,
  connections,
  type ProtocolInUse,
  type SiteKey,
  sites,
  type WorldArea,
  type WorldConnection,
  type WorldSite,
  type WorldWorkCenter,
  workCenters,
} from './world-sites.ts'
export { pins, stations, type WorldStation } from './world-stations.ts'
export { stories, storyStarts, type WorldStory } from './world-stories.ts'

/** Keeps the seeds of machines apart from one world to the next. */
const SEED_STRIDE = 100_003

/** The company of the demo. */
export const enterpriseName = 'Alpine Edge AG'

export const HISTORY_MS = 14 * DAY_MS
export const HISTORY_STEP_MS = MINUTE_MS

/**
 * Somebody who opens the demo at night or on a Sunday should see machines that work. Calendars and holidays are real,
 * and the history keeps to them; but from six hours before the present on, an extra shift without breaks keeps the
 * mills, the heat treatment, Lathe 2 and Press 2 busy around the clock.
 */
export const EXTRA_SHIFT_BEFORE_MS = 6 * HOUR_MS

/** The present a world is built around: the last whole minute. History and simulator agree when they use the same. */
export function anchorOf(nowMs: number): number {
  return Math.floor(nowMs / MINUTE_MS) * MINUTE_MS
}

/** The world as it is told; another seed gives plants with the same stories but other chance events. */
export const WORLD_SEED = 1

/**
 * Both plants for the simulator and for the history, around one present.
 *
 * @param anchorMs from `anchorOf`. The simulator and whoever writes the history must use the same anchor and seed.
 */
export function plantDefinitions(anchorMs: number, worldSeed = WORLD_SEED): PlantDefinition[] {
  const calendars = worldCalendars(anchorMs)
  return sites.map((site) => ({
    name: site.key,
    timeZone: site.timeZone,
    ambient: site.ambient,
    solarKwp: site.solarKwp,
    peakTariff: site.peakTariff,
    extraShiftFromMs: anchorMs - EXTRA_SHIFT_BEFORE_MS,
    stories: storyStarts(site.key, anchorMs),
    machines: machines
      .filter((machine) => machine.siteKey === site.key)
      .map(({ key, kind, seed, calendarKey, programs, leaderKey, extraShift }) => ({
        name: key,
        kind,
        seed: seed + (worldSeed - WORLD_SEED) * SEED_STRIDE,
        calendar: calendars[calendarKey],
        extraShift,
        ...(programs && { programs }),
        ...(leaderKey !== undefined && { leader: leaderKey }),
      })),
  }))
}
