import { expectNoViolation } from './axe.ts'
import { expect, test } from './test.ts'

/** A little more than lies between two waveforms. */
const WAVEFORM_MS = 330_000

test('the vibration of a spindle shows its waveform, its spectrum with named lines, and how it was', async ({
  pageOf,
}) => {
  test.setTimeout(WAVEFORM_MS + 60_000)
  const page = await pageOf('Jonas')
  await page.goto('/plant/machines')
  await page.getByRole('main').getByRole('link', { name: 'Mill 2', exact: true }).click()
  const vibration = page
    .locator('section')
    .filter({ has: page.getByRole('heading', { name: 'Vibration', exact: true }) })
  await expect(vibration.getByRole('img', { name: /^Spectrum/ })).toBeVisible()
  // Recorded at the gateway, every few minutes from its start on.
  await expect(vibration.getByRole('img', { name: 'Waveform' })).toBeVisible({ timeout: WAVEFORM_MS })
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
