import { expect, test } from './test.ts'

test('an administrator sees what the company may use and does use, and how a limit is raised', async ({ pageOf }) => {
  const page = await pageOf('Jonas')
  await page.goto('/overview')
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Limits' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Limits' })).toBeVisible()
  const limits = page.getByRole('table', { name: 'Limits and what is used of them' })
  const samples = limits.getByRole('row').filter({ hasText: 'Samples a second' })
  await expect(samples).toContainText('50,000')
  await expect(
    samples.getByRole('img', { name: /^Samples a second: at most .* of 50,000 in seven days$/ }),
  ).toBeVisible()
  // The plants of the demo send some hundred a second: shown as soon as ten seconds are counted.
  await expect(samples.getByRole('cell').nth(3)).toHaveText(/^[1-9]/)
  // What is stored is measured a minute after the start for the first time.
  await expect(page.getByRole('main')).toContainText(/\d\s(KiB|MiB|GiB)/, { timeout: 90_000 })
  await expect(page.getByText(/^MILLRACE_QUOTAS="[0-9a-f-]{36}:samples=/)).toBeVisible()
  await page.getByRole('link', { name: 'see who is locked' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'People and access' })).toBeVisible()
})

test('who may not see limits has no way to them', async ({ pageOf }) => {
  const page = await pageOf('Lena')
  await page.goto('/overview')
  const pages = page.getByRole('navigation', { name: 'Pages' })
  await expect(pages.getByRole('link', { name: 'Machines' })).toBeVisible()
  await expect(pages.getByRole('link', { name: 'Limits' })).toBeHidden()
})
