import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { exclusively } from './exclusive.mjs'
import { CHECKOUT, Refusal, refusalFor, sentenceFor } from './refusal.mjs'
import { runQuietly } from './run.mjs'

const LOCKFILE = path.join(CHECKOUT, 'package-lock.json')
const MARK = path.join(CHECKOUT, 'node_modules', '.millrace-lock')
const STILL_EVERY_MS = 15_000
const INSTALL_TIMEOUT_MS = 20 * 60_000

/** Installs the packages of the lockfile unless exactly these are installed. */
export async function install(say) {
  const wanted = await wantedMark()
  if ((await installedMark()) === wanted) return
  await exclusively(say, async (onPid) => {
    if ((await installedMark()) === wanted) return // by the one we have waited for
    await runNpm(say, onPid)
    // Under another name first: a mark that was cut short must not be taken for one.
    await writeFile(`${MARK}.new`, wanted)
    await rename(`${MARK}.new`, MARK)
  }).catch((error) => {
    throw refusalFor(error)
  })
}

async function wantedMark() {
  const hash = createHash('sha256').update(await readFile(LOCKFILE))
  // The same folder may be seen from two systems, which need different binaries.
  return hash.update(`${process.platform}-${process.arch}`).digest('hex')
}

function installedMark() {
  return readFile(MARK, 'utf8').catch(() => '')
}

async function runNpm(say, onPid) {
  const isFirst = !existsSync(path.join(CHECKOUT, 'node_modules'))
  say(isFirst ? 'Installing (only the first time, about a minute).' : 'Installing what has changed.')
  const startedAtMs = Date.now()
  const still = setInterval(
    () => say(`Still installing (${Math.round((Date.now() - startedAtMs) / 1000)} s).`),
    STILL_EVERY_MS,
  )
  const { program, args, shell } = npmCommand()
  // The lockfile's digests are checked in any case, so what npm has in its cache need not be asked for again.
  // npm runs on the machine's own Node, which the packages think too old; they never run on it, so nobody is bothered.
  const result = await runQuietly(program, [...args, 'ci', '--no-audit', '--no-fund', '--prefer-offline'], {
    environment: withoutOurBins(),
    timeoutMs: INSTALL_TIMEOUT_MS,
    shell,
    onPid,
  })
  clearInterval(still)
  if (result.code === 0) {
    say(`Installed in ${Math.round((Date.now() - startedAtMs) / 1000)} s.`)
    return
  }
  if (result.error?.code === 'ENOENT')
    throw new Refusal('npm is missing: install it with your system (it usually comes with Node) and try again.')
  const complaints = result.output.split('\n').filter((line) => !/EBADENGINE|^npm warn/.test(line))
  const sentence = sentenceFor(complaints.join('\n'))
  if (sentence) throw new Refusal(sentence)
  console.error(complaints.join('\n').trim())
  throw new Refusal('npm ci failed with the words above: correct the cause and try again.')
}

// The npm that started us, on the Node it was started with: the node of the PATH may be the one about to be replaced.
function npmCommand() {
  const script = process.env.npm_execpath
  const node = process.env.npm_node_execpath ?? process.execPath
  if (script?.endsWith('.js') && existsSync(script) && existsSync(node))
    return { program: node, args: [script], shell: false }
  return { program: 'npm', args: [], shell: process.platform === 'win32' }
}

function withoutOurBins() {
  const bins = (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => !folder.startsWith(path.join(CHECKOUT, 'node_modules')))
  return { ...process.env, PATH: bins.join(path.delimiter) }
}
