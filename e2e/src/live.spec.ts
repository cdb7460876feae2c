import { serverPidOf } from '@millrace/testing/house'
import { DEMO_PID } from './demo-house.ts'
import { expect, test } from './test.ts'

const RESTART_MS = 60_000

test('when the server is killed the page says so, comes back by itself and goes on', async ({ pageOf }) => {
  const page = await pageOf('Nadia')
  await page.goto('/overview')
  const live = page.getByText(/^live, [\d.]+ s$/)
  const power = page.getByText('Power', { exact: true }).first().locator('..')
  await expect(live).toBeVisible()
  await page.evaluate(() => document.body.setAttribute('data-before', 'the restart'))

  process.kill(await serverPidOf(Number(process.env[DEMO_PID])), 'SIGKILL')
  await expect(page.getByRole('status').filter({ hasText: 'reconnecting' })).toBeVisible()
  await expect(live).toBeVisible({ timeout: RESTART_MS })
  const before = await power.innerText()
  await expect(power).not.toHaveText(before, { useInnerText: true, timeout: RESTART_MS })
  await expect(page.locator('body')).toHaveAttribute('data-before', 'the restart')
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Machines' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Machines' })).toBeVisible()
})
