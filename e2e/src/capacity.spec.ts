import type { Caller } from '@millrace/testing/house'
import { expectNoViolation } from './axe.ts'
import { siteOf } from './sites.ts'
import { expect, test } from './test.ts'

const FORECAST_MS = 180_000

async function untilForecast(caller: Caller, siteId: string): Promise<void> {
  const forecasts = () => caller.get<{ items: { about: object | null }[] }>(`/planning/forecasts?siteId=${siteId}`)
  await expect
    .poll(async () => (await forecasts()).items.filter(({ about }) => about !== null).length, { timeout: FORECAST_MS })
    .toBe(5)
}

test('a planner reads a forecast, changes weeks by keyboard with a reason, and takes it back', async ({
  callerOf,
  pageOf,
}) => {
  test.setTimeout(300_000)
  const caller = await callerOf('Nadia')
  const siteId = await siteOf(caller, 'Sursee')
  await untilForecast(caller, siteId)
  const page = await pageOf('Nadia', { viewport: { width: 1440, height: 900 } })
  await page.goto(`/planning/forecast?site=${siteId}`)
  await page.getByRole('link', { name: 'Chef 200' }).click()
  await expect(page.getByRole('heading', { name: 'Chef 200, weekly' })).toBeVisible()
  await expect(page.getByText(/Usually off by|on average/).first()).toBeVisible()
  await expectNoViolation(page)

  const table = page.getByRole('table', { name: 'Coming weeks of Chef 200' })
  const fields = table.getByRole('textbox')
  const computed = await fields.nth(2).inputValue()
  await fields.nth(1).focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.type('3210')
  await page.keyboard.press('Enter')
  await page.keyboard.type('3100')
  await expect(page.getByText('2 weeks are changed.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Save changes' })).toBeDisabled()
  await page.getByLabel('Reason').fill('Fair in Basel')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await expect(page.getByText('2 weeks saved.')).toBeVisible()
  await expect(table.getByText(/Fair in Basel/)).toHaveCount(2)
  await expect(fields.nth(2)).toHaveValue('3210')

  // An emptied field goes back to what was computed.
  for (const row of [2, 3]) await fields.nth(row).fill('')
  await page.getByLabel('Reason').fill('It was cancelled')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await expect(fields.nth(2)).toHaveValue(computed)
  await expect(table.getByText(/Fair in Basel/)).toHaveCount(0)
})

test('a file of sales is read before it is imported', async ({ callerOf, pageOf }) => {
  test.setTimeout(300_000)
  const caller = await callerOf('Nadia')
  const siteId = await siteOf(caller, 'Sursee')
  const page = await pageOf('Nadia')
  await page.goto(`/planning/forecast?site=${siteId}`)
  await page.getByRole('button', { name: 'Import sales' }).click()
  const dialog = page.getByRole('dialog', { name: 'Import sales' })
  const choose = async (text: string) =>
    dialog
      .locator('input[type=file]')
      .setInputFiles({ name: 'sales.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  await choose('product,week,quantity\nNOPE,2025-11-24,5\n')
  await expect(dialog.getByText('Line 2: This plant makes no product NOPE.')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Import and forecast' })).toHaveCount(0)
  await choose('product,week,quantity\nBLADE-PAR8,2019-11-25,1500\n')
  await expect(dialog.getByText('1 rows for one product: 1 new weeks, 0 changed.')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Import and forecast' })).toBeVisible()
})

test('a planner sees which weeks are full and of what, and makes an order of a lot', async ({ callerOf, pageOf }) => {
  test.setTimeout(300_000)
  const caller = await callerOf('Nadia')
  const siteId = await siteOf(caller, 'Sursee')
  await untilForecast(caller, siteId)
  const page = await pageOf('Nadia', { viewport: { width: 1440, height: 900 } })
  await page.goto(`/planning/capacity?site=${siteId}`)
  const map = page.getByRole('region', { name: 'Load by week' })
  await expect(map).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText(/ (is|are) full in week|^Everything fits/).first()).toBeVisible()
  await map
    .getByRole('button', { name: /^Grinders, week \d+: \d+/ })
    .nth(2)
    .click()
  await expect(page.getByRole('heading', { name: /^Grinders in week/ })).toBeVisible()
  await expect(
    page.getByRole('table', { name: /^Grinders in week/ }).getByRole('link', { name: 'Chef 200' }),
  ).toBeVisible()
  await page.getByText('As planned', { exact: true }).click()
  await expect(page.getByText(/By the weekly plan/)).toBeVisible()
  await expectNoViolation(page)

  await page
    .getByRole('checkbox', { name: /^Choose Paring 8 in week/ })
    .last()
    .check()
  await page.getByRole('button', { name: 'Make 1 order' }).click()
  await expect(page.getByText(/^Made \d\dW\d\d-BLADE-PAR8/)).toBeVisible({ timeout: 60_000 })
  await page.getByRole('link', { name: 'See the orders' }).click()
  await expect(page.getByRole('cell', { name: /^\d\dW\d\d-BLADE-PAR8/ }).first()).toBeVisible()
})
