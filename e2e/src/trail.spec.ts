import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import AxeBuilder from '@axe-core/playwright'
import { until } from '@millrace/testing/house'
import type { Page } from '@playwright/test'
import { expect, test } from './test.ts'

const VERIFIER = fileURLToPath(new URL('../../apps/cli/src/verify-trail.ts', import.meta.url))
const VERIFIED_MS = 60_000
/** The demo's machines raise something every few minutes. */
const FOUND_MS = 90_000

async function download(page: Page, name: string): Promise<string> {
  const coming = page.waitForEvent('download')
  await page.getByRole('group', { name: 'Save what is shown' }).getByRole('link', { name }).click()
  return (await coming).path()
}

test('an auditor finds a decision in the trail, sees what it changed, verifies the trail and takes it along', async ({
  pageOf,
  callerOf,
}) => {
  const lena = await callerOf('Lena')
  const finding = await until('an open finding', FOUND_MS, async () => {
    const { items } = await lena.get<{ items: { id: string; title: string }[] }>('/insight/findings?state=open')
    return items.at(-1)
  })
  // Of this run: a house that runs already may hold others.
  const reason = `Seen at the machine, nothing is loose: ${finding.id.slice(-6)}`
  await lena.send('POST', `/insight/findings/${finding.id}/dismiss`, { reason })

  const page = await pageOf('Andrea')
  await page.goto('/overview')
  await page.getByRole('link', { name: 'Audit trail' }).click()
  await page.getByRole('searchbox', { name: 'Search names, acts and reasons' }).fill(reason)
  const rows = page.getByRole('table', { name: 'Audit trail' }).getByRole('row')
  await expect(rows).toHaveCount(2)
  const sentence = `Lena Zgraggen dismissed “${finding.title}”`
  await page.getByRole('button', { name: `Details of: ${sentence}` }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText(sentence)
  await expect(dialog).toContainText(reason)
  const difference = dialog.getByRole('table', { name: 'Difference' })
  await expect(difference.getByRole('row').filter({ hasText: /^state/ })).toContainText('opendismissed')
  const { violations } = await new AxeBuilder({ page }).include('[role=dialog]').analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)

  await page.getByRole('button', { name: 'Verify' }).click()
  await expect(page.getByText(/^Every one of [\d,]+ events is as it was written\. /)).toBeVisible({
    timeout: VERIFIED_MS,
  })

  const table = (await readFile(await download(page, 'CSV'), 'utf8')).trimEnd().split('\r\n')
  expect(table).toHaveLength(2)
  expect(table[1]).toContain(reason)
  const file = await download(page, 'JSON Lines')
  const { stdout } = await promisify(execFile)(process.execPath, [VERIFIER, file])
  expect(stdout).toContain('Nothing was changed.')
  expect(stdout).toMatch(/^1 events read/m)

  // Taking it along, and reading it, stand in the trail themselves.
  await page.getByRole('searchbox', { name: 'Search names, acts and reasons' }).fill('Andrea')
  await expect(page.getByRole('button', { name: /Andrea .* exported the trail/ })).toHaveCount(2)
  await expect(page.getByRole('button', { name: /Andrea .* verified the trail/ })).toHaveCount(1)
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
