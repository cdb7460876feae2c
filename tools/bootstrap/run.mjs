import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import path from 'node:path'
import { CHECKOUT } from './refusal.mjs'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
/** Output that is kept of a quiet command; the end of it explains a failure. */
const OUTPUT_CHARS_MAX = 200_000
const SIGNAL_EXIT = 128

/**
 * The environment of everything we start: the pinned Node before any other, and its cache of compiled files, which
 * spares every process but the first the work and the memory of turning TypeScript into JavaScript (a third of the
 * start, 25 MiB).
 */
export function environmentWith(node, more = {}) {
  const bins = [path.dirname(node), path.join(CHECKOUT, 'node_modules', '.bin')]
  return {
    ...process.env,
    PATH: [...bins, process.env.PATH ?? ''].join(path.delimiter),
    NODE_COMPILE_CACHE: path.join(CHECKOUT, 'node_modules', '.cache', 'millrace-node'),
    ...more,
  }
}

/**
 * Runs a program in our place: same terminal, same signals, same exit code.
 *
 * @param options.endsWithUs the program has a channel to us, and stops when we are gone without a word
 */
export function handOver(node, args, { environment = {}, endsWithUs = false, cwd = CHECKOUT } = {}) {
  const child = spawn(node, args, {
    cwd,
    env: environmentWith(node, environment),
    stdio: endsWithUs ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
  })
  const forward = (signal) => {
    // A terminal gives Ctrl-C to everybody itself. Twice would mean impatience.
    if (signal === 'SIGINT' && process.stdin.isTTY) return
    child.kill(signal)
  }
  for (const signal of SIGNALS) process.on(signal, forward)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      for (const one of SIGNALS) process.off(one, forward)
      resolve(code ?? SIGNAL_EXIT + (constants.signals[signal] ?? 0))
    })
  })
}

/**
 * Runs a program without showing what it says. A signal ends it, and us after it.
 *
 * @param options.onPid is told its number
 * @returns its exit code and the end of its output; code -1 with `error` when it could not be started
 */
export function runQuietly(program, args, options = {}) {
  const { environment = process.env, cwd = CHECKOUT, timeoutMs, shell = false, onPid = () => undefined } = options
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      shell,
    })
    if (child.pid !== undefined) onPid(child.pid)
    let endedBy
    const end = (signal) => {
      endedBy = signal
      child.kill(signal)
    }
    for (const signal of SIGNALS) process.on(signal, end)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes) => {
        output = (output + bytes).slice(-OUTPUT_CHARS_MAX)
      })
    }
    child.once('error', (error) => resolve({ code: -1, output, error }))
    child.once('close', (code) => {
      for (const signal of SIGNALS) process.off(signal, end)
      if (endedBy) process.exit(SIGNAL_EXIT + constants.signals[endedBy])
      resolve({ code: code ?? -1, output })
    })
  })
}
