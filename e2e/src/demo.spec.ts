import type { Page } from '@playwright/test'
import { expect, test } from './test.ts'

const title = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })

test('the sign-in page shows the people of the demo company, and one click signs in', async ({ page }) => {
  await page.goto('/')
  await expect(title(page, 'Sign in to Millrace')).toBeVisible()
  for (const role of ['Plant manager', 'Operator', 'Planner', 'Maintenance', 'Quality', 'Buyer', 'executive', 'IT']) {
    await expect(page.getByRole('listitem').filter({ hasText: role }).first()).toBeVisible()
  }
  await page.getByRole('button', { name: 'Nadia Brunner' }).click()
  await expect(title(page, 'Today')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Nadia Brunner, person menu' })).toBeVisible()
})

test('the overview shows both plants side by side, the worst first, and moves by itself', async ({ pageOf }) => {
  const page = await pageOf('Helen')
  await page.goto('/overview')
  const plants = page.getByRole('main').getByRole('heading', { level: 2, name: /Sursee|Querétaro/ })
  await expect(plants).toHaveText([/^Sursee/, /^Querétaro/])
  const [left, right] = await Promise.all((await plants.all()).map((plant) => plant.boundingBox()))
  expect(left?.y).toBe(right?.y)
  expect(left?.x).toBeLessThan(right?.x ?? 0)

  for (const index of [0, 1]) {
    const power = page.getByText('Power', { exact: true }).nth(index).locator('..')
    await expect(power).toContainText('kW')
    const before = await power.innerText()
    await expect(power).not.toHaveText(before, { useInnerText: true })
  }
  await expect(page.getByText(/^live, [\d.]+ s/)).toBeVisible()
})

test('from the plant one comes by area to the machine, with its trends, its shift and its signals', async ({
  pageOf,
}) => {
  const page = await pageOf('Nadia')
  const main = page.getByRole('main')
  await page.goto('/overview')
  await main.getByRole('link', { name: 'Sursee', exact: true }).click()
  await expect(title(page, 'Sursee')).toBeVisible()
  await main.getByRole('link', { name: 'Blade milling', exact: true }).click()
  await expect(title(page, 'Blade milling')).toBeVisible()
  await main.getByRole('link', { name: 'Mill 2', exact: true }).click()
  await expect(title(page, 'Mill 2')).toBeVisible()
  await expect(page.getByRole('navigation', { name: 'Where you are' })).toContainText(/Sursee .*Blade milling .*Mill 2/)

  await expect(page.getByRole('group', { name: 'Mill 2 trends' }).locator('canvas').first()).toBeVisible()
  await expect(page.getByRole('img', { name: /^Mill 2: .*run \d/ })).toBeVisible()

  const power = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: /power/i }) })
  await expect(power).toContainText(/\d+ s ago/)
  const before = await power.getAttribute('data-at-ms')
  await expect(power).not.toHaveAttribute('data-at-ms', before ?? '')
})

test('the trends can be paused, made live again and widened to a week of history', async ({ pageOf }) => {
  const page = await pageOf('Nadia')
  await page.goto('/plant/machines')
  await page.getByRole('link', { name: 'Mill 1', exact: true }).click()
  const trends = page.getByRole('group', { name: 'Mill 1 trends' })
  await trends.getByRole('button', { name: 'Pause' }).click()
  await trends.getByRole('button', { name: 'Live' }).click()
  await expect(trends.getByRole('button', { name: 'Pause' })).toBeVisible()

  const envelopes = page.waitForResponse((response) => response.url().includes('/telemetry/envelopes?'))
  await trends.getByText('7 days').click()
  const { items } = (await (await envelopes).json()) as { items: { timesMs: number[] }[] }
  expect(items[0]?.timesMs.length).toBeGreaterThan(100)
  await expect(trends).toContainText('min to max per')
})

test('the trends of a shift stand beside those of the same shift a week before, and the address says so', async ({
  pageOf,
}) => {
  const page = await pageOf('Nadia')
  await page.goto('/plant/machines')
  await page.getByRole('link', { name: 'Mill 1', exact: true }).click()
  const trends = page.getByRole('group', { name: 'Mill 1 trends' })
  await trends.getByText('Day', { exact: true }).click()
  const weekAgo = page.waitForResponse((response) => {
    const fromMs = Number(new URL(response.url()).searchParams.get('fromMs'))
    return response.url().includes('/telemetry/envelopes?') && Date.now() - fromMs > 7.9 * 86_400_000
  })
  await trends.getByRole('button', { name: 'Week before' }).click()
  const { items } = (await (await weekAgo).json()) as { items: { timesMs: number[] }[] }
  expect(items[0]?.timesMs.length).toBeGreaterThan(100)
  await expect(trends.getByText('a week before')).toHaveCount(3)
  await expect(page).toHaveURL(/compare=week/)
  await page.reload()
  await expect(trends.getByRole('button', { name: 'Week before', pressed: true })).toBeVisible()
})

test('dark and light are one press away and stay chosen', async ({ pageOf }) => {
  const page = await pageOf('Nadia')
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await page.goto('/settings')
  await expect(title(page, 'Settings')).toBeVisible()
  const light = await background()
  await page.getByRole('button', { name: 'Dark colours' }).click()
  await expect.poll(background).not.toBe(light)
  const dark = await background()
  await page.reload()
  await expect(page.getByRole('button', { name: 'Light colours' })).toBeVisible()
  expect(await background()).toBe(dark)
  await page.getByRole('button', { name: 'Light colours' }).click()
  await expect.poll(background).toBe(light)
})

test('the person menu changes to another role of the demo, and signs out', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Nadia Brunner' }).click()
  await page.getByRole('button', { name: 'Nadia Brunner, person menu' }).click()
  await page.getByRole('menuitem', { name: 'Karin Stalder' }).click()
  await page.getByRole('button', { name: 'Karin Stalder, person menu' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(title(page, 'Sign in to Millrace')).toBeVisible()
  await page.goto('/plant/machines')
  await expect(title(page, 'Sign in to Millrace')).toBeVisible()
  await page.getByRole('button', { name: 'Helen Frey' }).click()
  await expect(title(page, 'Machines')).toBeVisible()
})
