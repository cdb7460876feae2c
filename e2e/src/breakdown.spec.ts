import { plannedSiteOf } from './sites.ts'
import { expect, test } from './test.ts'

interface Schedule {
  readonly operations: readonly {
    readonly operationId: string
    readonly state: string
    readonly placement: { readonly startAt: string } | null
  }[]
  readonly proposals: readonly { readonly changes: readonly { readonly operationId: string }[] }[]
}

/** It runs at any time in the simulator, and much is planned on it. */
const MACHINE = 'Mill 1'

test('a machine breaks down; the plan says what to do about it, which is looked at, applied and published', async ({
  callerOf,
  pageOf,
}) => {
  test.setTimeout(240_000)
  const caller = await callerOf('Nadia')
  const siteId = await plannedSiteOf(caller, 'Sursee')
  const page = await pageOf('Nadia', { viewport: { width: 1440, height: 900 } })
  await page.goto(`/planning/schedule?site=${siteId}`)
  await expect(page.getByText('Late orders').first()).toBeVisible()

  await page.getByRole('combobox', { name: 'Machine' }).click()
  await page.getByRole('option', { name: MACHINE, exact: true }).click()
  const pressedMs = performance.now()
  await page.getByRole('button', { name: 'Break it down' }).click()
  const proposal = page.getByRole('region', { name: new RegExp(`^${MACHINE} has been stopped since .*Breakdown`) })
  await expect(proposal).toBeVisible()
  process.stdout.write(
    `From the button to the proposal on the screen: ${Math.round(performance.now() - pressedMs)} ms\n`,
  )
  await expect(page.getByText(`${MACHINE} has broken down.`)).toBeVisible()
  await expect(proposal.getByText(/Move \d+ operation/)).toBeVisible()
  await expect(proposal.getByText(/Taken to run again/)).toBeVisible()
  await proposal.getByRole('button', { name: /^Show the (move|\d+ moves)$/ }).click()
  await expect(proposal.getByRole('listitem').first()).toContainText('→')
  const onSchedule = proposal.getByRole('button', { name: 'Show on the schedule' })
  await onSchedule.click()
  await expect(proposal.getByRole('button', { name: 'Hide on the schedule' })).toHaveAttribute('aria-pressed', 'true')

  // Somebody changes something else in the plan meanwhile: what is being read stays open.
  const { operations, proposals } = await caller.get<Schedule>(`/planning/schedule?siteId=${siteId}`)
  const moved = new Set(proposals.flatMap(({ changes }) => changes.map((one) => one.operationId)))
  const last = operations
    .filter((one) => one.state === 'scheduled' && one.placement && !moved.has(one.operationId))
    .sort((a, b) => (b.placement?.startAt ?? '').localeCompare(a.placement?.startAt ?? ''))[0]
  const { operationId, placement } = last ?? {}
  const lock = { operationId, before: placement, after: { ...placement, locked: true } }
  await caller.send('POST', '/planning/draft/changes', { siteId, changes: [lock] })
  await expect(page.getByText(/the draft has one change/)).toBeVisible()
  await expect(proposal.getByRole('button', { name: 'Hide the moves' })).toHaveAttribute('aria-expanded', 'true')
  await expect(proposal.getByRole('button', { name: 'Hide on the schedule' })).toHaveAttribute('aria-pressed', 'true')

  await proposal.getByRole('button', { name: 'Apply to draft' }).click()
  await expect(proposal).toBeHidden()
  await expect(page.getByText(/the draft has (one change|\d+ changes)/)).toBeVisible()
  await page.getByRole('button', { name: 'Review and publish' }).click()
  const dialog = page.getByRole('dialog', { name: 'Publish this plan' })
  await dialog.getByRole('button', { name: 'Publish' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText(/published .* by Nadia/)).toBeVisible()

  await page.getByRole('button', { name: `Repair ${MACHINE}` }).click()
  await expect(page.getByText(`${MACHINE} has broken down.`)).toBeHidden()
})
