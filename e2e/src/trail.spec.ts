import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Caller } from '@millrace/testing/house'
import type { Page } from '@playwright/test'
import { expectNoViolation } from './axe.ts'
import { expect, test } from './test.ts'

const VERIFIER = fileURLToPath(new URL('../../apps/cli/src/verify-trail.ts', import.meta.url))
const VERIFIED_MS = 60_000

async function download(page: Page, name: string): Promise<string> {
  const coming = page.waitForEvent('download')
  await page.getByRole('group', { name: 'Save what is shown' }).getByRole('link', { name }).click()
  return (await coming).path()
}

interface Found {
  readonly id: string
  readonly title: string
  readonly decision: { by: string; at: string; choice: string; reason: string } | null
}

/** A finding is dismissed now; where nothing is open any more, the dismissal that was made last. */
async function decisionOf(caller: Caller): Promise<{ title: string; by: string; reason: string }> {
  const { items } = await caller.get<{ items: Found[] }>('/insight/findings?state=open')
  const open = items.at(-1)
  if (open) {
    const reason = `Seen at the machine, nothing is loose: ${open.id.slice(-6)}`
    await caller.send('POST', `/insight/findings/${open.id}/dismiss`, { reason })
    return { title: open.title, by: 'Lena Zgraggen', reason }
  }
  const decided = await caller.get<{ items: Found[] }>('/insight/findings?state=decided')
  const [last] = decided.items
    .filter(({ decision }) => decision?.choice === 'dismissed')
    .sort((a, b) => (b.decision?.at ?? '').localeCompare(a.decision?.at ?? ''))
  expect(last).toBeDefined()
  return { title: last?.title ?? '', by: last?.decision?.by ?? '', reason: last?.decision?.reason ?? '' }
}

test('an auditor finds a decision in the trail, sees what it changed, verifies the trail and takes it along', async ({
  pageOf,
  callerOf,
}) => {
  const { title, by, reason } = await decisionOf(await callerOf('Lena'))

  const page = await pageOf('Andrea')
  await page.goto('/overview')
  await page.getByRole('link', { name: 'Audit trail' }).click()
  await page.getByRole('searchbox', { name: 'Search names, acts and reasons' }).fill(reason)
  const rows = page.getByRole('table', { name: 'Audit trail' }).getByRole('row')
  await expect.poll(() => rows.count()).toBeLessThan(10)
  const sentence = `${by} dismissed “${title}”`
  await page.getByRole('button', { name: `Details of: ${sentence}` }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText(sentence)
  await expect(dialog).toContainText(reason)
  const difference = dialog.getByRole('table', { name: 'Difference' })
  await expect(difference.getByRole('row').filter({ hasText: /^state/ })).toContainText('opendismissed')
  await expectNoViolation(page, { part: '[role=dialog]' })
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)

  await page.getByRole('button', { name: 'Verify' }).click()
  await expect(page.getByText(/^Every one of [\d,]+ events is as it was written\. /)).toBeVisible({
    timeout: VERIFIED_MS,
  })

  const table = (await readFile(await download(page, 'CSV'), 'utf8')).trimEnd().split('\r\n')
  // The export is an act itself, and names what it was of.
  expect(table.filter((row) => row.includes(reason) && row.includes(',insight.finding.dismiss,'))).toHaveLength(1)
  expect(table.length).toBeLessThan(10)
  const file = await download(page, 'JSON Lines')
  const { stdout } = await promisify(execFile)(process.execPath, [VERIFIER, file])
  expect(stdout).toContain('Nothing was changed.')
  expect(stdout).toMatch(/^[1-9] events read/m)

  // Taking it along, and reading it, stand in the trail themselves.
  await page.getByRole('searchbox', { name: 'Search names, acts and reasons' }).fill('Andrea')
  await expect(page.getByRole('button', { name: /Andrea .* exported the trail/ }).nth(1)).toBeVisible()
  await expect(page.getByRole('button', { name: /Andrea .* verified the trail/ }).first()).toBeVisible()
  await expect(page.getByRole('button', { name: /Andrea .* read the trail/ }).first()).toBeVisible()
})

test('no act of a lived-in house is shown by a raw name', async ({ pageOf }) => {
  const page = await pageOf('Andrea')
  await page.goto('/identity/trail')
  const buttons = page.getByRole('table', { name: 'Audit trail' }).getByRole('button')
  await expect(buttons.first()).toBeVisible()
  const shown = await buttons.count()
  await page.getByRole('button', { name: 'Older ones' }).click()
  await expect.poll(() => buttons.count()).toBeGreaterThan(shown)
  const raw = (await buttons.allTextContents()).filter((text) =>
    /: (identity|plant|telemetry|control|insight|exchange|demo|http) /.test(text),
  )
  expect(raw).toEqual([])
})
