import { DAY_MS, HOUR_MS } from '@millrace/base'
import type { GanttBar, GanttPlan, GanttResource } from './model.ts'

/** Monday 23 November 2026, midnight in Zurich. */
export const MONDAY_MS = Date.parse('2026-11-22T23:00:00Z')
export const NOW_MS = MONDAY_MS + 10 * HOUR_MS

const shifts = Array.from({ length: 14 }, (_, day) => ({
  name: 'Early',
  fromMs: MONDAY_MS + day * DAY_MS + 6 * HOUR_MS,
  toMs: MONDAY_MS + day * DAY_MS + 14 * HOUR_MS,
}))

export const givenResource = (id: string, name: string, more: Partial<GanttResource> = {}): GanttResource => ({
  ...{ id, name, load: [] },
  calendar: { shifts, closed: [], outages: [] },
  ...more,
})

/** A bar with hours from Monday's midnight. */
export const givenBar = (
  id: string,
  resourceId: string,
  fromHour: number,
  toHour: number,
  more: Partial<GanttBar> = {},
): GanttBar => ({
  ...{ id, resourceId, orderId: 'o1', step: 'Milling', setupMs: 0, pauses: [], state: 'scheduled', lateMs: 0 },
  ...{ locked: false, quantity: 100, startMs: MONDAY_MS + fromHour * HOUR_MS, endMs: MONDAY_MS + toHour * HOUR_MS },
  eligible: [
    { resourceId: 'm1', durationMs: (toHour - fromHour) * HOUR_MS },
    { resourceId: 'm2', durationMs: 2 * (toHour - fromHour) * HOUR_MS },
    { resourceId: 'm3', refusal: 'no fixture' },
  ],
  ...more,
})

/** Two mills and a grinder for two weeks; orders 4450 and 4451. */
export const givenSmall = (bars: readonly GanttBar[], more: Partial<GanttPlan> = {}): GanttPlan => ({
  timeZone: 'Europe/Zurich',
  horizon: { fromMs: MONDAY_MS, toMs: MONDAY_MS + 14 * DAY_MS },
  resources: [givenResource('m1', 'Mill 1'), givenResource('m2', 'Mill 2'), givenResource('m3', 'Grinder')],
  orders: [
    {
      id: 'o1',
      name: '4450',
      product: 'Chef 200',
      family: 'Kitchen',
      quantity: 100,
      unit: 'pcs',
      dueMs: MONDAY_MS + 3 * DAY_MS,
    },
    {
      id: 'o2',
      name: '4451',
      product: 'Pocket 91',
      family: 'Pocket',
      quantity: 300,
      unit: 'pcs',
      dueMs: MONDAY_MS + 2 * DAY_MS,
      customer: 'Alpina',
    },
  ],
  bars,
  links: [],
  waiting: [],
  ...more,
})
