import { expect, test } from './test.ts'

const COMMAND_MS = 30_000

test('Ctrl K finds a machine by its name and opens it', async ({ pageOf }) => {
  const page = await pageOf('Nadia')
  await page.goto('/settings')
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
  await page.keyboard.press('Control+k')
  const search = page.getByRole('textbox', { name: 'Machines, pages, findings' })
  await expect(search).toBeFocused()
  await page.keyboard.type('grinder b')
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Grinder B' })).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Grinder B' })).toBeVisible()
})

test('? lists the shortcuts, and those of the pages work', async ({ pageOf }) => {
  const page = await pageOf('Nadia')
  await page.goto('/settings')
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
  await page.keyboard.press('?')
  const shortcuts = page.getByRole('dialog', { name: 'Shortcuts' })
  await expect(shortcuts).toContainText('Go to Findings')
  await page.keyboard.press('Escape')
  await expect(shortcuts).toBeHidden()
  await page.keyboard.press('g')
  await page.keyboard.press('m')
  await expect(page.getByRole('heading', { level: 1, name: 'Machines' })).toBeVisible()
})

test('a whole decision is made with the keyboard alone', async ({ pageOf }) => {
  const page = await pageOf('Lena')
  await page.goto('/overview')
  await expect(page.getByRole('heading', { level: 1, name: 'Today' })).toBeVisible()
  await page.keyboard.press('g')
  await page.keyboard.press('f')
  const row = page.getByRole('row').filter({ hasText: 'Mill 4, ' })
  await expect(row).toBeVisible()
  await tabTo('Spindle bearing is failing')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Spindle bearing is failing' })).toBeVisible()
  await tabTo('Change')
  await page.keyboard.press('Enter')
  await tabTo('What to do')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await tabTo('Why this instead')
  await page.keyboard.type('Spare it until the spare spindle is here.')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/Spare it until the spare spindle is here\./)).toBeVisible()
  const readBack = page.getByRole('listitem').filter({ hasText: /^read back$/ })
  await expect(readBack).toHaveAttribute('title', /\d\d:\d\d:\d\d/, { timeout: COMMAND_MS })

  /** Presses Tab until the thing of this name has the focus: no more often than a patient person would. */
  async function tabTo(name: string): Promise<void> {
    const limit = 80
    for (let pressed = 0; pressed < limit; pressed++) {
      await page.keyboard.press('Tab')
      const focused = page.locator(':focus')
      if ((await focused.count()) === 1 && (await accessibleName(focused)) === name) return
    }
    throw new Error(`${limit} presses of Tab did not reach ${name}.`)
  }
})

/** The name of an element as read out, as far as labels and content make it. */
function accessibleName(element: import('@playwright/test').Locator): Promise<string> {
  return element.evaluate((node) => {
    const labels = node instanceof HTMLInputElement ? [...(node.labels ?? [])] : []
    const label = node.getAttribute('aria-label') ?? labels[0]?.textContent ?? node.textContent
    return label?.trim() ?? ''
  })
}
