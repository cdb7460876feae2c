import type { Caller } from '@millrace/testing/house'
import { expect } from './test.ts'

const PLANNED_MS = 120_000

/** The id of a plant of the demo company by its name. */
export async function siteOf(caller: Caller, name: string): Promise<string> {
  const { items } = await caller.get<{ items: { id: string; name: string; level: string }[] }>('/plant/equipment')
  return items.find((one) => one.level === 'site' && one.name === name)?.id ?? ''
}

/** The id of a plant once it has a plan. The first plans are made after everything else is there. */
export async function plannedSiteOf(caller: Caller, name: string): Promise<string> {
  const siteId = await siteOf(caller, name)
  const shown = async () => (await caller.get<{ shown: string }>(`/planning/schedule?siteId=${siteId}`)).shown
  await expect.poll(shown, { timeout: PLANNED_MS }).not.toBe('none')
  return siteId
}
