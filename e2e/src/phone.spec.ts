import type { BrowserContextOptions, Page } from '@playwright/test'
import { expect, test } from './test.ts'

const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const width = await page.evaluate(() => ({ wanted: document.documentElement.scrollWidth, there: innerWidth }))
  expect(width.wanted, `${page.url()} is wider than the phone`).toBeLessThanOrEqual(width.there)
}

test('on a phone one comes from the overview to a machine by the thumb, and nothing scrolls sideways', async ({
  pageOf,
}) => {
  const page = await pageOf('Lena', PHONE)
  await page.goto('/overview')
  const main = page.getByRole('main')
  const bottom = page.getByRole('navigation', { name: 'Pages' }).filter({ visible: true })
  await expect(bottom).toHaveCount(1)
  const box = await bottom.boundingBox()
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBe(844)
  await expect(main.getByRole('link', { name: 'Sursee', exact: true })).toBeVisible()
  await expectNoSidewaysScroll(page)

  await bottom.getByRole('link', { name: 'Machines' }).tap()
  await expect(page.getByRole('heading', { level: 1, name: 'Machines' })).toBeVisible()
  await expectNoSidewaysScroll(page)
  await main.getByRole('link', { name: 'Mill 3', exact: true }).tap()
  await expect(page.getByRole('heading', { level: 1, name: 'Mill 3' })).toBeVisible()
  await expect(page.getByRole('group', { name: 'Mill 3 trends' }).locator('canvas').first()).toBeVisible()
  await expect(page.getByRole('img', { name: /^Mill 3: / })).toBeVisible()
  await expectNoSidewaysScroll(page)
})

test('on a phone a finding begins with what is needed to decide it, and its evidence comes after', async ({
  pageOf,
}) => {
  const page = await pageOf('Chiara', PHONE)
  await page.goto('/overview')
  await page
    .getByRole('navigation', { name: 'Pages' })
    .filter({ visible: true })
    .getByRole('link', { name: /Findings/ })
    .tap()
  await expect(page.getByRole('heading', { level: 1, name: 'Findings' })).toBeVisible()
  const leak = page.getByRole('main').getByRole('link', { name: 'Never comes to rest: probably a leak' })
  await expect(leak).toBeVisible()
  await expectNoSidewaysScroll(page)
  await leak.tap()
  await expect(page.getByRole('heading', { level: 1, name: 'Never comes to rest: probably a leak' })).toBeVisible()
  await expectNoSidewaysScroll(page)
  const accept = page.getByRole('button', { name: 'Accept' })
  const power = page.getByRole('heading', { name: 'Power', exact: true })
  await expect(power).toBeVisible()
  expect((await accept.boundingBox())?.y, 'the decision comes before the evidence').toBeLessThan(
    (await power.boundingBox())?.y ?? 0,
  )
  await page.getByRole('button', { name: 'Dismiss' }).tap()
  await page.getByRole('button', { name: 'Known and planned for' }).tap()
  await expect(page.getByLabel('Why it is not worth acting on')).toHaveValue('Known and planned for')
  await expectNoSidewaysScroll(page)
})
