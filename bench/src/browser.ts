import { existsSync } from 'node:fs'
import { CHROMIUM_ARGS } from '@millrace/testing/chromium'
import { type Browser, chromium } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The system's Chromium, without a window and without calls to the outside. */
export function openBrowser(): Promise<Browser> {
  const executablePath = process.env.MILLRACE_CHROMIUM ?? PLACES.find(existsSync)
  if (!executablePath) throw new Error('No Chromium is installed: install one, or set MILLRACE_CHROMIUM to its path.')
  return chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] })
}
