import { execFileSync, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type House, signInToDemo, startHouse, until, untilDemoLives } from '@millrace/testing/house'
import type { Benchmark, BenchmarkArguments, BenchmarkResult } from './benchmark.ts'
import { openBrowser } from './browser.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const INSTALL_MS = 600_000
/** Its plans have been made by then. */
const SETTLE_MS = 60_000

/**
 * What a new user waits for: a fresh clone installed, the first page with two living plants from an empty data folder,
 * a second start; and what the program takes when it idles with the demo.
 *
 * residentMiB adds the proportional set sizes of all its processes, npm's excepted: pages shared between processes count
 * once (Linux; /proc/PID/smaps_rollup).
 */
export const firstStart: Benchmark = {
  name: 'first-start',
  summary: 'install, first page with living plants, second start, and resident memory',
  run,
}

async function run({ print, options }: BenchmarkArguments): Promise<BenchmarkResult> {
  const installMs = options.get('skip-install') === 'true' ? null : await install(print)
  const browser = await openBrowser()
  try {
    print('First start, with an empty data folder.')
    const firstMs = performance.now()
    let house = await startHouse()
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    const page = await context.newPage()
    await page.goto(house.url)
    await page.getByRole('button', { name: /Nadia Brunner/ }).click({ timeout: 60_000 })
    await page.getByText('Sursee').first().waitFor({ timeout: 60_000 })
    await page.getByText('Querétaro').first().waitFor({ timeout: 60_000 })
    await page.getByText('Machines running').nth(1).waitFor({ timeout: 60_000 })
    await untilBothPlantsLive(house.url)
    const firstPageMs = performance.now() - firstMs
    await page.close()

    print(`First page after ${Math.round(firstPageMs)} ms. Letting it idle.`)
    await untilDemoLives(house.url)
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
    const residentMiB = residentOf(house)
    await house.stop({ keepData: true })

    print('Second start.')
    const secondMs = performance.now()
    house = await startHouse([], house.dataDir)
    const again = await context.newPage()
    await again.goto(house.url)
    await again.getByText('Sursee').first().waitFor({ timeout: 60_000 })
    const secondStartMs = performance.now() - secondMs
    await house.stop()
    return {
      installMs,
      firstPageMs: Math.round(firstPageMs),
      secondStartMs: Math.round(secondStartMs),
      residentMiB: Math.round(residentMiB),
    }
  } finally {
    await browser.close()
  }
}

/** Waits until machines of both plants have reported within the last seconds, and their past is complete. */
async function untilBothPlantsLive(url: string): Promise<void> {
  const caller = await signInToDemo(url, 'Jonas')
  await until('the history', 180_000, async () => {
    const { state } = await caller.get<{ state: string }>('/demo/company')
    return state === 'present'
  })
  const { items } = await caller.get<{ items: { id: string; level: string }[] }>('/plant/equipment')
  for (const site of items.filter((one) => one.level === 'site')) {
    await until('live machines', 180_000, async () => {
      const signals = await caller.get<{ items: { latest: { timestampMs: number } | null }[] }>(
        `/telemetry/signals?siteId=${site.id}`,
      )
      return signals.items.some(({ latest }) => latest !== null && Date.now() - latest.timestampMs < 5000)
    })
  }
}

/** Clones this checkout and installs it as `npm start` would, up to where it would start. */
async function install(print: (line: string) => void): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace clone '))
  try {
    print(`Cloning into ${folder} and installing.`)
    execFileSync('git', ['clone', '--quiet', ROOT, folder])
    const beganMs = performance.now()
    await new Promise<void>((resolve, reject) => {
      const child = spawn('npm', ['run', '--silent', 'millrace', '--', 'version'], {
        cwd: folder,
        timeout: INSTALL_MS,
        stdio: 'ignore',
      })
      child.once('error', reject)
      child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`The installation ended with ${code}.`))))
    })
    return Math.round(performance.now() - beganMs)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Proportional set size of the house's processes and of the database it started. */
function residentOf(house: House): number {
  const parents = new Map<number, number>()
  const databases: number[] = []
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
      // The database runs detached from us: it is known by its folder.
      if (readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes(house.dataDir)) databases.push(Number(entry))
    } catch {
      // Gone in the meantime.
    }
  }
  const roots = new Set([house.process.pid ?? 0, ...databases])
  const belongs = (pid: number): boolean => pid > 1 && (roots.has(pid) || belongs(parents.get(pid) ?? 0))
  let kilobytes = 0
  for (const pid of parents.keys()) {
    if (!belongs(pid)) continue
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
    } catch {
      // Gone in the meantime.
    }
  }
  return kilobytes / 1024
}
