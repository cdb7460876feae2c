import { readFile } from 'node:fs/promises'
import type { BrowserContextOptions, Page } from '@playwright/test'
import { expectNoViolation } from './axe.ts'
import { tabTo } from './tab-to.ts'
import { expect, test } from './test.ts'

const HEADER = 'name;email;title;role;site'
const ROWS = [
  'Petra Bühler;petra.buehler@alpine-edge.example;Operator, blade milling;Operator;Sursee',
  'Petra Bühler;petra.buehler@alpine-edge.example;;Maintenance;Querétaro',
  'Reto Imhof;reto.imhof@alpine-edge.example;=Shift lead;Quality;sursee',
]
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

const file = (...rows: string[]) => ({
  ...{ name: 'people.csv', mimeType: 'text/csv' },
  buffer: Buffer.from(`\uFEFF${[HEADER, ...rows].join('\r\n')}\r\n`),
})

async function choose(page: Page, ...rows: string[]): Promise<void> {
  await page.locator('input[type=file]').setInputFiles(file(...rows))
}

test('a file with a bad row is looked at, corrected, imported after a confirmation, and exported again', async ({
  pageOf,
}) => {
  const page = await pageOf('Jonas')
  await page.goto('/identity/people')
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Import people' })).toBeVisible()
  const template = page.getByRole('link', { name: 'Download a template' })
  expect(decodeURIComponent((await template.getAttribute('href')) ?? '')).toContain('name,email,title,role,site')

  const rows = page.getByRole('table', { name: 'Rows of the file' })
  await choose(page, ...ROWS, 'Vreni Kunz;vreni.kunz@alpine-edge.example;;Pilot;Sursee')
  await expect(rows.getByRole('row').nth(1)).toContainText('Vreni Kunz')
  await expect(rows.getByRole('row').nth(1)).toContainText('Role: There is no role “Pilot”.')
  await expect(page.getByText('1 row with errors')).toBeVisible()
  await expect(page.getByRole('button', { name: /^Import \d/ })).toBeHidden()
  await expectNoViolation(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  await expectNoViolation(page)
  await page.emulateMedia({ colorScheme: 'light' })

  await choose(page, ...ROWS)
  await expect(rows.getByRole('row').nth(1)).toContainText('Gets Operator at Sursee')
  await tabTo(page, 'Import 2 people')
  await page.keyboard.press('Enter')
  const confirm = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await expect(confirm).toContainText('2 people from people.csv')
  await confirm.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByText('2 people added, 0 people changed.')).toBeVisible()

  await page.getByRole('link', { name: 'See the people' }).click()
  await page.getByRole('searchbox', { name: 'Name, e-mail or what they do' }).fill('petra.b')
  const people = page.getByRole('table', { name: 'People' })
  await expect(people.getByRole('row')).toHaveCount(2)
  await expect(people).toContainText('Petra Bühler')

  const downloading = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Export' }).click()
  const text = await readFile(await (await downloading).path(), 'utf8')
  expect(text).toContain(
    'Petra Bühler,petra.buehler@alpine-edge.example,"Operator, blade milling",Maintenance,Querétaro',
  )
  expect(text).toContain("Reto Imhof,reto.imhof@alpine-edge.example,'=Shift lead,Quality,Sursee")
  await page.goto('/identity/people/import')
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'again.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  await expect(page.getByText('Everything in the file is so already.')).toBeVisible()
})

test('a file that is no UTF-8 is refused in the browser, and on a phone nothing scrolls sideways', async ({
  pageOf,
}) => {
  const page = await pageOf('Jonas', PHONE)
  await page.goto('/identity/people/import')
  const latin = Buffer.from(`${HEADER}\nPetra B\xfchler;p@alpine-edge.example;;;\n`, 'latin1')
  await page.locator('input[type=file]').setInputFiles({ name: 'old.csv', mimeType: 'text/csv', buffer: latin })
  await expect(page.getByRole('alert')).toContainText('save it as “CSV UTF-8”')
  await choose(page, `${'Wolfeschlegelstein'.repeat(4)};${'w'.repeat(60)}@alpine-edge.example;;Pilot;Sursee`)
  await expect(page.getByText('1 row with errors')).toBeVisible()
  const width = await page.evaluate(() => ({ wanted: document.documentElement.scrollWidth, there: innerWidth }))
  expect(width.wanted).toBeLessThanOrEqual(width.there)
})
