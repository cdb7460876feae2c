import type { Page } from '@playwright/test'
import { expect, test } from './test.ts'

const SCIM = 'application/scim+json'
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'

const confirm = (page: Page) => page.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click()

test('an identity provider gets a token, sends a person and a group, and the group gets a role', async ({ pageOf }) => {
  const page = await pageOf('Jonas')
  await page.goto('/identity/sign-in-settings')
  await expect(page.getByText('No token yet. Make one for your identity provider.')).toBeVisible()
  await page.getByRole('button', { name: 'New token' }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Entra ID')
  await page.getByRole('button', { name: 'Make the token' }).click()
  await confirm(page)
  const made = page.getByRole('dialog', { name: 'Token Entra ID' })
  const secret = (await made.locator('code').textContent()) ?? ''
  await made.getByRole('button', { name: 'Done' }).click()
  const address = await page.getByText('/api/v1/identity/scim/v2').textContent()

  // The identity provider's side, which has no session.
  const headers = { authorization: `Bearer ${secret}`, 'content-type': SCIM }
  const send = (path: string, data: object) =>
    fetch(`${address}${path}`, { method: 'POST', headers, body: JSON.stringify(data) })
  const user = await send('/Users', {
    schemas: [USER],
    userName: 'noa@alpine-edge.example',
    displayName: 'Noa Provisioned',
  })
  expect(user.status).toBe(201)
  const { id } = (await user.json()) as { id: string }
  await send('/Groups', { schemas: [GROUP], displayName: 'Planners of Sursee', members: [{ value: id }] })
  expect((await send('/Users', { schemas: [USER], userName: 'no address' })).status).toBe(400)

  await page.reload()
  await expect(page.getByText('1 person, 1 of them active, in 1 group')).toBeVisible()
  await expect(page.getByRole('table', { name: 'What was refused lately' })).toContainText('needs an e-mail address')
  await page.getByRole('button', { name: 'Change Roles of Planners of Sursee' }).click()
  const roles = page.getByRole('dialog', { name: 'Roles of Planners of Sursee' })
  await roles.getByRole('button', { name: 'Add a role' }).click()
  await roles.getByLabel('Role', { exact: true }).fill('planner')
  await page.getByRole('option', { name: 'Planner', exact: true }).click()
  await roles.getByRole('button', { name: 'Save the roles' }).click()
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByRole('table', { name: 'Groups and their roles' })).toContainText('Planner at Sursee')

  await page.goto(`/identity/people/${id}`)
  await expect(page.getByText(/^Looked after by the identity provider:/)).toBeVisible()
  await expect(page.getByText(/^One of these roles comes with a group/)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Edit' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Take back' }).click()
  await page.getByRole('button', { name: 'Take Noa Provisioned back' }).click()
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByRole('button', { name: 'Edit' })).toBeVisible()
})
