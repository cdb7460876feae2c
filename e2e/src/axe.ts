import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** Instead of axe where a page has it already: reading its half a megabyte takes longer than most of its checks. */
const NOTHING = 'undefined'

/** How many elements of a violation are told. */
const NODES_TOLD = 5

interface Extent {
  /** Selects the part of the page to look at; all of it when left out. */
  readonly part?: string
  /** The rules to check; all of them when left out. */
  readonly rules?: string[]
  readonly exceptRules?: string[]
}

/**
 * Expects that axe finds nothing wrong on a page as it stands.
 *
 * Axe runs in the page itself and tells violations only. What else it does, telling of each rule every element that keeps it,
 * and putting the results of frames together in a page of its own, takes three times as long and concerns none of our pages.
 */
export async function expectNoViolation(page: Page, extent: Extent = {}): Promise<void> {
  expect(page.frames(), 'a frame, which nobody looks into').toHaveLength(1)
  const isThere = await page.evaluate(() => 'axe' in window)
  const builder = new AxeBuilder({ page, ...(isThere && { axeSource: NOTHING }) })
  const axe = builder.setLegacyMode().options({ resultTypes: ['violations'] })
  if (extent.part !== undefined) axe.include(extent.part)
  if (extent.rules) axe.withRules(extent.rules)
  if (extent.exceptRules) axe.disableRules(extent.exceptRules)
  const { violations } = await axe.analyze()
  const told = violations.map(({ id, help, nodes }) => ({
    rule: `${id}: ${help}`,
    nodes: nodes
      .slice(0, NODES_TOLD)
      .map(({ html, any, all }) => `${html.slice(0, 200)} ${any[0]?.message ?? all[0]?.message ?? ''}`),
  }))
  expect(told, `violations on ${page.url()}`).toEqual([])
}

/** The whole page in light; in dark only the colours differ. */
export async function expectNoViolationInLightAndDark(page: Page): Promise<void> {
  await show(page, 'light')
  await expectNoViolation(page)
  await show(page, 'dark')
  await expectNoViolation(page, { rules: ['color-contrast'] })
}

async function show(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme)
}
