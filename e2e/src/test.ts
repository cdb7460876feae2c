import { type Caller, signInToDemo } from '@millrace/testing/house'
import { type Browser, type BrowserContextOptions, test as base, expect, type Page } from '@playwright/test'
import { DEMO_URL } from './demo-house.ts'

interface Visit {
  /** The API of the demo house as one of its people, found by the first name. */
  readonly callerOf: (name: string) => Promise<Caller>
  /** A page in a browser of its own, signed in as one of the demo's people. */
  readonly pageOf: (name: string, options?: BrowserContextOptions) => Promise<Page>
  /**
   * A place of the app, for tests that change nothing: one page for each of the demo's people, and one for nobody, which goes
   * from place to place as it does when somebody follows a link. Loading the app anew takes ten times as long.
   */
  readonly lookAt: (path: string, name?: string) => Promise<Page>
}

interface Look {
  readonly page: Page
  readonly errors: Error[]
}

const callers = new Map<string, Promise<Caller>>()

async function open(browser: Browser, options?: BrowserContextOptions): Promise<Look> {
  const context = await browser.newContext(options)
  const errors: Error[] = []
  context.on('weberror', (webError) => errors.push(webError.error()))
  return { page: await context.newPage(), errors }
}

async function signIn({ page }: Look, { cookie }: Caller, url = ''): Promise<void> {
  const [name = '', value = ''] = cookie.split('=')
  await page.context().addCookies([{ name, value, url }])
}

/** Tests in the demo house. A test fails when a page of it throws an error that nothing catches. */
export const test = base.extend<Visit, { looks: Map<string | undefined, Look> }>({
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
    const opened: Look[] = []
    await use(async (name, options) => {
      const caller = await callerOf(name)
      const look = await open(browser, options)
      opened.push(look)
      await signIn(look, caller, baseURL)
      return look.page
    })
    for (const { page } of opened) await page.context().close()
    expect(
      opened.flatMap(({ errors }) => errors),
      'errors that the pages did not catch',
    ).toEqual([])
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern that nothing else is needed
  looks: [async ({}, use) => use(new Map()), { scope: 'worker' }],
  lookAt: async ({ browser, baseURL, callerOf, looks }, use) => {
    await use(async (path, name) => {
      const before = looks.get(name)
      if (before) {
        await before.page.evaluate((url) => {
          history.pushState({}, '', url)
          dispatchEvent(new PopStateEvent('popstate'))
        }, path)
        return before.page
      }
      const caller = name && (await callerOf(name))
      const look = await open(browser)
      looks.set(name, look)
      if (caller) await signIn(look, caller, baseURL)
      await look.page.goto(path)
      return look.page
    })
    const errors = [...looks.values()].flatMap((look) => look.errors.splice(0))
    expect(errors, 'errors that the pages did not catch').toEqual([])
  },
})

export { expect } from '@playwright/test'
