import type { Page } from '@playwright/test'
import { addAuthenticator, recordRequests } from './authenticator.ts'
import { expectNoViolationInLightAndDark } from './axe.ts'
import { expect, test } from './test.ts'

// One person from the invitation to the forgotten password: a later test stands on an earlier one.
test.describe.configure({ mode: 'serial' })

const NILS = { name: 'Nils Aeschbacher', email: 'nils.aeschbacher@alpine-edge.example' }
const PASSWORD = 'three very quiet words'
const NEW_PASSWORD = 'four even quieter words'
const title = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })

let link = ''

/** What the clipboard holds after the button of the dialog was pressed. */
async function copied(page: Page): Promise<string> {
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Copy the link' }).click()
  await expect(dialog.getByRole('button', { name: 'Copied' })).toBeVisible()
  const text = await page.evaluate(() => navigator.clipboard.readText())
  await dialog.getByRole('button', { name: 'Done' }).click()
  return text
}

async function openNils(page: Page): Promise<void> {
  await page.goto('/identity/people?text=Aeschbacher')
  await page.getByRole('link', { name: NILS.name }).click()
  await expect(title(page, NILS.name)).toBeVisible()
}

test('an administrator invites a person with a role, confirms it, and copies the link', async ({ pageOf }) => {
  const page = await pageOf('Jonas', { permissions: ['clipboard-read', 'clipboard-write'] })
  await page.goto('/identity/people')
  await page.getByRole('button', { name: 'Invite a person' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill(NILS.name)
  await dialog.getByRole('textbox', { name: 'E-mail' }).fill(NILS.email)
  await dialog.getByRole('textbox', { name: 'What the person does' }).fill('Operator, blade milling')
  await dialog.getByRole('button', { name: 'Add a role' }).click()
  await dialog.getByRole('button', { name: 'Invite', exact: true }).click()
  await page.getByRole('button', { name: 'Confirm', exact: true }).click()
  await expect(page.getByRole('dialog', { name: `Invitation for ${NILS.name}` })).toBeVisible()
  link = await copied(page)
  expect(link).toMatch(/\/join\?token=mri_/)
  await page.goto('/identity/people?text=Aeschbacher')
  await expect(page.getByRole('row').filter({ hasText: NILS.name })).toContainText(/invited, until/)
})

test('who was invited joins in a browser of their own, and sees what the role allows and nothing else', async ({
  browser,
}) => {
  const page = await (await browser.newContext()).newPage()
  await page.goto(link)
  await expect(title(page, 'Join Alpine Edge AG')).toBeVisible()
  await expect(page.getByText(NILS.email)).toBeVisible()
  await expectNoViolationInLightAndDark(page)
  await page.getByLabel(/^New password/).fill('password12345')
  await page.getByRole('button', { name: 'Join with this password' }).click()
  await expect(page.getByRole('alert')).toContainText('Password is easy to guess')
  await page.getByLabel(/^New password/).fill(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(title(page, 'Today')).toBeVisible()
  await expect(page.getByRole('button', { name: `${NILS.name}, person menu` })).toBeVisible()
  await expect(page.getByRole('link', { name: 'People and access' })).toHaveCount(0)
  await page.goto('/identity/people')
  await expect(page.getByRole('alert')).toContainText('Not allowed')

  const other = await (await browser.newContext()).newPage()
  await other.goto(link)
  await expect(other.getByRole('alert')).toContainText('Invitation was used')
  await expect(other.getByLabel(/^New password/)).toHaveCount(0)
  await other.goto(link.slice(0, -1))
  await expect(other.getByRole('alert')).toContainText('No such invitation')
  await other.context().close()
  await page.context().close()
})

test('where no mail is sent the page says whom to ask, and an administrator’s link sets the password anew', async ({
  browser,
  pageOf,
}) => {
  const page = await (await browser.newContext()).newPage()
  await page.goto('/sign-in')
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await expect(page.getByText(/^No mail is sent from here/)).toBeVisible()
  await expectNoViolationInLightAndDark(page)

  const admin = await pageOf('Jonas', { permissions: ['clipboard-read', 'clipboard-write'] })
  await openNils(admin)
  await expect(admin.getByText('Joined by an invitation of Jonas Arnold.')).toBeVisible()
  await admin.getByRole('button', { name: 'Make a reset link' }).click()
  await admin.getByRole('button', { name: 'Confirm', exact: true }).click()
  await expect(admin.getByRole('dialog', { name: `New password for ${NILS.name}` })).toBeVisible()
  const reset = await copied(admin)

  await page.goto(reset)
  await expect(page.getByText(NILS.email)).toBeVisible()
  await expectNoViolationInLightAndDark(page)
  await page.getByLabel(/^New password/).fill(NEW_PASSWORD)
  await page.getByRole('button', { name: 'Set the password' }).click()
  await expect(title(page, 'Your password is set')).toBeVisible()
  await expect(page.getByRole('status')).toContainText('You were signed out everywhere: one session has ended.')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByLabel('E-mail').fill(NILS.email)
  await page.getByLabel(/^Password/).fill(NEW_PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(title(page, 'Today')).toBeVisible()
  await page.context().close()
})

test('who was invited joins with a passkey of the device instead, keeps the recovery codes, and comes back with it', async ({
  browser,
  pageOf,
}) => {
  const admin = await pageOf('Jonas', { permissions: ['clipboard-read', 'clipboard-write'] })
  await admin.goto('/identity/people?text=Philipp Zemp')
  await admin.getByRole('link', { name: 'Philipp Zemp' }).click()
  await admin.getByRole('button', { name: 'Invite', exact: true }).click()
  await admin.getByRole('button', { name: 'Confirm', exact: true }).click()
  const invitation = await copied(admin)

  const page = await (await browser.newContext()).newPage()
  const touch = await addAuthenticator(page)
  const requests = await recordRequests(page)
  // Passkeys belong to a name, not to an address.
  await page.goto(invitation.replace('127.0.0.1', 'localhost'))
  await page.getByRole('textbox', { name: 'Name of the device' }).fill('Work laptop')
  await page.getByRole('button', { name: 'Join with a passkey' }).click()
  const codes = page.getByRole('dialog', { name: 'Recovery codes' })
  await expect(codes.getByRole('listitem')).toHaveCount(10)
  await codes.getByRole('checkbox').check()
  await codes.getByRole('button', { name: 'Done' }).click()
  // With the finger on it the device would answer by itself, as soon as the page suggests its passkey.
  await touch(false)
  await page.getByRole('button', { name: 'Philipp Zemp, person menu' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect.poll(requests).toContain('conditional')
  await touch(true)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await expect(page.getByRole('button', { name: 'Philipp Zemp, person menu' })).toBeVisible()
  await page.context().close()
})

test('an invitation is withdrawn on the page of the person, and its link says so', async ({ pageOf, browser }) => {
  const admin = await pageOf('Jonas', { permissions: ['clipboard-read', 'clipboard-write'] })
  await admin.goto('/identity/people?text=Claudia Hess')
  await admin.getByRole('link', { name: 'Claudia Hess' }).click()
  await admin.getByRole('button', { name: 'Invite', exact: true }).click()
  await admin.getByRole('button', { name: 'Confirm', exact: true }).click()
  const withdrawn = await copied(admin)
  await admin.getByRole('button', { name: 'Withdraw' }).click()
  await expect(admin.getByText('Invited by Jonas Arnold, and taken back.')).toBeVisible()
  const page = await (await browser.newContext()).newPage()
  await page.goto(withdrawn)
  await expect(page.getByRole('alert')).toContainText('Invitation was withdrawn')
  await page.context().close()
})
