import type { Page } from '@playwright/test'
import { expect, test } from './test.ts'

const COMMAND_MS = 30_000
const OUTCOME_MS = 150_000

// The decisions of one working day: a later one stands on an earlier one.
test.describe.configure({ mode: 'serial' })

const step = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: new RegExp(`^${name}$`) })

async function openFinding(page: Page, machine: string): Promise<void> {
  await page.goto('/insight/findings')
  const row = page.getByRole('row').filter({ hasText: `${machine}, ` })
  await row.getByRole('link', { name: /^(Decide|Open)$/ }).click()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
}

test('a planner reads findings but cannot decide them, neither on the page nor past it', async ({
  pageOf,
  callerOf,
}) => {
  const page = await pageOf('Karin')
  await openFinding(page, 'Mill 2')
  await expect(page.getByText('Your role may read findings, not decide them.')).toBeVisible()
  for (const name of ['Accept', 'Change', 'Dismiss']) {
    await expect(page.getByRole('button', { name, exact: true })).toHaveCount(0)
  }

  const id = new URL(page.url()).pathname.split('/').at(-1)
  const { cookie } = await callerOf('Karin')
  const answer = await fetch(new URL(`/api/v1/insight/findings/${id}/dismiss`, page.url()), {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ reason: 'I would rather not.' }),
  })
  expect(answer.status).toBe(403)
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
})

test('accepting what is suggested for the worn tool writes to the machine and reads it back', async ({ pageOf }) => {
  const page = await pageOf('Lena')
  await openFinding(page, 'Mill 2')
  await expect(page.getByRole('heading', { level: 1, name: 'Tool is worn' })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Spindle vibration' })).toBeVisible()
  await expect(page.getByText(/^Suggested: Feed override to 85\s%$/)).toBeVisible()
  await page.getByRole('button', { name: 'Accept' }).click()
  for (const name of ['requested', 'sent', 'written', 'read back']) {
    await expect(step(page, name)).toHaveAttribute('title', /\d\d:\d\d:\d\d/, { timeout: COMMAND_MS })
  }
  await expect(page.getByText(/^read back 85\s%$/)).toBeVisible()
  await expect(page.getByText('The outcome is being measured at the same state of the machine.')).toBeVisible()
  await expect(page.getByText(/Accepted Lena Zgraggen/)).toBeVisible()

  await page.getByRole('main').getByRole('link', { name: 'Mill 2, Sursee' }).click()
  const commands = page.getByRole('table', { name: 'Commands' })
  await expect(commands.getByRole('row').nth(1)).toContainText(/Feed override 100\s% → 85\s%.*Lena Zgraggen/)
  await expect(commands.getByRole('row').nth(1)).toContainText(/read back 85\s%/)
})

test('another value than the suggested one needs a reason, and is written with it', async ({ pageOf }) => {
  const page = await pageOf('Chiara')
  await openFinding(page, 'Press 2')
  await page.getByRole('button', { name: 'Change' }).click()
  const value = page.getByLabel(/^Value, between/)
  await value.fill('500')
  await expect(page.getByText(/^Between 8\sl\/min and 40\sl\/min$/)).toBeVisible()
  await value.fill('20')
  await page.getByRole('button', { name: 'Accept with this change' }).click()
  await expect(page.getByText('Say why, in at least three letters')).toBeVisible()
  await page.getByLabel('Why this instead').fill('The chiller is short of water today.')
  await page.getByRole('button', { name: 'Accept with this change' }).click()
  await expect(step(page, 'read back')).toHaveAttribute('title', /\d\d:\d\d:\d\d/, { timeout: COMMAND_MS })
  await expect(page.getByText(/^read back 20\sl\/min$/)).toBeVisible()
  await expect(page.getByText(/Accepted with a change .*The chiller is short of water today\./)).toBeVisible()
})

test('what is not worth acting on is dismissed with a reason, and leaves the inbox on every screen', async ({
  pageOf,
}) => {
  const other = await pageOf('Nadia')
  await other.goto('/insight/findings')
  const row = other.getByRole('row').filter({ hasText: 'Furnace 2, ' })
  await expect(row).toBeVisible()
  await expect(other.getByText(/^live/)).toBeVisible()

  const page = await pageOf('Sofia')
  await openFinding(page, 'Furnace 2')
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await expect(page.getByText('Say why, in at least three letters')).toBeVisible()
  await page.getByRole('button', { name: 'Sensor problem' }).click()
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await expect(page.getByText(/Dismissed Sofia Keller.*Sensor problem/)).toBeVisible()

  await expect(row).toHaveCount(0)
  await other.getByText('Decided', { exact: true }).click()
  await expect(row.first()).toContainText('dismissed')
})

test('the outcome of the accepted change is measured: vibration before and after', async ({ pageOf }) => {
  test.setTimeout(OUTCOME_MS + 60_000)
  const page = await pageOf('Lena')
  await page.goto('/insight/findings?state=decided')
  await page.getByRole('row').filter({ hasText: 'Mill 2, ' }).first().getByRole('link', { name: 'Open' }).click()
  await expect(page.getByRole('heading', { name: 'Outcome: better' })).toBeVisible({ timeout: OUTCOME_MS })
  await expect(step(page, 'measured')).toHaveAttribute('title', /\d\d:\d\d:\d\d/)
  const vibration = async (word: string) => {
    const bar = page.getByRole('img', { name: new RegExp(`^${word} [\\d.]+\\smm/s$`) })
    return Number.parseFloat((await bar.getAttribute('aria-label'))?.slice(word.length) ?? '')
  }
  expect(await vibration('after')).toBeLessThan(await vibration('before'))
})
