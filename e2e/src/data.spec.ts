import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { expectNoViolation } from './axe.ts'
import { expect, test } from './test.ts'

const MINUTE_MS = 60_000

/** The head of a dialog is a header element, which axe takes for a second banner of the page. */
const DIALOG = { part: '[role=dialog]', exceptRules: ['landmark-no-duplicate-banner'] }

async function openMachine(page: Page, name: string): Promise<void> {
  await page.goto('/plant/machines')
  await page.getByRole('main').getByRole('link', { name, exact: true }).click()
  await expect(page.getByRole('group', { name: `${name} trends` })).toBeVisible()
}

test('the trends of a machine leave as a file', async ({ pageOf }) => {
  const page = await pageOf('Jonas')
  await openMachine(page, 'Mill 2')
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Export samples' })
  await expect(dialog.getByText(/^Plant time, /).first()).toBeVisible()
  await expectNoViolation(page, DIALOG)
  await dialog.getByRole('combobox', { name: 'Rows' }).click()
  await page.getByRole('option', { name: 'One a minute: min, max, mean, count' }).click()

  const downloading = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Export', exact: true }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toMatch(/^Mill-2-minute-.*\.csv$/)
  const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n')
  expect(lines[0]).toBe('time,series,machine,signal,unit,min,max,mean,count')
  expect(lines[1]).toMatch(/^20\d\d-.*Z,\d+,Mill 2,/)
  await expect(dialog.getByText('Done. The file is with your downloads.')).toBeVisible()
  await expect(dialog.getByText(/^\d+ rows, /)).toBeVisible()
  await expectNoViolation(page, DIALOG)
})

test('a file of an old system is mapped, tried out, imported and undone', async ({ pageOf, callerOf }) => {
  const page = await pageOf('Jonas')
  await page.goto('/overview')
  await page.getByRole('link', { name: 'Import data' }).click()
  await page.getByRole('combobox', { name: 'Plant' }).click()
  await page.getByRole('option', { name: 'Sursee' }).click()
  // Long ago, where the demo has no samples.
  const startMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 60 * 24 * 60 * MINUTE_MS
  const rows = Array.from({ length: 300 }, (_, index) => {
    const time = new Date(startMs + index * 1000).toISOString()
    return `${time};${(4000 + index).toFixed(1).replace('.', ',')};${index === 200 ? 'n/a' : '21,5'}`
  })
  const file = { name: 'mill-2-archive.csv', mimeType: 'text/csv' }
  const buffer = Buffer.from(['Time;Power (W);Oil', ...rows].join('\r\n'))
  await page.locator('input[type=file]').setInputFiles({ ...file, buffer })

  await expect(page.getByRole('heading', { level: 1, name: 'mill-2-archive.csv' })).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'Cells are separated by' })).toHaveValue('semicolons')
  const choose = async (column: string, typed: string, option: RegExp) => {
    await page.getByRole('combobox', { name: `Signal for ${column}` }).fill(typed)
    await page.getByRole('option', { name: option }).first().click()
  }
  await choose('Power (W)', 'Mill 2, Power', /^Mill 2, Power/)
  await page.getByRole('combobox', { name: 'Unit of Power (W)' }).click()
  await page.getByRole('option', { name: 'W', exact: true }).click()
  const samples = page.getByRole('table', { name: 'As it will be stored' })
  await expect(samples.getByRole('row').nth(1)).toContainText('4.00 kW')
  await choose('Oil', 'Mill 2, ', /°C/)
  await expect(page.getByText('Row 201, Oil')).toBeVisible()
  await expect(page.getByText('n/a is no number.')).toBeVisible()
  const start = page.getByRole('button', { name: 'Import', exact: true })
  await expect(start).toBeDisabled()
  await expectNoViolation(page)

  await page.getByRole('checkbox', { name: 'Leave out rows with faults' }).check()
  await start.click()
  await expect(page.getByText('598 samples of 300 rows are in the history.')).toBeVisible()
  await expectNoViolation(page)
  const caller = await callerOf('Jonas')
  const powerOf = async () => {
    const { items } = await caller.get<{
      items: { series: number; title: string; workUnitId: string; kind: string }[]
    }>(`/telemetry/signals`)
    const { items: machines } = await caller.get<{ items: { id: string; name: string }[] }>('/plant/equipment')
    const mill = machines.find(({ name }) => name === 'Mill 2')?.id
    const series = items.find(({ title, workUnitId }) => title.startsWith('Power') && workUnitId === mill)?.series
    const range = `fromMs=${startMs}&toMs=${startMs + 300_000}`
    const envelopes = await caller.get<{ items: { count: number[] }[] }>(
      `/telemetry/envelopes?series=${series}&${range}&points=2`,
    )
    return envelopes.items[0]?.count.reduce((sum, count) => sum + count, 0)
  }
  expect(await powerOf()).toBe(299)

  await page.getByRole('button', { name: 'Undo import' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Undo import' }).click()
  await expect(page.getByText('Undone. The history is as if it had never been imported.')).toBeVisible()
  expect(await powerOf()).toBe(0)
  await page.getByRole('link', { name: 'Import another file' }).click()
  await expect(page.getByRole('table', { name: 'Imports' }).getByRole('row').nth(1)).toContainText('undone')
})

test('who may neither import nor export is not offered it', async ({ pageOf }) => {
  const page = await pageOf('Mateo')
  await page.goto('/overview')
  await expect(page.getByRole('link', { name: 'Machines', exact: true }).first()).toBeVisible()
  await expect(page.getByRole('link', { name: 'Import data' })).toHaveCount(0)
})
