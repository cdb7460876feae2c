import { expectNoViolation } from './axe.ts'
import { siteOf } from './sites.ts'
import { expect, test } from './test.ts'

test('a planner copies a routing, changes a step, says what a furnace takes, and takes the copy away', async ({
  callerOf,
  pageOf,
}) => {
  const caller = await callerOf('Nadia')
  const siteId = await siteOf(caller, 'Sursee')
  const page = await pageOf('Nadia', { viewport: { width: 1440, height: 900 } })
  await page.goto(`/planning/routings?site=${siteId}`)
  await page.getByRole('button', { name: 'BLADE-CK200' }).click()
  const steps = page.getByRole('table', { name: 'Steps in their order' })
  await expect(steps.getByRole('row', { name: /Hardening/ })).toContainText('charge of 150 min')
  await expect(steps.getByRole('row', { name: /Tempering/ })).toContainText('45 min to cool or cure')
  await expect(page.getByText(/open orders use it/)).toBeVisible()
  await expectNoViolation(page)

  await page.getByRole('button', { name: 'Copy', exact: true }).click()
  await expect(page.getByLabel('Code')).toHaveValue('BLADE-CK200-COPY')
  await page.getByRole('button', { name: 'Edit Grinding' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Pieces passed on at a time').fill('90')
  await dialog.getByRole('button', { name: 'Take over' }).click()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('button', { name: 'BLADE-CK200-COPY' })).toBeVisible()
  await expect(steps.getByRole('row', { name: /Grinding/ })).toContainText('90 pieces passed on at a time')
  await expect(page.getByText('No open order uses it.')).toBeVisible()

  await page.getByRole('button', { name: 'Take away' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Take away' }).click()
  await expect(page.getByRole('button', { name: 'BLADE-CK200-COPY' })).toHaveCount(0)

  await page.goto(`/planning/resources?site=${siteId}`)
  const machines = page.getByRole('table', { name: 'What machines take at a time' })
  await expect(machines.getByRole('row', { name: /Furnace 1/ })).toContainText('a charge of up to 120 kg')
  await page.getByText('Set-ups', { exact: true }).click()
  await page.getByLabel('From long to short, minutes').fill('75')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Saved. The plan follows')).toBeVisible()
  await page.getByText('Calendar', { exact: true }).click()
  await page.getByRole('button', { name: 'New exception' }).click()
  const exception = page.getByRole('dialog')
  await exception.getByLabel('Why').fill('Oil change')
  await exception.getByLabel('From').fill('2030-01-07T06:00')
  await exception.getByLabel('To').fill('2030-01-07T10:00')
  await exception.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Take away Oil change' }).click()
  await expect(page.getByRole('button', { name: 'Take away Oil change' })).toHaveCount(0)
  await expectNoViolation(page)
})

test('who plans one plant sees no buttons at the other', async ({ callerOf, pageOf }) => {
  const siteId = await siteOf(await callerOf('Nadia'), 'Querétaro')
  const page = await pageOf('Nadia', { viewport: { width: 1440, height: 900 } })
  await page.goto(`/planning/routings?site=${siteId}`)
  await expect(page.getByRole('button', { name: 'HANDLE-PK91-RED' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'New product' })).toHaveCount(0)
  await page.goto(`/planning/schedule?site=${siteId}`)
  await expect(page.getByRole('region', { name: 'Schedule of Querétaro' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Plan anew' })).toHaveCount(0)
})
