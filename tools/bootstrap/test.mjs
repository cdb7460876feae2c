import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { findBrowser } from './browser.mjs'
import { bringNats } from './nats.mjs'
import { CHECKOUT, Refusal } from './refusal.mjs'
import { handOver } from './run.mjs'

/**
 * Runs all tests, or with arguments those that vitest finds for them. The last line is `N passed, N failed`.
 *
 * @returns the exit code: 0 only if something ran and nothing failed
 */
export async function test(node, args) {
  const reports = await mkdtemp(path.join(tmpdir(), 'millrace-reports-'))
  try {
    if (args.length === 0) await bringNats(console.log)
    const counts = [await runVitest(node, args, path.join(reports, 'vitest.json'))]
    const hasBrowserTests = existsSync(path.join(CHECKOUT, 'e2e', 'playwright.config.ts'))
    if (args.length === 0 && hasBrowserTests)
      counts.push(await runPlaywright(node, path.join(reports, 'playwright.json')))

    const sum = (what) => counts.reduce((total, count) => total + count[what], 0)
    const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''
    console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped}`)
    return sum('failed') === 0 && sum('passed') > 0 ? 0 : 1
  } finally {
    await rm(reports, { recursive: true, force: true })
  }
}

async function runVitest(node, args, report) {
  const vitest = path.join(CHECKOUT, 'node_modules', 'vitest', 'vitest.mjs')
  const code = await handOver(node, [
    vitest,
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...args,
  ])
  return counted(code, await readReport(report), (result) => ({
    passed: result.numPassedTests,
    // A file that cannot even be read has no test that fails.
    failed:
      result.numFailedTests + result.testResults.filter((file) => file.status === 'failed' && !hasFailure(file)).length,
    skipped: result.numPendingTests + result.numTodoTests,
  }))
}

function hasFailure(file) {
  return file.assertionResults.some(({ status }) => status === 'failed')
}

async function runPlaywright(node, report) {
  let chromium
  try {
    chromium = await findBrowser(console.log)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    console.error(error.message)
    return { passed: 0, failed: 1, skipped: 0 }
  }
  const playwright = path.join(CHECKOUT, 'node_modules', '@playwright', 'test', 'cli.js')
  const code = await handOver(node, [playwright, 'test', '--reporter=list,json'], {
    cwd: path.join(CHECKOUT, 'e2e'),
    environment: { MILLRACE_CHROMIUM: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  })
  return counted(code, await readReport(report), ({ stats, errors }) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
  }))
}

// A runner that failed without saying which test counts as one failure: it must never look like success.
function counted(code, report, read) {
  const count = report ? read(report) : { passed: 0, failed: 0, skipped: 0 }
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count
}

async function readReport(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return undefined
  }
}
