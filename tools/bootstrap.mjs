// The commands of the README, from a fresh clone, with whatever Node (18 or newer) and npm the machine has. Installs,
// builds what is stale, and hands over to the pinned Node. Plain JavaScript without dependencies: nothing is installed
// yet when it runs.
import path from 'node:path'
import { findBrowser } from './bootstrap/browser.mjs'
import { check } from './bootstrap/check.mjs'
import { install } from './bootstrap/install.mjs'
import { findPinnedNode } from './bootstrap/pinned-node.mjs'
import { CHECKOUT, Refusal } from './bootstrap/refusal.mjs'
import { handOver } from './bootstrap/run.mjs'
import { test } from './bootstrap/test.mjs'
import { buildWeb } from './bootstrap/web.mjs'

const commands = {
  start: async (args) => {
    const node = await prepare(console.log)
    await buildWeb(node, console.log)
    return handOver(node, [inCheckout('apps/cli/src/main.ts'), 'start', ...args], { endsWithUs: true })
  },
  test: async (args) => {
    const node = await prepare(console.log)
    await buildWeb(node, console.log)
    return test(node, args)
  },
  check: async (args) => check(await prepare(console.log), args),
  bench: async (args) => {
    // Its standard output is its result.
    const node = await prepare(console.error)
    await buildWeb(node, console.error)
    // Most need no browser; those that do say so themselves.
    const chromium = await findBrowser(console.error).catch(() => undefined)
    const environment = chromium === undefined ? {} : { MILLRACE_CHROMIUM: chromium }
    return handOver(node, [inCheckout('bench/src/main.ts'), ...args], { environment })
  },
  millrace: async (args) => handOver(await prepare(console.error), [inCheckout('apps/cli/src/main.ts'), ...args]),
}

async function prepare(say) {
  await install(say)
  return findPinnedNode()
}

function inCheckout(file) {
  return path.join(CHECKOUT, file)
}

const [name, ...args] = process.argv.slice(2)
try {
  const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined
  if (!command) throw new Refusal(`Say which of these to do: ${Object.keys(commands).join(', ')}.`)
  process.exitCode = await command(args)
} catch (error) {
  console.error(error instanceof Refusal ? error.message : error)
  process.exitCode = 1
}
