import type { Page } from '@playwright/test'
import { tabTo } from './tab-to.ts'
import { expect, test } from './test.ts'

// One person from the first day to the last: a later test stands on an earlier one.
test.describe.configure({ mode: 'serial' })

const MARIA = 'Maria Inderbitzin'
const title = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })

async function openMaria(page: Page): Promise<void> {
  await page.goto('/identity/people?text=Inderbitzin')
  await page.getByRole('link', { name: MARIA }).click()
  await expect(title(page, MARIA)).toBeVisible()
}

test('with the keyboard alone an administrator adds a person, and sees beforehand what that gives', async ({
  pageOf,
}) => {
  const page = await pageOf('Jonas')
  await page.goto('/settings')
  await expect(title(page, 'Settings')).toBeVisible()
  // The second key belongs to the first for a moment only, which a busy machine may miss.
  await expect(async () => {
    await page.keyboard.press('g')
    await page.keyboard.press('p')
    await expect(title(page, 'People and access')).toBeVisible({ timeout: 2000 })
  }).toPass()
  await expect(page.getByRole('table', { name: 'People' })).toBeVisible()
  await tabTo(page, 'Add a person')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused()
  await page.keyboard.type(MARIA)
  await page.keyboard.press('Tab')
  await page.keyboard.type('maria.inderbitzin@alpine-edge.example')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Operator, blade milling')
  await tabTo(page, 'Add a role')
  await page.keyboard.press('Enter')
  const changes = page.getByRole('region', { name: 'What will change' })
  await expect(changes).toContainText(`${MARIA} gains at Sursee`)
  await tabTo(page, 'Where', 'Shift+Tab')
  await page.keyboard.type('blade mill')
  await expect(page.getByRole('option')).toHaveText([/^Blade milling/])
  await page.keyboard.press('Enter')
  await expect(changes).toContainText(`${MARIA} gains at Blade milling, Sursee`)
  await tabTo(page, 'Add')
  await page.keyboard.press('Enter')
  await expect(title(page, MARIA)).toBeVisible()
})

test('what the new person can see and do is shown with its reasons, and so is what not', async ({ pageOf }) => {
  const page = await pageOf('Jonas')
  await openMaria(page)
  await page.getByRole('link', { name: `What can ${MARIA} see and do?` }).click()
  await page.getByRole('button', { name: 'Control machines at Blade milling: all' }).click()
  await page.getByRole('button', { name: 'Send commands to machines: Why?' }).click()
  await expect(page.getByText(`Yes. ${MARIA} may send commands to machines at Blade milling.`)).toBeVisible()
  await expect(page.getByText('Operator at Blade milling allows it.')).toBeVisible()

  await page.getByRole('combobox', { name: 'Where' }).fill('grinding')
  await page.getByRole('option', { name: /^Grinding area/ }).click()
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByText(`No. ${MARIA} may not send commands to machines at Grinding.`)).toBeVisible()
  await expect(page.getByText('Operator at Blade milling contains it, but does not reach this place.')).toBeVisible()
})

test('another role is given with a confirmation, and the person is ended and can be brought back', async ({
  pageOf,
}) => {
  const page = await pageOf('Jonas')
  await openMaria(page)
  await page.getByRole('combobox', { name: 'Role', exact: true }).fill('setter')
  await page.getByRole('option', { name: 'Setter' }).click()
  const changes = page.getByRole('region', { name: 'What will change' })
  await expect(changes).toContainText(`${MARIA} gains at Blade milling, Sursee`)
  await expect(changes.getByRole('paragraph').filter({ hasText: 'Add and change signals' })).toBeVisible()
  await page.getByRole('textbox', { name: 'Reason' }).fill('Learned to set the mills.')
  await page.getByRole('button', { name: 'Save the roles' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click()
  await expect(changes).toHaveCount(0)
  await expect(page.getByRole('combobox', { name: 'Role', exact: true })).toHaveValue('Setter')

  await page.getByRole('button', { name: 'End', exact: true }).click()
  await page.getByRole('textbox', { name: 'Reason' }).fill('Moved away.')
  await page.getByRole('button', { name: `End ${MARIA}` }).click()
  await expect(page.getByText(/^left .*, cannot sign in$/)).toBeVisible()
  await page.goto('/identity/people?state=ended&text=Inderbitzin')
  await expect(page.getByRole('row').filter({ hasText: MARIA })).toContainText('left')
})

test('who may not see people finds neither the entry nor the page’s content', async ({ pageOf }) => {
  const page = await pageOf('Lena')
  await page.goto('/overview')
  await expect(title(page, 'Today')).toBeVisible()
  await expect(page.getByRole('link', { name: 'People and access' })).toHaveCount(0)
  await page.goto('/identity/people')
  await expect(page.getByRole('alert')).toContainText('Not allowed')
})
