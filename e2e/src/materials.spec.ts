import { expectNoViolationInLightAndDark } from './axe.ts'
import { plannedSiteOf, siteOf } from './sites.ts'
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

test('a planner makes a material, gives it a bill and a policy, and is refused a bill that contains itself', async ({
  callerOf,
  pageOf,
}) => {
  const caller = await callerOf('Karin')
  const siteId = await plannedSiteOf(caller, SITE)
  const page = await pageOf('Karin')
  const dialog = page.getByRole('dialog')
  const save = dialog.getByRole('button', { name: 'Save' })
  const choose = async (field: string, words: string) => {
    await page.getByRole('combobox', { name: field }).fill(words)
    await page.getByRole('option', { name: words }).click()
  }
  const add = async (code: string, name: string) => {
    await page.getByRole('button', { name: 'New material' }).click()
    await dialog.getByLabel('Code').fill(code)
    await dialog.getByLabel('Name').fill(name)
    await dialog.getByRole('button', { name: 'Add material' }).click()
  }
  await page.goto(`/materials/stock?site=${siteId}`)
  await add('TEST-LATCH', 'Test latch')
  await expect(page.getByText('Test latch was added.')).toBeVisible()
  await add('test-latch', 'Test spring')
  await expect(dialog.getByText('There is a material test-latch already.')).toBeVisible()
  await dialog.getByLabel('Code').fill('TEST-SPRING')
  await dialog.getByRole('button', { name: 'Add material' }).click()
  await expect(page.getByText('Test spring was added.')).toBeVisible()

  // The latch takes two springs, of which some are lost.
  await choose('Find a material', 'Test latch')
  await expect(page.getByRole('heading', { level: 1, name: 'Test latch' })).toBeVisible()
  await page.getByRole('button', { name: 'Edit bill' }).click()
  await choose('Add a component', 'Test spring')
  const spring = dialog.getByRole('group', { name: 'Test spring, in pcs' })
  await spring.getByLabel('For one').fill('0')
  await save.click()
  await expect(spring.getByText(/^More than 0/)).toBeVisible()
  await spring.getByLabel('For one').fill('2')
  await spring.getByLabel('Loss in %').fill('2,5')
  await spring.getByLabel('Taken at').fill('Assembly')
  await save.click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText(/^Saved\./)).toBeVisible()
  const bill = page.getByRole('table', { name: 'Bill of Test latch' })
  await expect(bill.getByRole('row').filter({ hasText: 'Test spring' })).toContainText('Assembly')

  await page.getByRole('button', { name: 'Edit policy' }).click()
  await dialog.getByText('Bought', { exact: true }).click()
  await dialog.getByLabel('Supplier').fill('Cerrajes Norte')
  await dialog.getByLabel('Lead time in days').fill('soon')
  await save.click()
  await expect(dialog.getByText('Whole days, at most 730.')).toBeVisible()
  await dialog.getByLabel('Lead time in days').fill('9')
  await dialog.getByLabel('How much at once').click()
  await page.getByRole('option', { name: /^At least a minimum/ }).click()
  await dialog.getByLabel('Minimum in pcs').fill('500')
  await dialog.getByLabel('In multiples of, in pcs').fill('100')
  await save.click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText('Bought from Cerrajes Norte. It takes 9 days.')).toBeVisible()
  await expect(page.getByText(/At least 500.pcs at once, in multiples of 100.pcs\./)).toBeVisible()

  // A spring cannot be made of latches then.
  await bill.getByRole('link', { name: 'Test spring' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Test spring' })).toBeVisible()
  await page.getByRole('button', { name: 'Edit bill' }).click()
  await choose('Add a component', 'Test latch')
  await save.click()
  await expect(dialog.getByRole('group', { name: 'Test latch, in pcs' }).getByRole('alert')).toHaveText(
    'Test spring would be made of itself: Test spring takes Test latch takes Test spring.',
  )
  await dialog.getByRole('button', { name: 'Take Test latch out' }).click()
  await expect(dialog.getByRole('alert')).toHaveCount(0)

  await dialog.getByRole('button', { name: 'Cancel' }).click()

  // Somebody else changes it meanwhile, which nobody replaces without knowing.
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await dialog.getByLabel('Name').fill('Test spring, flat')
  const springId = new URL(page.url()).pathname.split('/').at(-1)
  const theirs = { code: 'TEST-SPRING', name: 'Test spring, round', unit: 'pcs', kind: 'part' }
  await caller.send('PUT', `/materials/definitions/${springId}`, theirs)
  await expect(dialog.getByRole('alert')).toHaveText(/^Somebody changed this/)
  await expect(dialog.getByLabel('Name')).toHaveValue('Test spring, flat')
  await save.click()
  await expect(page.getByRole('heading', { level: 1, name: 'Test spring, flat' })).toBeVisible()
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible()

  // Who manages one plant says how that plant comes by it, but not what it is for the whole company.
  const manager = await pageOf('Nadia')
  await manager.goto(`/materials/definitions/${springId}?site=${await siteOf(caller, 'Sursee')}`)
  await expect(manager.getByRole('button', { name: 'Edit policy' })).toBeVisible()
  await expect(manager.getByRole('button', { name: /^Edit/ })).toHaveCount(1)
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
