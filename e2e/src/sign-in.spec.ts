import { createHmac } from 'node:crypto'
import { addAuthenticator, recordRequests } from './authenticator.ts'
import { expect, test } from './test.ts'

/** The code an authenticator app shows for a secret, half a minute ahead or now (RFC 6238). */
function totpCode(secret: string, stepsAhead: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + stepsAhead))
  const hash = createHmac('sha1', key).update(counter).digest()
  const at = (hash.at(-1) ?? 0) & 15
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

test('a passkey is made, signs in by itself or as a suggestion, and confirms what is risky', async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({ baseURL: baseURL ?? '' })
  const page = await context.newPage()
  const touch = await addAuthenticator(page)
  const requests = await recordRequests(page, () => touch(true))
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

  // The e-mail field offers the passkey, but no finger is on the reader; who is asked by the button puts one there.
  const signOut = async () => {
    await page.getByRole('button', { name: /person menu$/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
  }
  await touch(false)
  await signOut()
  await expect.poll(requests).toContain('conditional')
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Today' })).toBeVisible()
  expect((await requests()).at(-1)).toBe('asked')

  // This device takes what is suggested at once: nothing is pressed and nothing typed.
  await signOut()
  await expect.poll(async () => (await requests()).at(-1)).toBe('conditional')
  await expect(page.getByRole('button', { name: /Andrea Wyss, person menu$/ })).toBeVisible()

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

test('who has an authenticator app is asked for its code after the password, and a wrong one opens nothing', async ({
  pageOf,
  browser,
  baseURL,
}) => {
  const password = 'three quiet words'
  const page = await pageOf('Beat')
  await page.goto('/identity/profile')
  const email = (await page.getByText(/@alpine-edge\.example$/).textContent()) ?? ''
  const confirm = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await page.getByRole('button', { name: 'Set a password' }).click()
  await page.getByLabel('New password').fill(password)
  await page.getByRole('button', { name: 'Set a password' }).click()
  await confirm.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByText(/^Your password is changed/)).toBeVisible()
  await page.getByRole('button', { name: 'Set up an authenticator app' }).click()
  await confirm.getByRole('button', { name: 'Confirm' }).click()
  const setUp = page.getByRole('dialog', { name: 'Set up an authenticator app' })
  const secret = ((await setUp.locator('code').textContent()) ?? '').replaceAll(' ', '')
  await setUp.getByLabel('Code the app shows now').fill(totpCode(secret, 0))
  await setUp.getByRole('button', { name: 'Finish' }).click()
  await expect(page.getByRole('dialog', { name: 'Recovery codes' }).getByRole('listitem')).toHaveCount(10)

  const context = await browser.newContext({ baseURL: baseURL ?? '' })
  const visitor = await context.newPage()
  await visitor.goto('/sign-in?next=%2Fplant%2Fmachines')
  await visitor.getByLabel('E-mail').fill(email)
  await visitor.getByLabel(/^Password/).fill(password)
  await visitor.keyboard.press('Enter')
  const code = visitor.getByLabel('Code of the authenticator app')
  await expect(code).toBeFocused()
  // Half signed in is not signed in.
  await visitor.goto('/plant/machines')
  await expect(visitor.getByRole('heading', { name: 'One more step' })).toBeVisible()
  await code.fill('000000')
  await visitor.keyboard.press('Enter')
  await expect(visitor.getByRole('alert')).toContainText('This code is wrong.')
  // The code of now was used up by setting up.
  await code.fill(totpCode(secret, 1))
  await visitor.keyboard.press('Enter')
  await expect(visitor.getByRole('heading', { level: 1, name: 'Machines' })).toBeVisible()
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
