import { expectNoViolation } from './axe.ts'
import { expect, test } from './test.ts'

test('the vibration of a spindle shows its waveform, its spectrum with named lines, and how it was', async ({
  pageOf,
}) => {
  const page = await pageOf('Jonas')
  await page.goto('/plant/machines')
  await page.getByRole('main').getByRole('link', { name: 'Mill 2', exact: true }).click()
  const vibration = page
    .locator('section')
    .filter({ has: page.getByRole('heading', { name: 'Vibration', exact: true }) })
  await expect(vibration.getByRole('img', { name: /^Spectrum/ })).toBeVisible()
  // Recorded at the gateway, every few minutes from its start on.
  await expect(vibration.getByRole('img', { name: 'Waveform' })).toBeVisible()
  await expect(vibration.getByRole('img', { name: /spectra of the last 7 days/ })).toBeVisible()
  await vibration.getByRole('combobox', { name: 'Compare with' }).click()
  await page.getByRole('option', { name: 'a day before' }).click()
  await expectNoViolation(page)

  await vibration.getByRole('button', { name: 'Shaft and bearing' }).click()
  const dialog = page.getByRole('dialog', { name: 'Shaft and bearing' })
  await expect(dialog.getByRole('textbox', { name: 'Rolling elements' })).toHaveValue('16')
  await dialog.getByRole('textbox', { name: 'Nominal speed, 1/min' }).fill('9600')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  await expect(vibration.getByRole('img', { name: /^Spectrum: .*BPFO [\d,.]+ Hz/ })).toBeVisible()
})

test('rules say beforehand what they would free, and a period can be held', async ({ pageOf }) => {
  const page = await pageOf('Jonas')
  await page.goto('/overview')
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'History and storage' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'History and storage' })).toBeVisible()
  const days = page.getByRole('textbox', { name: 'Other: Samples, days' })
  await expect(days).toHaveValue('100')
  await days.fill('400')
  await expect(page.getByText(/Minutes are kept at least as long/)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Change', exact: true })).toBeDisabled()
  await days.fill('90')
  await expect(page.getByText(/^This would free/)).toBeVisible()
  await expectNoViolation(page)
  await page.getByRole('button', { name: 'Leave as it is' }).click()
  await expect(days).toHaveValue('100')

  await page.getByRole('button', { name: 'Hold a period' }).click()
  const dialog = page.getByRole('dialog', { name: 'Hold a period' })
  await dialog.getByRole('combobox', { name: 'Machine' }).click()
  await page.getByRole('option', { name: 'Mill 2', exact: true }).click()
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Complaint 4711')
  await dialog.getByRole('button', { name: 'Hold a period' }).click()
  const held = page.getByRole('table', { name: 'Held' }).getByRole('row').filter({ hasText: 'Complaint 4711' })
  await held.getByRole('button', { name: 'Release' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Release' }).click()
  await expect(held).toContainText('Released by Jonas')
})
