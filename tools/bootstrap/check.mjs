import path from 'node:path'
import { CHECKOUT } from './refusal.mjs'
import { environmentWith, runQuietly } from './run.mjs'
import { test } from './test.mjs'

const STEP_TIMEOUT_MS = 10 * 60_000

// Everything a change must pass before its tests are worth running.
const STEPS = [
  ['format and lint', 'node_modules/@biomejs/biome/bin/biome', ['check', '--error-on-warnings']],
  ['types of the server', 'node_modules/typescript/bin/tsc', ['-p', 'tsconfig.server.json']],
  ['types of the web app', 'node_modules/typescript/bin/tsc', ['-p', 'tsconfig.web.json']],
  ['types of what drives a browser', 'node_modules/typescript/bin/tsc', ['-p', 'tsconfig.browser.json']],
  ['imports', 'tools/check-imports.ts', []],
  ['where packages come from', 'tools/check-supply.ts', []],
  ['the threat model and its tests', 'tools/check-threats.ts', []],
  ['dead files, exports and dependencies', 'node_modules/knip/bin/knip.js', ['--no-progress']],
]

/** The checks of the house, then the tests; `--static` leaves the tests out. @returns the exit code */
export async function check(node, args) {
  let failedCount = 0
  for (const [title, program, options] of STEPS) {
    const startedAtMs = Date.now()
    const { code, output } = await runQuietly(node, [path.join(CHECKOUT, program), ...options], {
      environment: environmentWith(node),
      timeoutMs: STEP_TIMEOUT_MS,
    })
    const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1)
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${title} (${seconds} s)`)
    if (code !== 0) {
      failedCount++
      console.log(output.trim())
    }
  }
  if (failedCount > 0) {
    console.log(`${failedCount} of ${STEPS.length} checks failed.`)
    return 1
  }
  return args.includes('--static') ? 0 : test(node, [])
}
