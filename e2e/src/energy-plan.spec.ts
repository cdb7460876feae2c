import { expectNoViolation } from './axe.ts'
import { plannedSiteOf } from './sites.ts'
import { expect, test } from './test.ts'

const PLANNED_MS = 120_000

test('a planner finds out what a plan takes, has savings found, and takes some of them', async ({
  callerOf,
  pageOf,
}) => {
  test.setTimeout(240_000)
  const siteId = await plannedSiteOf(await callerOf('Nadia'), 'Sursee')
  const page = await pageOf('Nadia', { viewport: { width: 1440, height: 900 } })
  await page.goto(`/planning/schedule?site=${siteId}`)
  await expect(page.getByRole('img', { name: /Load of the next days/ })).toBeVisible()
  await page.getByRole('button', { name: 'By day' }).click()
  await expect(page.getByRole('table', { name: 'Electricity by day' })).toContainText('kWh')

  const advice = page.getByRole('region', { name: 'Energy recommendation' })
  await advice.getByRole('button', { name: 'Find savings' }).click()
  await expect(advice.getByText(/nobody later/)).toBeVisible({ timeout: PLANNED_MS })
  const moves = advice.getByRole('table', { name: 'Moves' })
  await expect(moves.getByRole('checkbox').first()).toBeChecked()
  await moves.getByRole('checkbox').last().uncheck()
  await expectNoViolation(page)
  // A full plan may leave one move, which was not taken: then machines are switched off, and there is no draft.
  const taken = await moves.getByRole('checkbox', { checked: true }).count()
  await advice.getByRole('button', { name: 'Apply to draft' }).click()
  await expect(advice.getByText('Accepted by Nadia')).toBeVisible()
  if (taken > 0) {
    await expect(page.getByText(/the draft has .* change/)).toBeVisible()
    await page.getByRole('button', { name: 'Discard draft' }).click()
  }

  await advice.getByRole('button', { name: 'Find savings' }).click()
  await advice.getByRole('button', { name: 'Dismiss' }).click({ timeout: PLANNED_MS })
  await advice.getByLabel('Why not').fill('We ship earlier this week.')
  await advice.getByRole('button', { name: 'Dismiss' }).click()
  await expect(advice.getByText('Dismissed by Nadia')).toBeVisible()
})

test('prices and powers are given by hand, from a file, and from measurement', async ({ callerOf, pageOf }) => {
  test.setTimeout(240_000)
  const siteId = await plannedSiteOf(await callerOf('Karin'), 'Querétaro')
  const page = await pageOf('Karin', { viewport: { width: 1440, height: 900 } })
  await page.goto(`/planning/energy?site=${siteId}`)
  await expect(page.getByRole('table', { name: 'Tariffs' })).toContainText('GDMTH')
  await expectNoViolation(page)

  await page.getByRole('button', { name: 'Add tariff' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add tariff' })
  await dialog.getByRole('button', { name: 'Save tariff' }).click()
  await expect(dialog.getByRole('alert')).toHaveText(/Give a name/)
  await dialog.getByLabel('Name').fill('Next year')
  await dialog.getByLabel('Valid from').fill('2031-01-01')
  await dialog.getByLabel(/Price outside all steps/).fill('1.9')
  await dialog.getByRole('button', { name: 'Add hours' }).click()
  const step = dialog.getByRole('group', { name: 'Step 1' })
  await step.getByLabel('Name').fill('Night')
  await dialog.getByRole('group', { name: 'Night' }).getByLabel('Price').fill('1.2')
  await dialog.getByRole('button', { name: 'Save tariff' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('table', { name: 'Tariffs' })).toContainText('1.200 Night, Mon–Fri 07:00–20:00')
  await page.getByRole('button', { name: 'Remove the tariff Next year' }).click()
  await expect(page.getByRole('table', { name: 'Tariffs' })).not.toContainText('Next year')

  const lines = ['time;price', '2031-01-01 00:00;912,4', '2031-01-01 01:00;899']
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'day-ahead.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) })
  await expect(page.getByText('2 slots of 60 minutes were read.')).toBeVisible()
  await page.getByRole('button', { name: 'Import' }).click()
  await expect(page.getByRole('table', { name: 'What is known slot by slot' })).toContainText('Day-ahead price')
  await page.getByRole('button', { name: 'Forget: Day-ahead price' }).click()

  await page.getByRole('button', { name: 'Take from measurement' }).click()
  const measured = page.getByRole('dialog', { name: 'Take from measurement' })
  await expect(measured.getByRole('table')).toContainText('Press 1', { timeout: PLANNED_MS })
  await measured.getByRole('button', { name: /^Take these/ }).click()
  await expect(measured).toBeHidden()
})
