import type { Caller } from '@millrace/testing/house'
import type { Locator, Page } from '@playwright/test'
import { plannedSiteOf } from './sites.ts'
import { expect, test } from './test.ts'

interface Schedule {
  readonly run: { readonly state: string; readonly startedAt: string } | null
  readonly orders: readonly { readonly id: string; readonly number: string }[]
  readonly operations: readonly {
    readonly operationId: string
    readonly orderId: string
    readonly step: string
    readonly placement: { readonly endAt: string; readonly locked: boolean } | null
  }[]
}

const PLANNED_MS = 120_000
/** Fences reach four weeks at most. */
const FENCED_MS = 27 * 86_400_000

/** The order whose assembly, that ends before a time, is the last: nobody comes behind it. What locked it before is undone. */
async function lastAssembled(caller: Caller, siteId: string, beforeMs = Number.POSITIVE_INFINITY): Promise<string> {
  const { orders, operations } = await caller.get<Schedule>(`/planning/schedule?siteId=${siteId}`)
  const [last] = operations
    .filter(({ step, placement }) => step === 'Assembly' && placement && Date.parse(placement.endAt) < beforeMs)
    .sort((a, b) => (b.placement?.endAt ?? '').localeCompare(a.placement?.endAt ?? ''))
  if (last?.placement?.locked) {
    const { operationId, placement } = last
    const unlocked = { operationId, before: placement, after: { ...placement, locked: false } }
    await caller.send('POST', '/planning/draft/changes', { siteId, changes: [unlocked] })
  }
  return orders.find(({ id }) => id === last?.orderId)?.number ?? ''
}

/** Moves the operation that has the keyboard to somewhat later, and says what the page answers where it does not. */
async function moveLater(page: Page, schedule: Locator): Promise<void> {
  const status = schedule.getByRole('status')
  await page.keyboard.press('m')
  await expect(status).toContainText('in hand')
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('ArrowRight')
  await expect(status).toContainText(/ on \w/)
  await page.keyboard.press('Enter')
}

/** Brings the keyboard to a step of an order, by the search. */
async function findStep(schedule: Locator, order: string, step: string): Promise<void> {
  await schedule.getByText('Orders', { exact: true }).click()
  const search = schedule.getByRole('combobox', { name: 'Find an order' })
  await search.fill(order)
  await search.press('Enter')
  const grid = schedule.getByRole('grid')
  await grid.focus()
  const active = async () => {
    const id = await grid.getAttribute('aria-activedescendant')
    return (await schedule.locator(`[id="${id}"]`).textContent()) ?? ''
  }
  await expect.poll(active).toContain(order)
  for (let press = 0; press < 8 && !(await active()).startsWith(`${order} ${step}`); press += 1)
    await grid.press('ArrowRight')
  expect(await active()).toContain(`${order} ${step}`)
}

test('a planner plans, moves by keyboard, takes it back, and publishes', async ({ callerOf, pageOf }) => {
  test.setTimeout(240_000)
  const caller = await callerOf('Nadia')
  const siteId = await plannedSiteOf(caller, 'Sursee')
  const page = await pageOf('Nadia', { viewport: { width: 1440, height: 900 } })
  await page.goto(`/planning/schedule?site=${siteId}`)
  await expect(page.getByRole('heading', { name: 'Schedule', exact: true })).toBeVisible()
  await expect(page.getByText('Late orders').first()).toBeVisible()

  const runOf = async () => (await caller.get<Schedule>(`/planning/schedule?siteId=${siteId}`)).run
  const before = await runOf()
  await page.getByRole('button', { name: 'Plan anew' }).click()
  // There may be a draft of others already: what counts is that this planning is over.
  await expect
    .poll(
      async () => {
        const run = await runOf()
        return run !== null && run.startedAt !== before?.startedAt && run.state
      },
      { timeout: PLANNED_MS },
    )
    .toBe('done')
  await expect(page.getByRole('button', { name: 'Review and publish' })).toBeVisible()

  const schedule = page.getByRole('region', { name: 'Schedule of Sursee' })
  const grid = schedule.getByRole('grid')
  await findStep(schedule, await lastAssembled(caller, siteId), 'Assembly')
  await moveLater(page, schedule)
  const undo = schedule.getByRole('button', { name: 'Undo' })
  await expect(undo).toBeEnabled()
  await undo.click()
  await expect(schedule.getByRole('button', { name: 'Redo' })).toBeEnabled()
  await grid.focus()
  await page.keyboard.press('l')
  await expect(undo).toBeEnabled()
  await page.keyboard.press('m')
  await expect(
    schedule
      .getByRole('status')
      .filter({ hasText: /locked/ })
      .first(),
  ).toBeVisible()

  await page.getByRole('button', { name: 'Review and publish' }).click()
  const dialog = page.getByRole('dialog', { name: 'Publish this plan' })
  await dialog.getByRole('button', { name: 'Publish' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText(/published .* by Nadia/)).toBeVisible()
})

test('what lies behind a freeze fence is moved with a reason only', async ({ callerOf, pageOf }) => {
  const caller = await callerOf('Nadia')
  const siteId = await plannedSiteOf(caller, 'Sursee')
  const page = await pageOf('Nadia', { viewport: { width: 1440, height: 900 } })
  await page.goto(`/planning/schedule?site=${siteId}`)
  const schedule = page.getByRole('region', { name: 'Schedule of Sursee' })
  const order = await lastAssembled(caller, siteId, Date.now() + FENCED_MS)

  await page.getByRole('button', { name: 'Freeze fences' }).click()
  const fences = page.getByRole('dialog', { name: 'Freeze fences' })
  await fences.getByRole('textbox', { name: 'Sursee: frozen, hours' }).fill('2')
  await fences.getByRole('textbox', { name: 'Sursee: with a reason, hours' }).fill('672')
  await fences.getByRole('button', { name: 'Save' }).click()
  await expect(fences).toBeHidden()

  const move = async () => {
    await findStep(schedule, order, 'Assembly')
    await moveLater(page, schedule)
  }
  const asked = page.getByRole('dialog', { name: 'A reason is needed' })
  await move()
  await expect(asked.getByRole('button', { name: 'Move it' })).toBeDisabled()
  await asked.getByRole('button', { name: 'Leave it where it is' }).click()
  await expect(asked).toBeHidden()
  await move()
  await asked.getByRole('textbox', { name: 'Why it has to move' }).fill('The customer comes to see it made.')
  await asked.getByRole('button', { name: 'Move it' }).click()
  await expect(asked).toBeHidden()
  const auditor = await callerOf('Andrea')
  const told = async () => JSON.stringify(await auditor.get('/identity/audit-events?text=comes%20to%20see%20it'))
  await expect.poll(told).toContain('The customer comes to see it made.')

  await page.getByRole('button', { name: 'Freeze fences' }).click()
  for (const field of await fences.getByRole('textbox', { name: /^Sursee: / }).all()) await field.fill('')
  await fences.getByRole('button', { name: 'Save' }).click()
  await expect(fences).toBeHidden()
})

test('orders are listed with their promised ends, and a new one is promised before it is made', async ({
  callerOf,
  pageOf,
}) => {
  const caller = await callerOf('Nadia')
  const siteId = await plannedSiteOf(caller, 'Sursee')
  const page = await pageOf('Nadia', { viewport: { width: 1440, height: 900 } })
  await page.goto(`/planning/orders?site=${siteId}`)
  await expect(page.getByRole('cell', { name: '4450', exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'New order' }).click()
  const dialog = page.getByRole('dialog', { name: 'New order' })
  await dialog.getByLabel('Order').fill('R-1')
  await dialog.getByLabel('Product').click()
  await page.getByRole('option', { name: /Chef 200/ }).click()
  await expect(dialog.getByText(/Could be done .* without moving anything/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Make order' }).click()
  await expect(dialog.getByRole('alert')).toHaveText(/due date in the future/)
})
