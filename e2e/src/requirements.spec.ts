import type { Caller } from '@millrace/testing/house'
import type { Page } from '@playwright/test'
import { expectNoViolationInLightAndDark } from './axe.ts'
import { expect, test } from './test.ts'

interface Message {
  readonly id: string
  readonly kind: string
  readonly supply: string
  readonly what: string
  readonly siteName: string
  readonly materialName: string
  readonly cause: { readonly demand: { readonly kind: string; readonly number: string } | null }
}

const RECKONED_MS = 60_000

/** The worklist once it has been reckoned. */
async function messagesOf(caller: Caller): Promise<readonly Message[]> {
  let found: readonly Message[] = []
  await expect
    .poll(
      async () => {
        found = (await caller.get<{ items: readonly Message[] }>('/planning/messages?limit=200')).items
        return found.length
      },
      { timeout: RECKONED_MS },
    )
    .toBeGreaterThan(0)
  return found
}

/** Who wants it, as it is told: of a forecast `2026-W49` its week. */
function nameOf({ cause }: Message): string {
  const { kind, number } = cause.demand ?? { kind: '', number: '' }
  return kind === 'forecast' ? `week ${Number(number.slice(-2))}` : number
}

function first(messages: readonly Message[], fits: (message: Message) => boolean): Message {
  const found = messages.find(fits)
  if (!found) throw new Error('The demo has such a message.')
  return found
}

async function open(page: Page, what: string) {
  await page.getByRole('button', { name: what, exact: true }).first().click()
  const dialog = page.getByRole('dialog', { name: what })
  await expect(dialog).toBeVisible()
  return dialog
}

test('a planner sees what a message is for, does it, and finds the order', async ({ callerOf, pageOf }) => {
  test.setTimeout(180_000)
  const message = first(
    await messagesOf(await callerOf('Nadia')),
    ({ kind, supply, cause }) => kind === 'order' && supply === 'make' && cause.demand !== null,
  )
  const page = await pageOf('Nadia', { viewport: { width: 1440, height: 900 } })
  await page.goto('/planning/requirements')
  const dialog = await open(page, message.what)
  await expect(dialog.getByRole('list', { name: 'What it is for' })).toContainText(nameOf(message))
  await expect(dialog.getByRole('table', { name: `${message.materialName} week by week` })).toBeVisible()
  await dialog.getByRole('button', { name: 'Do it' }).click()
  const made = page.getByRole('status').getByText(/^Made order R\d+\.$/)
  await expect(made).toBeVisible()
  const number = /R\d+/.exec((await made.textContent()) ?? '')?.[0] ?? ''
  await page.goto('/planning/orders')
  await page.getByRole('combobox', { name: 'Plant' }).click()
  await page.getByRole('option', { name: message.siteName }).click()
  await expect(page.getByRole('cell', { name: number, exact: true })).toBeVisible()
})

test('a message is put off, and another is dismissed with a reason', async ({ callerOf, pageOf }) => {
  const messages = await messagesOf(await callerOf('Nadia'))
  // What is bought for this plant changes with no plan that another test makes meanwhile.
  const [one, other] = messages.filter(
    (one) => one.siteName === 'Sursee' && one.supply === 'buy' && one.kind !== 'order',
  )
  if (!one || !other) throw new Error('The demo has messages about receipts.')
  const page = await pageOf('Nadia', { viewport: { width: 1440, height: 900 } })
  await page.goto('/planning/requirements')
  await page.getByRole('checkbox', { name: `Choose: ${one.what}` }).check()
  await page.getByRole('button', { name: 'Put off' }).click()
  await page.getByRole('dialog', { name: 'Put off' }).getByRole('button', { name: 'Put off' }).click()
  await expect(page.getByRole('button', { name: one.what, exact: true })).toBeHidden()

  const dialog = await open(page, other.what)
  await dialog.getByRole('button', { name: 'Dismiss' }).click()
  const asked = page.getByRole('dialog', { name: 'Dismiss', exact: true })
  await expect(asked.getByRole('button', { name: 'Dismiss' })).toBeDisabled()
  await asked.getByLabel('Why not').fill('The customer will take it.')
  await asked.getByRole('button', { name: 'Dismiss' }).click()
  await expect(page.getByRole('button', { name: other.what, exact: true })).toBeHidden()
  await page.getByText('Dismissed', { exact: true }).click()
  await expect(page.getByRole('button', { name: other.what, exact: true })).toBeVisible()
})

test('what is forecast is wanted beyond what is ordered, and told as the cause', async ({ callerOf, pageOf }) => {
  const message = first(await messagesOf(await callerOf('Nadia')), ({ cause }) => cause.demand?.kind === 'forecast')
  const page = await pageOf('Nadia', { viewport: { width: 1440, height: 900 } })
  await page.goto('/planning/requirements')
  const dialog = await open(page, message.what)
  await expect(dialog.getByText(/for the forecast of .* for week \d+, due /)).toBeVisible()
  await expect(dialog.getByRole('list', { name: 'What it is for' })).toContainText(/the forecast for week \d+ expects/)
})

test('demand is shown by week, and a line is added', async ({ callerOf, pageOf }) => {
  await messagesOf(await callerOf('Nadia'))
  const page = await pageOf('Nadia', { viewport: { width: 1440, height: 900 } })
  await page.goto('/planning/demand')
  await expect(page.getByRole('table', { name: 'Demand by week' })).toContainText('Chef 200')
  await page.getByRole('button', { name: 'New demand' }).click()
  const dialog = page.getByRole('dialog', { name: 'New demand' })
  await dialog.getByLabel('Number').fill('D-9001')
  await dialog.getByRole('combobox', { name: 'Material' }).click()
  await page.getByRole('option', { name: /Chef 200/ }).click()
  await dialog.getByLabel('Due').fill('2030-05-14')
  await dialog.getByRole('button', { name: 'Add demand' }).click()
  await expect(dialog).toBeHidden()
})

for (const path of ['/planning/requirements', '/planning/demand'])
  test(`nothing bars the way on ${path}`, async ({ callerOf, pageOf }) => {
    await messagesOf(await callerOf('Nadia'))
    const page = await pageOf('Nadia')
    await page.goto(path)
    await expect(page.getByRole('table').first()).toBeVisible()
    await expectNoViolationInLightAndDark(page)
  })
