import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { expectNoViolation } from './axe.ts'
import { RECEIVER_PORT } from './demo-house.ts'
import { expect, test } from './test.ts'

const ARRIVES_MS = 30_000

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let server: Server
const received: Received[] = []

test.beforeAll(async () => {
  const port = process.env[RECEIVER_PORT]
  test.skip(port === undefined, 'This house was not started by the tests: it may not call a receiver of theirs.')
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (piece: Buffer) => {
      body += piece.toString()
    })
    request.on('end', () => {
      received.push({ headers: request.headers, body })
      response.writeHead(200, { 'content-type': 'text/plain' }).end('Noted.')
    })
  })
  await new Promise<void>((resolve) => server.listen(Number(port), '127.0.0.1', resolve))
})

test.afterAll(async () => {
  server?.closeAllConnections()
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
})

test('a webhook is made, tried out, seen to arrive, sent again, and removed', async ({ pageOf }) => {
  const page = await pageOf('Jonas')
  await page.goto('/overview')
  await page.getByRole('link', { name: 'Webhooks' }).click()
  await page.getByRole('link', { name: 'New webhook' }).click()
  await page.getByLabel('Name').fill('ERP in Sursee')
  await page.getByLabel('Address').fill('http://10.0.0.1/')
  await page.getByRole('checkbox', { name: 'A plant or machine was added or changed' }).check()
  const make = async () => {
    await page.getByRole('button', { name: 'Make webhook' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click()
  }
  await make()
  await expect(page.getByRole('alert')).toContainText('10.0.0.1 is not on the public internet')
  await page.getByLabel('Address').fill(`http://127.0.0.1:${process.env[RECEIVER_PORT]}/events`)
  await make()
  const secret = await page.getByText(/^whsec_/).textContent()
  await page.getByRole('button', { name: 'I have it' }).click()

  await expect(page.getByText('Waits for the first event')).toBeVisible()
  await page.getByRole('button', { name: 'Send a test event' }).click()
  await expect(page.getByText(/^Delivering, last 200 OK /)).toBeVisible({ timeout: ARRIVES_MS })
  const [first] = received
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = first?.headers ?? {}
  const key = Buffer.from(secret?.slice('whsec_'.length) ?? '', 'base64')
  const right = createHmac('sha256', key).update(`${id}.${at}.${first?.body}`).digest('base64')
  expect(signature).toBe(`v1,${right}`)
  expect(JSON.parse(first?.body ?? '')).toMatchObject({ specversion: '1.0', type: 'dev.millrace.exchange.test' })
  await expectNoViolation(page)

  const deliveries = page.getByRole('table', { name: 'Deliveries' })
  await expect(deliveries.getByRole('row').nth(1)).toContainText('delivered')
  await deliveries.getByRole('button', { name: 'Send again: A test' }).click()
  await expect.poll(() => received.length, { timeout: ARRIVES_MS }).toBe(2)
  expect(received[1]?.headers['webhook-id']).toBe(id)
  expect(received[1]?.body).toBe(first?.body)
  await deliveries.getByRole('link', { name: 'A test' }).click()
  const attempts = page.getByRole('table', { name: 'Attempts' })
  await expect(attempts.getByRole('row')).toHaveCount(3, { timeout: ARRIVES_MS })
  await expect(attempts.getByRole('row').nth(1)).toContainText('Noted.')
  await expectNoViolation(page)

  await page.goBack()
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText(/^No program is told yet/)).toBeVisible()
})

test('who may not see webhooks is not offered them', async ({ pageOf }) => {
  const page = await pageOf('Lena')
  await page.goto('/overview')
  await expect(page.getByRole('link', { name: 'Findings' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Webhooks' })).toHaveCount(0)
})
