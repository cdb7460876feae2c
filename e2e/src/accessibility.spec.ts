import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './test.ts'

/** The pages, and what shows that each is really there. */
const PAGES: readonly { name: string; open: (page: Page) => Promise<void> }[] = [
  {
    name: 'the overview',
    open: async (page) => {
      await page.goto('/overview')
      await expect(page.getByRole('main').getByText('Power', { exact: true })).toHaveCount(2)
    },
  },
  {
    name: 'a machine',
    open: async (page) => {
      await page.goto('/plant/machines')
      await page.getByRole('main').getByRole('link', { name: 'Mill 2', exact: true }).click()
      await expect(page.getByRole('group', { name: 'Mill 2 trends' }).locator('canvas').first()).toBeVisible()
      await expect(page.getByRole('img', { name: /^Mill 2: / })).toBeVisible()
    },
  },
  {
    name: 'the findings',
    open: async (page) => {
      await page.goto('/insight/findings?state=all')
      await expect(page.getByRole('row').filter({ hasText: 'Mill 2, ' }).first()).toBeVisible()
    },
  },
  {
    name: 'a finding',
    open: async (page) => {
      await page.goto('/insight/findings?state=all')
      await page
        .getByRole('row')
        .filter({ hasText: 'Mill 2, ' })
        .first()
        .getByRole('link', { name: /Decide|Open/ })
        .click()
      await expect(page.getByRole('heading', { name: 'Spindle vibration' })).toBeVisible()
      await expect(page.locator('canvas').first()).toBeVisible()
    },
  },
  {
    name: 'the settings',
    open: async (page) => {
      await page.goto('/settings')
      await expect(page.getByRole('table', { name: 'People' })).toBeVisible()
      await expect(page.getByRole('table', { name: 'Simulator' })).toBeVisible()
    },
  },
]

async function expectNoViolation(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const told = violations.map(({ id, help, nodes }) => ({
    rule: `${id}: ${help}`,
    nodes: nodes
      .slice(0, 5)
      .map((node) => `${node.html.slice(0, 200)} ${node.any[0]?.message ?? node.all[0]?.message ?? ''}`),
  }))
  expect(told).toEqual([])
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds no violation on the sign-in page in ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme })
    await page.goto('/sign-in')
    await expect(page.getByRole('button', { name: 'Nadia Brunner' })).toBeVisible()
    await expectNoViolation(page)
  })
  for (const { name, open } of PAGES) {
    test(`axe finds no violation on ${name} in ${colorScheme}`, async ({ pageOf }) => {
      const page = await pageOf('Jonas', { colorScheme })
      await open(page)
      await expectNoViolation(page)
    })
  }
}
