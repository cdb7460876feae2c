import { type Caller, signInToDemo, startHouse, until, untilDemoLives } from '@millrace/testing/house'
import type { Page } from 'playwright-core'
import type { Benchmark, BenchmarkArguments, BenchmarkResult } from './benchmark.ts'
import { openBrowser } from './browser.ts'
import { measureFindings } from './loop-findings.ts'
import { percentile } from './percentile.ts'

/**
 * The whole loop with both plants running: simulator, gateways, server, database and a real browser.
 *
 * - sampleToScreen: from a sample's time at the machine to the text on the screen of a machine's page.
 * - sampleToFinding: from the deciding sample's acknowledgement being asked for to the finding on the findings page.
 * - decisionToMachine: from the request of a command to the machine having the value, as the gateway saw it written.
 */
export const loop: Benchmark = {
  name: 'loop',
  summary: 'sample to screen, sample to finding, decision to machine, through a real browser and real sockets',
  run,
}

const SCREEN_MS = 60_000
const COUNT_MS = 15_000
const COMMANDS = 40

interface Equipment {
  id: string
  name: string
  level: string
  siteId: string
}

interface Command {
  id: string
  requestedAt: string
  state: string
  steps: { state: string; at: string }[]
}

async function run({ print }: BenchmarkArguments): Promise<BenchmarkResult> {
  print('Starting the demo company with both plants.')
  const house = await startHouse()
  const browser = await openBrowser()
  try {
    const caller = await untilDemoLives(house.url)
    const { items: equipment } = await caller.get<{ items: Equipment[] }>('/plant/equipment')
    const machines = equipment.filter((one) => one.level === 'work-unit')

    print(`${machines.length} machines report. Counting samples for ${COUNT_MS / 1000} s.`)
    const samplesPerSecond = await countSamples(house.url, caller, machines)

    const nadia = await signInToDemo(house.url, 'Nadia')
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    const [name = '', value = ''] = nadia.cookie.split('=')
    await context.addCookies([{ name, value, url: house.url }])

    print(`Watching a machine on the screen for ${SCREEN_MS / 1000} s.`)
    const mill = machines.find((one) => one.name === 'Mill 1')
    const page = await context.newPage()
    await page.goto(`${house.url}/plant/machines/${mill?.id}`)
    const toScreen = await watchScreen(page)

    print(`Sending ${COMMANDS} commands.`)
    const toMachine = await sendCommands(nadia, machines)

    print('Provoking findings.')
    const findings = await context.newPage()
    await findings.goto(`${house.url}/insight/findings`)
    const toFinding = await measureFindings(house.url, caller, findings)

    return {
      sampleToScreenMsP50: percentile(toScreen, 0.5),
      sampleToScreenMsP99: percentile(toScreen, 0.99),
      sampleToFindingMsP99: percentile(toFinding, 0.99),
      decisionToMachineMsP99: percentile(toMachine, 0.99),
      machines: machines.length,
      samplesPerSecond: Math.round(samplesPerSecond),
      samplesSeen: toScreen.length,
      findingsSeen: toFinding.length,
      commandsSent: toMachine.length,
    }
  } finally {
    await browser.close()
    await house.stop()
  }
}

/** Samples that reach screens in a second, over all machines. */
async function countSamples(url: string, caller: Caller, machines: readonly Equipment[]): Promise<number> {
  const watch = machines.map((one) => `telemetry.machine/${one.id}`).join(',')
  const stop = new AbortController()
  const answer = await fetch(`${url}/api/v1/live?watch=${watch}`, {
    headers: { cookie: caller.cookie },
    signal: stop.signal,
  })
  if (!answer.body) throw new Error('The live stream has no body.')
  let count = 0
  const timer = setTimeout(() => stop.abort(), COUNT_MS)
  try {
    let rest = ''
    for await (const bytes of answer.body) {
      rest += Buffer.from(bytes).toString('utf8')
      const lines = rest.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (!line.startsWith('data: {"samples"')) continue
        count += (JSON.parse(line.slice(6)) as { samples: unknown[] }).samples.length
      }
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error
  } finally {
    clearTimeout(timer)
  }
  return count / (COUNT_MS / 1000)
}

/**
 * Ages of values in the moment they are painted: every value on the page carries the time of its sample in `data-at`.
 * Values that only change now and then are left out, as are the ones there at the start.
 */
async function watchScreen(page: Page): Promise<number[]> {
  await page.waitForSelector('[data-at]', { timeout: 30_000 })
  return page.evaluate(async (durationMs) => {
    const ages: number[] = []
    const observer = new MutationObserver((changes) => {
      const times = new Set<number>()
      for (const { target } of changes) {
        const at = target instanceof Element ? Number(target.getAttribute('data-at')) : 0
        if (at > 0) times.add(at)
      }
      // After the next frame the change is on the screen.
      requestAnimationFrame(() => {
        const nowMs = performance.timeOrigin + performance.now()
        for (const at of times) ages.push(nowMs - at)
      })
    })
    observer.observe(document.body, { subtree: true, attributes: true, attributeFilter: ['data-at'] })
    await new Promise((resolve) => setTimeout(resolve, durationMs))
    observer.disconnect()
    return ages
  }, SCREEN_MS)
}

/** From request to written, for commands to the feed of mills and lathes, one after the other. */
async function sendCommands(caller: Caller, machines: readonly Equipment[]): Promise<number[]> {
  const durations: number[] = []
  const targets: { setPointId: string; series: number }[] = []
  for (const machine of machines.filter((one) => /^Mill/.test(one.name))) {
    const { items } = await caller.get<{ items: { id: string; name: string; series: number }[] }>(
      `/control/set-points?workUnitId=${machine.id}`,
    )
    const feed = items.find((one) => one.name === 'feed-override')
    if (feed) targets.push({ setPointId: feed.id, series: feed.series })
  }
  for (let round = 0; round < COMMANDS; round += 1) {
    const target = targets[round % targets.length]
    if (!target) throw new Error('No machine has a feed to write.')
    const body = {
      setPointId: target.setPointId,
      value: round % (2 * targets.length) < targets.length ? 95 : 100,
      reason: 'Benchmark of the way back to the machine',
      idempotencyKey: `bench-loop-${process.pid}-${round}`,
    }
    const asked = await caller.send<Command>('POST', '/control/commands', body)
    const done = await until(`command ${asked.id}`, 15_000, async () => {
      const command = await caller.get<Command>(`/control/commands/${asked.id}`)
      if (['refused', 'failed', 'expired'].includes(command.state)) {
        throw new Error(`Command ${round} was ${command.state}: ${JSON.stringify(command.steps)}`)
      }
      return command.state === 'read-back' ? command : undefined
    })
    const written = done.steps.find((step) => step.state === 'written')
    if (written) durations.push(Date.parse(written.at) - Date.parse(done.requestedAt))
    // A controller takes a new set-point ten times a minute at most.
    await new Promise((resolve) => setTimeout(resolve, 60_000 / 10 / targets.length + 100))
  }
  return durations
}
