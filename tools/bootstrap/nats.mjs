import { existsSync } from 'node:fs'
import path from 'node:path'
import { runQuietly } from './run.mjs'

const APT_TIMEOUT_MS = 5 * 60_000

/**
 * Installs nats-server for the tests of several servers, if we may and it is missing. Where it cannot be had those tests are
 * skipped, and say so.
 */
export async function bringNats(say) {
  if (isThere() || process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return
  say('Installing NATS for the tests of several servers (apt-get install nats-server).')
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await runQuietly('apt-get', ['update'], { environment, timeoutMs: APT_TIMEOUT_MS })
  await runQuietly('apt-get', ['install', '-y', '--no-install-recommends', 'nats-server'], {
    environment,
    timeoutMs: APT_TIMEOUT_MS,
  })
  if (!isThere()) say('NATS could not be installed: the tests of several servers are skipped.')
}

function isThere() {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/bin']
  return folders.some((folder) => existsSync(path.join(folder, 'nats-server')))
}
