import { type Caller, signInToDemo } from '@millrace/testing/house'
import { type BrowserContextOptions, test as base, expect, type Page } from '@playwright/test'
import { DEMO_URL } from './demo-house.ts'

interface Visit {
  /** The API of the demo house as one of its people, found by the first name. */
  readonly callerOf: (name: string) => Promise<Caller>
  /** A page in a browser of its own, signed in as one of the demo's people. */
  readonly pageOf: (name: string, options?: BrowserContextOptions) => Promise<Page>
}

const callers = new Map<string, Promise<Caller>>()

/** Tests in the demo house. A test fails when a page of it throws an error that nothing catches. */
export const test = base.extend<Visit>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern that nothing else is needed
  baseURL: async ({}, use) => {
    await use(process.env[DEMO_URL])
  },
  callerOf: async ({ baseURL }, use) => {
    await use((name) => {
      const caller = callers.get(name) ?? signInToDemo(baseURL ?? '', name)
      callers.set(name, caller)
      return caller
    })
  },
  pageOf: async ({ browser, baseURL, callerOf }, use) => {
    const errors: Error[] = []
    const opened: Page[] = []
    await use(async (name, options) => {
      const { cookie } = await callerOf(name)
      const context = await browser.newContext(options)
      context.on('weberror', (webError) => errors.push(webError.error()))
      const [cookieName = '', value = ''] = cookie.split('=')
      await context.addCookies([{ name: cookieName, value, url: baseURL ?? '' }])
      const page = await context.newPage()
      opened.push(page)
      return page
    })
    for (const page of opened) await page.context().close()
    expect(errors, 'errors that the pages did not catch').toEqual([])
  },
})

export { expect } from '@playwright/test'
