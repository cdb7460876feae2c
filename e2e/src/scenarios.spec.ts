import { expectNoViolation } from './axe.ts'
import { plannedSiteOf } from './sites.ts'
import { expect, test } from './test.ts'

const COMPUTED_MS = 90_000

test('a lost machine and an extra shift stand side by side with the plan, one is opened and used', async ({
  callerOf,
  pageOf,
}) => {
  test.setTimeout(300_000)
  const caller = await callerOf('Nadia')
  const siteId = await plannedSiteOf(caller, 'Sursee')
  const page = await pageOf('Nadia', { viewport: { width: 1440, height: 900 } })
  await page.goto(`/planning/schedule?site=${siteId}`)
  await page.getByRole('button', { name: 'What if…' }).click()

  const dialog = page.getByRole('dialog', { name: 'What if…' })
  await dialog.getByRole('combobox', { name: 'What would be different' }).click()
  await page.getByRole('option', { name: 'A machine is away' }).click()
  await dialog.getByRole('combobox', { name: 'Machine' }).click()
  await page.getByRole('option', { name: 'Grinder A' }).click()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Grinder A away')
  await expectNoViolation(page)
  await dialog.getByRole('button', { name: 'Compute' }).click()
  await expect(dialog).toBeHidden()

  await page.getByRole('button', { name: 'What if…' }).click()
  await dialog.getByRole('combobox', { name: 'What would be different' }).click()
  await page.getByRole('option', { name: 'Extra shift or overtime' }).click()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Extra shift tomorrow')
  await dialog.getByRole('button', { name: 'Compute' }).click()
  await expect(dialog).toBeHidden()

  const list = page.getByRole('table', { name: 'Scenarios' })
  const away = list.getByRole('row').filter({ hasText: 'Grinder A away' })
  const extra = list.getByRole('row').filter({ hasText: 'Extra shift tomorrow' })
  await expect(away.getByRole('button', { name: 'Open the plan of' })).toBeVisible({ timeout: COMPUTED_MS })
  await expect(extra.getByRole('button', { name: 'Open the plan of' })).toBeVisible({ timeout: COMPUTED_MS })
  await expect(away.getByRole('cell', { name: /Grinder A is away from/ })).toBeVisible()

  const figures = page.getByRole('table', { name: 'Figures of the plan and of the chosen scenarios' })
  await expect(figures.getByRole('columnheader', { name: 'Plan as it is' })).toBeVisible()
  await expect(figures.getByRole('columnheader', { name: 'Grinder A away' })).toBeVisible()
  await expect(figures.getByRole('row').filter({ hasText: 'Outside the shifts' })).toContainText('worse')
  await extra.getByRole('checkbox').uncheck()
  await expect(figures.getByRole('columnheader', { name: 'Extra shift tomorrow' })).toBeHidden()
  await extra.getByRole('checkbox').check()
  await expectNoViolation(page)

  await away.getByRole('button', { name: 'Open the plan of' }).click()
  const opened = page.getByRole('region', { name: 'Plan of Grinder A away' })
  await expect(opened.getByRole('grid')).toBeVisible()
  await page.getByRole('button', { name: 'Close this plan' }).click()
  await expect(opened).toBeHidden()

  const use = page.getByRole('dialog', { name: 'Use Extra shift tomorrow' })
  // The machines go on meanwhile: what the scenario moves may have begun, and it is computed anew.
  await expect(async () => {
    await extra.getByRole('button', { name: 'Use' }).click({ timeout: COMPUTED_MS })
    await expect(use.getByRole('listitem').first()).toContainText('Extra work of the whole plant')
    await use.getByRole('button', { name: 'Write and make the draft' }).click()
    const stale = use.getByRole('button', { name: 'Compute anew' })
    await expect(stale.or(page.getByText(/the draft has/))).toBeVisible()
    if (await stale.isVisible()) await stale.click()
    await expect(page).toHaveURL(/\/planning\/schedule/, { timeout: 1000 })
  }).toPass({ timeout: 2 * COMPUTED_MS })
  await expect(page.getByText(/the draft has/)).toBeVisible()
  const { items } = await caller.get<{ items: { name: string; usedBy: string | null; outdated: boolean }[] }>(
    `/planning/scenarios?siteId=${siteId}`,
  )
  expect(items.find(({ name }) => name === 'Extra shift tomorrow')?.usedBy).toContain('Nadia')
  expect(items.find(({ name }) => name === 'Grinder A away')?.outdated).toBe(true)
})
