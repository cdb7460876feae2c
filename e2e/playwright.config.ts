import { CHROMIUM_ARGS } from '@millrace/testing/chromium'
import { defineConfig } from '@playwright/test'

/** A busy machine with two cores is slow, and none of our waits is for a fixed time. */
const EXPECT_MS = 30_000
const TEST_MS = 120_000
const WHOLE_RUN_MS = 30 * 60_000
const SETUP = './src/demo-house.ts'

/** Tests that start a house of their own, or need none. */
const OWN_HOUSE = ['**/first-run.spec.ts', '**/markup.spec.ts', '**/gantt.spec.ts']
/** Tests of people and rights in the demo company: they and those of its plants do not meet. */
const ADMINISTERING =
  /\/(joining|limits|people|people-file|provisioning|sign-in|single-sign-on|station|webhooks)\.spec\.ts$/
/** Tests that look at the demo company and change nothing in it. */
const LOOKING = ['**/accessibility.spec.ts']
/** Tests that kill the server of the demo company under everybody. */
const KILLING = ['**/live.spec.ts']

/**
 * The whole program in the system's Chromium. All tests share one house with the demo company, so those that act in it run one
 * by one; those that act in its plants beside those that administer it, then those that have a house of their own or only look.
 * What nobody else can bear comes last, and only when all else went well.
 */
export default defineConfig({
  testDir: './src',
  globalSetup: SETUP,
  globalTimeout: WHOLE_RUN_MS,
  timeout: TEST_MS,
  expect: { timeout: EXPECT_MS },
  workers: 2,
  projects: [
    { name: 'acts', testIgnore: [...OWN_HOUSE, ADMINISTERING, ...LOOKING, ...KILLING], workers: 1 },
    { name: 'administers', testMatch: ADMINISTERING, workers: 1 },
    { name: 'own house', testMatch: OWN_HOUSE, workers: 1 },
    { name: 'looks', testMatch: LOOKING, workers: 1 },
    { name: 'kills', testMatch: KILLING, workers: 1, dependencies: ['acts', 'administers', 'own house', 'looks'] },
  ],
  // What passes only then is told as unsteady at the end of the run.
  retries: 1,
  forbidOnly: true,
  outputDir: './results',
  reporter: 'list',
  use: {
    locale: 'en-GB',
    timezoneId: 'Europe/Zurich',
    viewport: { width: 1280, height: 800 },
    // Nobody waits for dialogs to glide in.
    contextOptions: { reducedMotion: 'reduce' },
    actionTimeout: EXPECT_MS,
    navigationTimeout: EXPECT_MS,
    screenshot: 'only-on-failure',
    // Keeping what every step saw takes a quarter of all the time. A failure tells what it expected and shows the page;
    // who wants more runs that one file with `--trace on`.
    trace: 'off',
    launchOptions: {
      executablePath: process.env.MILLRACE_CHROMIUM ?? '/usr/bin/chromium',
      args: [...CHROMIUM_ARGS],
    },
  },
})
