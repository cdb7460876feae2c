import { type House, startHouse } from '@millrace/testing/house'
import { expect, test } from './test.ts'

const PERSON = { name: 'Anna Keller', email: 'anna.keller@example.com', password: 'three quiet words' }
const GATEWAY_MS = 60_000
const DEMO_MS = 120_000

// One way from an empty house to a company of one's own, with the demo company coming and going beside it.
test.describe.configure({ mode: 'serial' })

let house: House

test.beforeAll(async () => {
  house = await startHouse(['--no-demo'])
})

test.afterAll(() => house?.stop())

test('without the demo, a short way leads from nothing to a living machine', async ({ page, callerOf }) => {
  // The new house reads a machine of the demo's simulator, as it would read a real one.
  const { items } = await (await callerOf('Jonas')).get<{ items: { name: string; endpoint: string }[] }>(
    '/plant/connections',
  )
  const endpoint = items.find((connection) => connection.name.startsWith('Blade milling'))?.endpoint ?? ''

  await page.goto(house.url)
  await expect(page.getByRole('heading', { level: 1, name: 'Set up Millrace' })).toBeVisible()
  const onward = page.getByRole('button', { name: 'Continue' })
  await onward.click()
  await expect(page.getByText('Needed')).toHaveCount(2)
  await expect(page.getByText('An address such as name@company.com')).toBeVisible()
  await page.getByLabel('Company').fill('Keller Blades')
  await page.getByLabel('Your name').fill(PERSON.name)
  await page.getByLabel('E-mail').fill(PERSON.email)
  await page.getByLabel(/^Password/).fill('short')
  await onward.click()
  await expect(page.getByText('At least 12 characters', { exact: true })).toBeVisible()
  await page.getByLabel(/^Password/).fill(PERSON.password)
  await onward.click()

  await expect(page.getByRole('heading', { level: 2, name: 'A plant' })).toBeVisible()
  await onward.click()
  await expect(page.getByText('Needed')).toBeVisible()
  await page.getByRole('textbox', { name: 'Plant' }).fill('Sempach')
  await onward.click()

  await expect(page.getByRole('heading', { level: 2, name: 'A first connection' })).toBeVisible()
  await page.getByRole('textbox', { name: 'Name' }).fill('Mills')
  await page.getByRole('textbox', { name: 'Address' }).fill('http://somewhere')
  await onward.click()
  await expect(page.getByText('An address such as opc.tcp://192.168.1.20:4840')).toBeVisible()
  await page.getByRole('textbox', { name: 'Address' }).fill(endpoint)
  await onward.click()

  await expect(page.getByRole('heading', { level: 2, name: 'A first machine' })).toBeVisible()
  await page.getByRole('textbox', { name: 'Machine' }).fill('Our mill')
  await page.getByRole('textbox', { name: 'Show only names with' }).fill('mill 1', { timeout: GATEWAY_MS })
  await page.getByRole('button', { name: 'Finish' }).click()
  await expect(page.getByText('Choose at least one signal')).toBeVisible()
  await page.getByRole('button', { name: 'Choose all shown' }).click()
  await page.getByRole('button', { name: 'Finish' }).click()

  await expect(page.getByRole('heading', { level: 1, name: 'Today' })).toBeVisible()
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Machines' }).click()
  await page.getByRole('main').getByRole('link', { name: 'Our mill' }).click()
  const power = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: /power/i }) })
  await expect(power).toContainText(/\d s ago/)
  const before = await power.getAttribute('data-at-ms')
  await expect(power).not.toHaveAttribute('data-at-ms', before ?? '')
})

test('the person who set it up signs in with the password, and a wrong one is refused in a sentence', async ({
  page,
}) => {
  await page.goto(house.url)
  await page.getByLabel('E-mail').fill(PERSON.email)
  await page.getByLabel(/^Password/).fill('three loud words')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('alert')).toBeVisible()
  await expect(page.getByLabel('E-mail')).toHaveValue(PERSON.email)
  await page.getByLabel(/^Password/).fill(PERSON.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Today' })).toBeVisible()
})

test('the demo company is brought with one button, removed with one, and brought back', async ({ page, browser }) => {
  test.setTimeout(3 * DEMO_MS)
  await page.goto(house.url)
  await page.getByLabel('E-mail').fill(PERSON.email)
  await page.getByLabel(/^Password/).fill(PERSON.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  const settings = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Settings' })
  await settings.click()
  await bring()

  const visitor = await (await browser.newContext()).newPage()
  await visitor.goto(house.url)
  await visitor.getByRole('button', { name: 'Jonas Arnold' }).click()
  await visitor.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Settings' }).click()
  const remove = visitor.getByRole('button', { name: 'Remove the demo company' })
  await remove.click()
  await visitor.getByRole('button', { name: 'Keep it' }).click()
  await expect(visitor.getByRole('dialog')).toBeHidden()
  await remove.click()
  await visitor.getByRole('dialog').getByRole('button', { name: 'Remove the demo company' }).click()
  await expect(visitor.getByRole('heading', { level: 1, name: 'Sign in to Millrace' })).toBeVisible({
    timeout: DEMO_MS,
  })
  await expect(visitor.getByText('Sign in as')).toHaveCount(0)
  await visitor.context().close()

  await settings.click()
  await page.reload()
  await bring()

  async function bring(): Promise<void> {
    await page.getByRole('button', { name: 'Bring the demo company' }).click()
    // At 0 % it has no width yet, and so does not count as visible.
    await expect(page.getByRole('progressbar', { name: 'The demo company is being brought.' })).toBeAttached()
    await expect(page.getByRole('heading', { level: 1, name: 'Today' })).toBeVisible({ timeout: DEMO_MS })
  }
})
