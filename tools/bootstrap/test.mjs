import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { findTestBrowser } from './browser.mjs'
import { bringNats } from './nats.mjs'
import { CHECKOUT, Refusal } from './refusal.mjs'
import { handOver } from './run.mjs'

/** With more files than this failing, something is broken, and a second run would only take time. */
const SECOND_RUNS_MAX = 5
const MESSAGE_LINES = 12
const NOTHING = { passed: 0, failed: 0, skipped: 0, failures: [], unsteady: [] }

/**
 * Runs all tests, or with arguments those that vitest finds for them. In a run of all, files with failures run once more with
 * the machine to themselves. A test that passes then is unsteady: it counts as passed, and is named with what it said at first.
 * What failed is told once more at the end, where it is found. The last line is `N passed, N failed`.
 *
 * @returns the exit code: 0 only if something ran and nothing failed
 */
export async function test(node, args) {
  const reports = await mkdtemp(path.join(tmpdir(), 'millrace-reports-'))
  try {
    const all = args.length === 0
    if (all) await bringNats(console.log)
    const runs = [await (all ? runVitestTwice : runVitest)(node, args, path.join(reports, 'vitest'))]
    if (all && existsSync(path.join(CHECKOUT, 'e2e', 'playwright.config.ts')))
      runs.push(await runPlaywright(node, path.join(reports, 'playwright.json')))

    const sum = (what) => runs.reduce((total, run) => total + run[what], 0)
    tell(
      'Unsteady: failed, and passed in a second run',
      runs.flatMap(({ unsteady }) => unsteady),
    )
    tell(
      'Failed',
      runs.flatMap(({ failures }) => failures),
    )
    const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''
    console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped}`)
    return sum('failed') === 0 && sum('passed') > 0 ? 0 : 1
  } finally {
    await rm(reports, { recursive: true, force: true })
  }
}

function tell(what, failures) {
  for (const { file, name, message } of failures)
    console.log(`${what}: ${path.relative(CHECKOUT, path.resolve(CHECKOUT, file))} › ${name}\n${message}\n`)
}

async function runVitestTwice(node, args, report) {
  const first = await runVitest(node, args, report)
  const files = [...new Set(first.failures.map(({ file }) => file))]
  if (files.length === 0 || files.length > SECOND_RUNS_MAX) return first
  console.log(`Failed in ${files.length} ${files.length === 1 ? 'file, which runs' : 'files, which run'} once more.`)
  const second = await runVitest(node, ['--no-file-parallelism', ...files], `${report}-again`)
  // A second run that did not bring back what failed says nothing.
  if (second.passed + second.failed < first.failed) return first
  const stillFails = ({ file, name }) => second.failures.some((one) => one.file === file && one.name === name)
  return {
    passed: first.passed + first.failed - second.failed,
    failed: second.failed,
    skipped: first.skipped,
    failures: second.failures,
    unsteady: first.failures.filter((failure) => !stillFails(failure)),
  }
}

async function runVitest(node, args, name) {
  const report = `${name}.json`
  const vitest = path.join(CHECKOUT, 'node_modules', 'vitest', 'vitest.mjs')
  const code = await handOver(node, [
    vitest,
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...args,
  ])
  return counted(code, await readReport(report), (result) => {
    const failures = result.testResults.flatMap(failuresOf)
    return {
      passed: result.numPassedTests,
      failed: failures.length,
      skipped: result.numPendingTests + result.numTodoTests,
      failures,
      unsteady: [],
    }
  })
}

function failuresOf(file) {
  const tests = file.assertionResults.filter(({ status }) => status === 'failed')
  // A file that cannot even be read has no test that fails.
  if (tests.length === 0 && file.status === 'failed')
    return [{ file: file.name, name: 'the file itself', message: shortly(file.message) }]
  return tests.map((one) => ({ file: file.name, name: one.fullName, message: shortly(one.failureMessages.join('\n')) }))
}

function shortly(message) {
  return stripVTControlCharacters(message ?? '')
    .split('\n')
    .slice(0, MESSAGE_LINES)
    .join('\n')
}

async function runPlaywright(node, report) {
  let chromium
  try {
    chromium = await findTestBrowser(console.log)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    console.error(error.message)
    return { ...NOTHING, failed: 1 }
  }
  const playwright = path.join(CHECKOUT, 'node_modules', '@playwright', 'test', 'cli.js')
  const code = await handOver(node, [playwright, 'test', '--reporter=list,json'], {
    cwd: path.join(CHECKOUT, 'e2e'),
    environment: { MILLRACE_CHROMIUM: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  })
  return counted(code, await readReport(report), ({ suites, stats, errors }) => {
    const told = suites.flatMap(specsOf)
    return {
      passed: stats.expected + stats.flaky,
      failed: stats.unexpected + errors.length,
      skipped: stats.skipped,
      failures: [
        ...told.filter(({ status }) => status === 'unexpected'),
        ...errors.map(({ message }) => ({ file: 'e2e', name: 'the run itself', message: shortly(message) })),
      ],
      unsteady: told.filter(({ status }) => status === 'flaky'),
    }
  })
}

function specsOf({ suites = [], specs = [] }) {
  const own = specs.flatMap(({ file, title, tests }) =>
    tests.map(({ status, results }) => {
      const messages = results.flatMap(({ errors }) => errors.map(({ message }) => message))
      return { file: path.join('e2e', 'src', file), name: title, status, message: shortly(messages.join('\n')) }
    }),
  )
  return [...own, ...suites.flatMap(specsOf)]
}

// A runner that failed without saying which test counts as one failure: it must never look like success.
function counted(code, report, read) {
  const count = report ? read(report) : NOTHING
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count
}

async function readReport(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return undefined
  }
}
