import { expectNoViolationInLightAndDark } from './axe.ts'
import { plannedSiteOf } from './sites.ts'
import { expect, test } from './test.ts'

interface Outlook {
  readonly items: readonly { readonly material: { readonly id: string; readonly code: string } }[]
}
interface Schedule {
  readonly orders: readonly { readonly reasons: readonly { readonly text: string }[] }[]
}

const PLANNED_MS = 120_000
/** Behind the last due date. */
const LATE_MS = 20 * 86_400_000

/** The plant whose plans the other tests leave alone. */
const SITE = 'Querétaro'

test('a count that finds less is seen as a shortage, and orders planned anew wait for a delivery that is late and say so', async ({
  callerOf,
  pageOf,
}) => {
  test.setTimeout(240_000)
  const caller = await callerOf('Karin')
  const siteId = await plannedSiteOf(caller, SITE)
  const page = await pageOf('Karin', { viewport: { width: 1440, height: 900 } })
  await page.goto(`/materials/stock?site=${siteId}`)
  const stock = page.getByRole('table', { name: 'Materials of this plant' })
  const rod = stock.getByRole('row').filter({ hasText: 'Aluminium rod 14 mm' })
  await expect(rod).toBeVisible()

  await page.getByRole('button', { name: 'Count Aluminium rod 14 mm' }).click()
  const dialog = page.getByRole('dialog', { name: 'Count or move Aluminium rod 14 mm' })
  await dialog.getByLabel('Quantity in m').fill('nothing much')
  await dialog.getByRole('button', { name: 'Book', exact: true }).click()
  await expect(dialog.getByRole('alert')).toHaveText(/at most three places/)
  await dialog.getByLabel('Quantity in m').fill('12,5')
  await expect(dialog.getByText(/The books change by/)).toBeVisible()
  await dialog.getByLabel('Reason').fill('Rack 4 was empty')
  await dialog.getByRole('button', { name: 'Book', exact: true }).click()
  await expect(dialog).toBeHidden()
  await expect(rod).toContainText('12.5 m')
  await expect(rod).toContainText(/missing/)
  const missing = async () =>
    Number(/([\d,.]+)\sm missing/.exec((await rod.textContent()) ?? '')?.[1]?.replace(',', '') ?? 0)
  const missingBefore = await missing()

  await page.getByText('Running short', { exact: true }).click()
  await rod.getByRole('link', { name: 'Aluminium rod 14 mm' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Aluminium rod 14 mm' })).toBeVisible()
  await expect(page.getByRole('img', { name: /^Projected stock of Aluminium rod 14 mm: short from/ })).toBeVisible()
  await expect(page.getByRole('table', { name: 'Journal' }).getByRole('row').nth(1)).toContainText('Rack 4 was empty')
  await expect(page.getByRole('table', { name: 'Where it is used' })).toContainText('Alox scale 91')

  // Now the supplier says that it comes when all orders are due already.
  await page.getByRole('button', { name: 'Change OC 9110' }).click()
  const change = page.getByRole('dialog', { name: 'Change OC 9110' })
  await change.getByLabel('Expected').fill(`${new Date(Date.now() + LATE_MS).toISOString().slice(0, 10)}T07:00`)
  await change.getByRole('button', { name: 'Save' }).click()
  await expect(change).toBeHidden()

  await page.goto(`/planning/schedule?site=${siteId}`)
  await page.getByRole('button', { name: 'Plan anew' }).click()
  await expect(page.getByRole('button', { name: 'Review and publish' })).toBeVisible({ timeout: PLANNED_MS })
  const waits = async () =>
    (await caller.get<Schedule>(`/planning/schedule?siteId=${siteId}`)).orders
      .flatMap(({ reasons }) => reasons)
      .filter(({ text }) => /for .* m of Aluminium rod 14 mm, OC 9110, expected/.test(text)).length
  await expect.poll(waits, { timeout: PLANNED_MS }).toBeGreaterThan(0)

  // By the new plan only what has begun, which cannot wait any more, takes what is not there.
  await page.goto(`/materials/stock?site=${siteId}`)
  await expect(rod).toContainText('12.5 m')
  await expect.poll(missing).toBeLessThan(missingBefore)
})

test('the pages of materials are whole for everybody, also on a phone', async ({ callerOf, pageOf }) => {
  const siteId = await plannedSiteOf(await callerOf('Karin'), SITE)
  const { items } = await (await callerOf('Karin')).get<Outlook>(`/materials/outlook?siteId=${siteId}`)
  const handle = items.find(({ material }) => material.code === 'HANDLE-PK91-BLK')?.material.id ?? ''
  const pages = [`/materials/stock?site=${siteId}`, `/materials/definitions/${handle}?site=${siteId}`]
  const page = await pageOf('Karin')
  for (const address of pages) {
    await page.goto(address)
    await expect(page.getByRole('table').first()).toBeVisible()
    await expectNoViolationInLightAndDark(page)
  }
  const bill = page.getByRole('table', { name: 'Bill of Handle 91 black' })
  await expect(bill.getByRole('row').filter({ hasText: 'Aluminium rod 14 mm' })).toContainText('2')
  const phone = await pageOf('Karin', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  for (const address of pages) {
    await phone.goto(address)
    await expect(phone.getByRole('table').first()).toBeVisible()
    const width = await phone.evaluate(() => ({ wanted: document.documentElement.scrollWidth, there: innerWidth }))
    expect(width.wanted, `${phone.url()} is wider than the phone`).toBeLessThanOrEqual(width.there)
  }
})
