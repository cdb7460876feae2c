import type { Page } from '@playwright/test'
import { expectNoViolationInLightAndDark } from './axe.ts'
import { expect, test } from './test.ts'

/** The pages, what shows that each is really there, and who sees them where an administrator does not. */
const PAGES: readonly {
  name: string
  person?: string
  path: string
  shows: (page: Page) => Promise<void>
}[] = [
  {
    name: 'the overview',
    path: '/overview',
    shows: async (page) => {
      await expect(page.getByRole('main').getByText('Power', { exact: true })).toHaveCount(2)
    },
  },
  {
    name: 'a machine',
    path: '/plant/machines',
    shows: async (page) => {
      await page.getByRole('main').getByRole('link', { name: 'Mill 2', exact: true }).click()
      await expect(page.getByRole('group', { name: 'Mill 2 trends' }).locator('canvas').first()).toBeVisible()
      await expect(page.getByRole('img', { name: /^Mill 2: / })).toBeVisible()
    },
  },
  {
    name: 'the findings',
    path: '/insight/findings?state=all',
    shows: async (page) => {
      await expect(page.getByRole('row').filter({ hasText: 'Mill 2, ' }).first()).toBeVisible()
    },
  },
  {
    name: 'a finding',
    path: '/insight/findings?state=all',
    shows: async (page) => {
      await page
        .getByRole('row')
        .filter({ hasText: 'Mill 2, ' })
        .first()
        .getByRole('link', { name: /Decide|Open/ })
        .click()
      await expect(page.getByRole('heading', { name: 'Spindle vibration' })).toBeVisible()
      await expect(page.locator('canvas').first()).toBeVisible()
    },
  },
  {
    name: 'the schedule',
    person: 'Nadia',
    path: '/planning/schedule',
    shows: async (page) => {
      await expect(page.getByRole('region', { name: /^Schedule of / })).toBeVisible()
      await expect(page.getByText('Late orders').first()).toBeVisible({ timeout: 120_000 })
    },
  },
  {
    name: 'the orders',
    person: 'Nadia',
    path: '/planning/orders',
    shows: async (page) => {
      await expect(page.getByRole('cell', { name: '4450', exact: true })).toBeVisible()
    },
  },
  {
    name: 'the attainment',
    person: 'Nadia',
    path: '/planning/attainment',
    shows: async (page) => {
      await expect(page.getByRole('table', { name: 'Where the time went' })).toBeVisible()
    },
  },
  {
    name: 'the routings',
    person: 'Nadia',
    path: '/planning/routings',
    shows: async (page) => {
      await page.getByRole('button', { name: 'BLADE-CK200' }).click()
      await expect(page.getByRole('table', { name: 'Steps in their order' })).toBeVisible()
    },
  },
  {
    name: 'the resources',
    person: 'Nadia',
    path: '/planning/resources',
    shows: async (page) => {
      await expect(page.getByRole('table', { name: 'What machines take at a time' })).toBeVisible()
    },
  },
  {
    name: 'the stock',
    person: 'Nadia',
    path: '/materials/stock',
    shows: async (page) => {
      await expect(page.getByRole('table', { name: 'Materials of this plant' })).toBeVisible()
    },
  },
  {
    name: 'a material',
    person: 'Nadia',
    path: '/materials/stock',
    shows: async (page) => {
      await page.getByRole('link', { name: 'Gift box' }).click()
      await expect(page.getByRole('img', { name: /^Projected stock of Gift box/ })).toBeVisible()
      await expect(page.getByRole('table', { name: 'Journal' })).toBeVisible()
    },
  },
  {
    name: 'the bill of a material that is being changed',
    person: 'Karin',
    path: '/materials/stock',
    shows: async (page) => {
      await page.getByRole('link', { name: 'Chef 200' }).click()
      await page.getByRole('button', { name: 'Edit bill' }).click()
      await expect(page.getByRole('dialog').getByRole('group', { name: 'Gift box, in pcs' })).toBeVisible()
    },
  },
  {
    name: 'the policy of a material that is being changed',
    person: 'Karin',
    path: '/materials/stock',
    shows: async (page) => {
      await page.getByRole('link', { name: 'Gift box' }).click()
      await page.getByRole('button', { name: 'Edit policy' }).click()
      await expect(page.getByRole('dialog').getByLabel('Supplier')).toHaveValue('Karton Aare')
    },
  },
  {
    name: 'the demand',
    person: 'Nadia',
    path: '/planning/demand',
    shows: async (page) => {
      await expect(page.getByRole('table', { name: 'Demand by week' })).toBeVisible()
      await expect(page.getByRole('cell', { name: 'D-2401', exact: true })).toBeVisible()
    },
  },
  {
    name: 'the requirements, with a message opened',
    person: 'Nadia',
    path: '/planning/requirements',
    shows: async (page) => {
      const table = page.getByRole('table', { name: 'What to do about materials' })
      await table.getByRole('button').first().click({ timeout: 60_000 })
      await expect(page.getByRole('dialog').getByRole('table')).toBeVisible()
    },
  },
  {
    name: 'the forecast',
    person: 'Nadia',
    path: '/planning/forecast',
    shows: async (page) => {
      await expect(page.getByRole('table', { name: /^Coming weeks of / })).toBeVisible({ timeout: 120_000 })
    },
  },
  {
    name: 'the weekly capacity',
    person: 'Nadia',
    path: '/planning/capacity',
    shows: async (page) => {
      await expect(page.getByRole('region', { name: 'Load by week' })).toBeVisible({ timeout: 120_000 })
    },
  },
  {
    name: 'the scenarios',
    person: 'Nadia',
    path: '/planning/scenarios?try=new',
    shows: async (page) => {
      await expect(
        page.getByRole('dialog', { name: 'What if…' }).getByRole('button', { name: 'Compute' }),
      ).toBeVisible()
    },
  },
  {
    name: 'the tariffs and the powers of machines',
    person: 'Nadia',
    path: '/planning/energy',
    shows: async (page) => {
      await expect(page.getByRole('table', { name: 'Tariffs' })).toBeVisible()
      await expect(page.getByRole('row').filter({ hasText: 'Mill 1' }).first()).toBeVisible()
    },
  },
  {
    name: 'the settings',
    path: '/settings',
    shows: async (page) => {
      await expect(page.getByRole('table', { name: 'Simulator' })).toBeVisible()
    },
  },
  {
    name: 'the own profile',
    path: '/identity/profile',
    shows: async (page) => {
      await expect(page.getByRole('table', { name: 'Sessions and devices' })).toBeVisible()
    },
  },
  {
    name: 'the break-glass account',
    path: '/identity/break-glass',
    shows: async (page) => {
      await expect(page.getByRole('button', { name: 'Prepare the account' })).toBeVisible()
    },
  },
  {
    name: 'the sign-in settings',
    path: '/identity/sign-in-settings',
    shows: async (page) => {
      await expect(page.getByRole('link', { name: 'Add OpenID Connect' })).toBeVisible()
    },
  },
  {
    name: 'the form of an identity provider',
    path: '/identity/sign-in-settings/new/oidc',
    shows: async (page) => {
      await page.getByRole('checkbox', { name: 'Add people who are not here yet' }).check()
      await page.getByRole('textbox', { name: 'Claim or attribute with groups' }).fill('groups')
      await page.getByRole('button', { name: 'Add a group' }).click()
      await expect(page.getByText(/\/callback$/)).toBeVisible()
    },
  },
  {
    name: 'the people',
    path: '/identity/people',
    shows: async (page) => {
      await expect(page.getByRole('table', { name: 'People' })).toBeVisible()
    },
  },
  {
    name: 'the import of people',
    path: '/identity/people/import',
    shows: async (page) => {
      await expect(page.getByRole('button', { name: 'Choose a file' })).toBeVisible()
    },
  },
  {
    name: 'a person whose roles are being changed',
    path: '/identity/people?text=Quintero',
    shows: async (page) => {
      await page.getByRole('link', { name: 'Andrés Quintero' }).click()
      await page.getByRole('button', { name: 'Conditions' }).click()
      await page.getByRole('button', { name: 'Add a role' }).click()
      await expect(page.getByRole('region', { name: 'What will change' })).toBeVisible()
    },
  },
  {
    name: 'the roles',
    path: '/identity/roles',
    shows: async (page) => {
      await page.getByRole('checkbox', { name: 'Setter: See gateways' }).click()
      await expect(page.getByRole('region', { name: 'Setter is changed' })).toBeVisible()
    },
  },
  {
    name: 'who reaches what',
    path: '/identity/access',
    shows: async (page) => {
      await expect(page.getByRole('table', { name: 'Who reaches what' })).toBeVisible()
    },
  },
  {
    name: 'what a person can see and do',
    path: '/identity/access',
    shows: async (page) => {
      await page.getByRole('link', { name: 'Claudia Hess' }).click()
      await page.getByRole('button', { name: /^See at Sursee:/ }).click()
      await page.getByRole('button', { name: 'See findings: Why?' }).click()
      await expect(page.getByText(/^No\. Claudia Hess may not see findings at Sursee/)).toBeVisible()
    },
  },
  {
    name: 'the API keys',
    path: '/identity/api-keys',
    shows: async (page) => {
      await expect(page.getByRole('table', { name: 'API keys' })).toBeVisible()
    },
  },
  {
    name: 'the network zones',
    path: '/identity/zones',
    shows: async (page) => {
      await expect(page.getByRole('table', { name: 'Zones' })).toBeVisible()
    },
  },
  {
    name: 'the webhooks',
    path: '/exchange/webhooks',
    shows: async (page) => {
      await expect(page.getByRole('link', { name: 'New webhook' })).toBeVisible()
    },
  },
  {
    name: 'the form for a webhook',
    path: '/exchange/webhooks/new',
    shows: async (page) => {
      await expect(page.getByRole('checkbox', { name: 'A gateway came, went or changed' })).toBeVisible()
    },
  },
  {
    name: 'the imports',
    path: '/telemetry/imports',
    shows: async (page) => {
      await expect(page.getByRole('button', { name: 'Choose a file' })).toBeVisible()
    },
  },
  {
    name: 'the audit trail',
    path: '/identity/trail',
    shows: async (page) => {
      await expect(page.getByRole('heading', { level: 1, name: 'Audit trail' })).toBeVisible()
      await expect(page.getByText('Jonas Arnold').first()).toBeVisible()
    },
  },
  {
    name: 'the limits',
    path: '/identity/limits',
    shows: async (page) => {
      await expect(page.getByRole('table', { name: 'Limits and what is used of them' })).toBeVisible()
    },
  },
  {
    name: 'the stations and badges',
    path: '/identity/stations',
    shows: async (page) => {
      await expect(page.getByRole('table', { name: 'Badges and PINs' })).toBeVisible()
    },
  },
]

test('axe finds no violation on the sign-in page, in light and in dark', async ({ lookAt }) => {
  const page = await lookAt('/sign-in')
  await expect(page.getByRole('button', { name: 'Nadia Brunner' })).toBeVisible()
  await expectNoViolationInLightAndDark(page)
})

test('axe finds no violation on the page for a forgotten password, in light and in dark', async ({ lookAt }) => {
  const page = await lookAt('/forgotten')
  await expect(page.getByText(/^No mail is sent from here/)).toBeVisible()
  await expectNoViolationInLightAndDark(page)
})

test('axe finds no violation at a shared station, before and after somebody signs in', async ({ lookAt }) => {
  const page = await lookAt('/station')
  await page.getByRole('button', { name: 'Moulding terminal' }).click()
  await expect(page.getByRole('heading', { name: /^Hold your badge to the reader/ })).toBeVisible()
  await expectNoViolationInLightAndDark(page)
  await page.getByRole('button', { name: /^Mateo Flores, 6183/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'What you may do here' })).toBeVisible()
  await expectNoViolationInLightAndDark(page)
})

for (const { name, person = 'Jonas', path, shows } of PAGES) {
  test(`axe finds no violation on ${name}, in light and in dark`, async ({ lookAt }) => {
    const page = await lookAt(path, person)
    await shows(page)
    await expectNoViolationInLightAndDark(page)
  })
}
