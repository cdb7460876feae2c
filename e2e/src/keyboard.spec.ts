import { tabTo } from './tab-to.ts'
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
  await tabTo(page, 'Spindle bearing is failing')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Spindle bearing is failing' })).toBeVisible()
  await tabTo(page, 'Change')
  await page.keyboard.press('Enter')
  await tabTo(page, 'What to do')
  // The list opens at what is chosen, and one presses on once it is there.
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('option', { name: /^Plan a change of the spindle bearing/ })).toBeVisible()
  const slower = page.getByRole('option', { name: /^Feed override to/ })
  await expect(async () => {
    await page.keyboard.press('ArrowDown')
    await expect(slower).toHaveAttribute('data-combobox-selected', 'true', { timeout: 1000 })
  }).toPass()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('combobox', { name: 'What to do' })).toHaveValue(/^Feed override to/)
  await tabTo(page, 'Why this instead')
  await page.keyboard.type('Spare it until the spare spindle is here.')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/Spare it until the spare spindle is here\./)).toBeVisible()
  const readBack = page.getByRole('listitem').filter({ hasText: /^read back$/ })
  await expect(readBack).toHaveAttribute('title', /\d\d:\d\d:\d\d/, { timeout: COMMAND_MS })
})
