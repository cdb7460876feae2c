import { accessSync, constants, existsSync } from 'node:fs'
import path from 'node:path'
import { Refusal } from './refusal.mjs'
import { runQuietly } from './run.mjs'

/** Chromium without what only people at a screen need: a page opens with two thirds of the work. Tests take it if it is there. */
const SHELL = 'chromium-headless-shell'
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge']
const ELSEWHERE = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  '/snap/bin/chromium',
]
const APT_TIMEOUT_MS = 15 * 60_000

const WHAT_TO_DO =
  'There is no Chromium for the tests in the browser: install chromium (or Chrome) with your system, or say where it is with MILLRACE_CHROMIUM.'

/** The browser for tests, installed if we may. @throws Refusal with what to do */
export function findTestBrowser(say) {
  return find([SHELL, ...NAMES], say)
}

/** The browser for benchmarks, which is what people use, where there is one. @throws Refusal with what to do */
export function findBrowser(say) {
  return find([...NAMES, SHELL], say)
}

async function find(names, say) {
  const named = process.env.MILLRACE_CHROMIUM
  if (named) {
    if (isExecutable(named)) return named
    throw new Refusal(`MILLRACE_CHROMIUM is "${named}", which is no program: correct or unset it.`)
  }
  const found = inPath(names)
  if (found) return found
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) await installWithApt(say)
  const installed = inPath(names)
  if (installed) return installed
  throw new Refusal(WHAT_TO_DO)
}

function inPath(names) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder))
  const candidates = names.flatMap((name) => folders.map((folder) => path.join(folder, name)))
  return [...candidates, ...ELSEWHERE].find(isExecutable)
}

async function installWithApt(say) {
  say(`Installing Chromium for the tests in the browser (apt-get install ${SHELL}).`)
  const apt = (...args) =>
    runQuietly('apt-get', args, {
      environment: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      timeoutMs: APT_TIMEOUT_MS,
    })
  const install = (name) => apt('install', '-y', '--no-install-recommends', name)
  await apt('update')
  // Descendants of Debian have not all of its packages.
  const { code } = await install(SHELL)
  if (code !== 0) await install('chromium')
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
