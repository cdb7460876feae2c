import { connectAsync } from 'mqtt'
import { expectNoViolation } from './axe.ts'
import { expect, test } from './test.ts'

test('a device is added, speaks MQTT, becomes a signal on its machine’s page, and is revoked', async ({
  pageOf,
  callerOf,
}) => {
  const { port } = await (await callerOf('Jonas')).get<{ port?: number }>('/mqtt/door')
  test.skip(port === undefined, 'This house was not started by the tests: it takes no devices.')
  const page = await pageOf('Jonas')
  await page.goto('/settings')
  await page.getByRole('link', { name: 'Add device' }).click()
  await page.getByLabel('Name').fill('Bearing sensor')
  await page.getByRole('combobox', { name: 'Machine' }).fill('Mill 1')
  await page.getByRole('option', { name: /^Mill 1,/ }).click()
  await expectNoViolation(page)
  await page.getByRole('button', { name: 'Add device' }).click()
  const secret = (await page.getByText(/^mrd_/).textContent()) ?? ''
  await expect(page.getByText(/^mosquitto_pub /)).toContainText(`-p ${port} -q 1`)
  const id = (await page.getByText(/^[0-9a-f]{8}-[0-9a-f-]{27}$/).textContent()) ?? ''
  await expectNoViolation(page)
  await page.getByRole('button', { name: 'I have it' }).click()
  await expect(page.getByText('waits for its first word')).toBeVisible()

  const device = await connectAsync(`mqtt://127.0.0.1:${port}`, { username: id, password: secret, reconnectPeriod: 0 })
  const say = (message: string) => device.publishAsync(`millrace/v1/${id}/bearing_temperature`, message, { qos: 1 })
  await say('47.25')
  await expect(page.getByText('online', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Make a signal of bearing_temperature' }).click()
  const signals = page.getByRole('table', { name: 'Its signals' })
  await expect(signals).toContainText('Bearing temperature')
  await say('48.5')
  await expect(signals).toContainText('48.5')
  await say('hot')
  await expect(page.getByRole('table', { name: 'Could not be stored' })).toContainText('bearing_temperature is no JSON')
  await expectNoViolation(page)

  await page.getByRole('link', { name: 'Mill 1' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'Bearing temperature' })).toContainText('48.5')

  await page.goto('/settings')
  await page.getByRole('link', { name: 'Bearing sensor' }).click()
  const gone = new Promise((resolve) => device.once('close', () => resolve('hung up')))
  await page.getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  expect(await gone).toBe('hung up')
  await expect(page.getByText('revoked', { exact: true })).toBeVisible()
})
