import type { CDPSession, Page } from '@playwright/test'
import { expect, test } from './test.ts'

// Passkeys are bound to a host name, and browsers have none for an IP address.
const named = (url: string) => url.replace('127.0.0.1', 'localhost')

/** A device with a fingerprint reader, as far as the browser can tell. */
async function addAuthenticator(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  return session
}

test('a passkey is made, signs in by itself, and confirms what is risky', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL: named(baseURL ?? '') })
  const page = await context.newPage()
  await addAuthenticator(page)
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Andrea Wyss Auditor' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Today' })).toBeVisible()
  await page.getByRole('button', { name: /person menu$/ }).click()
  await page.getByRole('menuitem', { name: 'My profile' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Andrea Wyss' })).toBeVisible()

  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByLabel('Name of the device').fill('Work laptop')
  await page.getByRole('button', { name: 'Make the passkey' }).click()
  const confirm = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await expect(confirm).toContainText('Add a passkey')
  await expect(confirm).toContainText('invented data')
  await confirm.getByRole('button', { name: 'Confirm' }).click()
  const codes = page.getByRole('dialog', { name: 'Recovery codes' })
  await expect(codes.getByRole('listitem')).toHaveCount(10)
  await codes.getByLabel('I have printed them or written them down').check()
  await codes.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('table', { name: 'Passkeys' })).toContainText('Work laptop')
  await expect(page.getByRole('table', { name: 'Sessions and devices' })).toContainText('this one')

  await page.getByRole('button', { name: /person menu$/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Today' })).toBeVisible()

  // Now that there is a passkey, pressing is not enough any more. By keyboard alone.
  await page.goto('/identity/profile')
  await page.getByRole('button', { name: 'Remove Work laptop' }).focus()
  await page.keyboard.press('Enter')
  await expect(confirm).toContainText('Remove a passkey')
  await expect(confirm).toContainText('Work laptop')
  await page.keyboard.press('Escape')
  await expect(confirm).toBeHidden()
  await expect(page.getByRole('table', { name: 'Passkeys' })).toContainText('Work laptop')
  await page.getByRole('button', { name: 'Remove Work laptop' }).focus()
  await page.keyboard.press('Enter')
  await expect(confirm.getByRole('button', { name: 'Confirm with passkey' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('table', { name: 'Passkeys' })).toBeHidden()
  await context.close()
})

test('control is moved to the plant of a machine where it is refused, with a confirmation', async ({
  pageOf,
  callerOf,
  baseURL,
}) => {
  const { cookie, get } = await callerOf('Chiara')
  const { items } = await get<{ items: { id: string; name: string }[] }>('/plant/equipment')
  const siteId = items.find(({ name }) => name === 'Sursee')?.id
  await moveControl(`${baseURL}/api/v1/identity`, cookie, JSON.stringify({ siteId }))

  const page = await pageOf('Chiara')
  await page.goto(`/plant/machines/${items.find(({ name }) => name === 'Chiller')?.id}`)
  const setPoint = page.getByRole('listitem').filter({ hasText: 'Supply set-point' })
  await setPoint.getByRole('button', { name: 'Change' }).click()
  await setPoint.getByLabel('New value').fill('11')
  await setPoint.getByLabel('Reason').fill('The presses of the night shift run cold.')
  await setPoint.getByRole('button', { name: /^Write/ }).click()
  await expect(setPoint.getByRole('alert')).toContainText('You control machines in Sursee now.')
  await setPoint.getByRole('button', { name: 'Move my control to Querétaro' }).click()
  const confirm = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await expect(confirm).toContainText('Control machines in another plant from now on')
  await expect(confirm).toContainText('Querétaro')
  await confirm.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByRole('table', { name: 'Commands' })).toContainText('The presses of the night shift run cold.')
})

/** Moves a demo person's control through the API: asked, confirmed, done. */
async function moveControl(identity: string, cookie: string, body: string): Promise<void> {
  const call = (method: string, path: string, payload: string, proof?: string) =>
    fetch(identity + path, {
      method,
      headers: { 'content-type': 'application/json', cookie, ...(proof && { 'millrace-step-up': proof }) },
      body: payload,
    })
  const { stepUpId } = await (await call('PUT', '/control-seat', body)).json()
  const { proof } = await (await call('POST', `/step-ups/${stepUpId}/confirm`, '{"press":true}')).json()
  expect((await call('PUT', '/control-seat', body, proof)).status).toBe(200)
}
