import type { Page } from '@playwright/test'
import { type IdentityProvider, startIdentityProvider } from './identity-provider.ts'
import { expect, test } from './test.ts'

// A house that is used again remembers an earlier one that failed.
const NAME = `Alpine Edge ${crypto.randomUUID().slice(0, 4)}`
const LOGIN = 'nadia'
let provider: IdentityProvider | undefined

test.afterAll(() => provider?.stop())

/** Goes through the pages of the provider: a login, then the consent that it asks for once. */
async function signInAtProvider(page: Page): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(LOGIN)
  await page.getByPlaceholder('and password').fill('any')
  await page.getByRole('button', { name: 'Sign-in' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
}

/** Confirms a risky act: in the demo company pressing is enough. */
async function confirm(page: Page): Promise<void> {
  await page.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click()
}

test('an administrator adds the identity provider of the company, tries it, and a person signs in with it', async ({
  pageOf,
  browser,
  baseURL,
  callerOf,
}) => {
  const { items } = await (await callerOf('Jonas')).get<{ items: { name: string; email: string }[] }>(
    '/identity/people?text=Nadia',
  )
  const nadia = items[0] ?? { name: '', email: '' }
  const page = await pageOf('Jonas')
  await page.goto('/overview')
  await page.getByRole('navigation').getByRole('link', { name: 'Sign-in', exact: true }).click()
  await page.getByRole('link', { name: 'Add OpenID Connect' }).click()

  // What the provider wants to know first stands beside the form.
  const redirect = page.getByText(/^http.*\/callback$/)
  await expect(redirect).toBeVisible()
  provider = await startIdentityProvider((await redirect.textContent()) ?? '', { [LOGIN]: nadia })
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(NAME)
  await page.getByRole('textbox', { name: 'Issuer' }).fill(provider.issuer)
  await page.getByRole('textbox', { name: 'Client ID' }).fill('millrace')
  await page.getByLabel('Client secret').first().fill(provider.clientSecret)
  await page.getByRole('checkbox', { name: 'The provider runs in our own network' }).check()
  await page.getByRole('textbox', { name: 'Why it is there' }).fill('It stands beside the plant server.')
  await page.getByRole('textbox', { name: 'Mail domains' }).fill(nadia.email.split('@')[1] ?? '')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page.getByText('Nobody signs in with it. Try it, then offer it.')).toBeVisible()

  await page.getByRole('button', { name: 'Try sign-in' }).click()
  await signInAtProvider(page)
  await expect(page.getByText('It works. Nobody was signed in.')).toBeVisible()
  await expect(page.getByRole('table', { name: 'What the provider told' })).toContainText(nadia.email)
  await expect(page.getByRole('paragraph').filter({ hasText: nadia.name })).toBeVisible()

  await page.getByRole('link', { name: 'Back to the settings' }).click()
  await page.getByRole('button', { name: 'Offer on the sign-in page' }).click()
  await page.getByRole('textbox', { name: 'Why', exact: true }).fill('It works.')
  await page.getByRole('button', { name: 'Offer', exact: true }).click()
  await confirm(page)
  await expect(page.getByText('It stands on the sign-in page.')).toBeVisible()

  const context = await browser.newContext(baseURL === undefined ? {} : { baseURL })
  const visitor = await context.newPage()
  await visitor.goto('/sign-in?next=%2Fplant%2Fmachines')
  await expect(visitor.getByRole('link', { name: `Sign in with ${NAME}` })).toBeVisible()
  // Whoever types the address is shown the provider of its domain, beside the password that is not needed.
  const onward = visitor.getByRole('link', { name: `Continue with ${NAME}` })
  await visitor.getByLabel('E-mail').fill('somebody@elsewhere.example')
  await expect(onward).toBeHidden()
  await visitor.getByLabel('E-mail').fill(nadia.email)
  await onward.click()
  await signInAtProvider(visitor)
  await expect(visitor).toHaveURL(/\/plant\/machines$/)
  await expect(visitor.getByRole('button', { name: new RegExp(nadia.name) })).toBeVisible()
  await context.close()

  await page.reload()
  await expect(page.getByRole('table', { name: 'Linked people' })).toContainText(nadia.name)
  await page.getByRole('button', { name: 'Switch off' }).click()
  await page.getByRole('textbox', { name: 'Why', exact: true }).fill('The test is over.')
  await page.getByRole('button', { name: 'Switch off' }).last().click()
  await confirm(page)
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByRole('button', { name: 'Remove this provider' }).click()
  await confirm(page)
  await expect(page).toHaveURL(/\/identity\/sign-in-settings$/)
  await expect(page.getByRole('link', { name: NAME })).toHaveCount(0)
})

test('why a sign-in came to nothing is said on the sign-in page', async ({ browser, baseURL }) => {
  const context = await browser.newContext(baseURL === undefined ? {} : { baseURL })
  const page = await context.newPage()
  await page.goto('/sign-in?problem=identity/saml-audience-wrong')
  await expect(page.getByRole('alert')).toContainText('meant for another application')
  await context.close()
})
