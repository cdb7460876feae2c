import { expectNoViolation } from './axe.ts'
import { plannedSiteOf } from './sites.ts'
import { expect, test } from './test.ts'

const JUDGED_MS = 60_000

test('a planner sees how far the machines did what was planned, and where the time went', async ({
  callerOf,
  pageOf,
}) => {
  test.setTimeout(240_000)
  const caller = await callerOf('Nadia')
  const siteId = await plannedSiteOf(caller, 'Sursee')
  const attained = () =>
    caller.get<{ units: { name: string; total: { plannedS: number } }[] }>(`/planning/attainment?siteId=${siteId}`)
  // The first shifts are judged right behind the first plan.
  await expect.poll(async () => (await attained()).units.length, { timeout: JUDGED_MS }).toBeGreaterThan(0)
  const { units } = await attained()
  const page = await pageOf('Nadia', { viewport: { width: 1440, height: 900 } })
  await page.goto(`/planning/attainment?site=${siteId}`)
  await expect(page.getByText(/^The machines ran \d+ % of the time for which work was planned\./)).toBeVisible()
  await expect(page.getByText(/ missed most: /)).toContainText(units[0]?.name ?? '')
  const map = page.getByRole('region', { name: 'Share of planned work that was done' })
  await expect(map.getByRole('row', { name: /^Mill 1 / })).toContainText('%')
  const lost = page.getByRole('table', { name: 'Where the time went' })
  await expect(lost.getByRole('row')).toHaveCount(units.length + 1)
  await expectNoViolation(page)
  await lost.getByRole('link', { name: 'Mill 1' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Mill 1' })).toBeVisible()
})
