import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { exclusively } from './exclusive.mjs'
import { CHECKOUT, Refusal, refusalFor, sentenceFor } from './refusal.mjs'
import { environmentWith, runQuietly } from './run.mjs'

const WEB = path.join(CHECKOUT, 'apps', 'web')
const BUILT = path.join(WEB, 'dist')
const MARK = 'built-from.txt'
const BUILD_TIMEOUT_MS = 10 * 60_000

// What the web app is made of: the rules of imports let it reach nothing else.
const WHOLE = ['apps/web', 'foundation/ui', 'foundation/base', 'standards']
const OF_MODULES = /^src\/(web\/|([\w-]+-)?(contract|rules))|^package\.json$/
const NOT_BUILT_IN = /(^|\/)(node_modules|dist(\.\w+)?|vectors)(\/|$)|\.test\.tsx?$|\.md$/

/** Builds the web app unless it is built from exactly these sources. */
export async function buildWeb(node, say) {
  if (!existsSync(path.join(WEB, 'index.html'))) return
  const wanted = await sourceMark()
  if ((await builtMark()) === wanted) return
  await exclusively(say, async (onPid) => {
    if ((await builtMark()) === wanted) return // by the one we have waited for
    say('Building the web app.')
    const next = `${BUILT}.new`
    const vite = path.join(CHECKOUT, 'node_modules', 'vite', 'bin', 'vite.js')
    const { code, output } = await runQuietly(node, [vite, 'build', '--outDir', next, '--emptyOutDir'], {
      cwd: WEB,
      environment: environmentWith(node),
      timeoutMs: BUILD_TIMEOUT_MS,
      onPid,
    })
    if (code !== 0) {
      const sentence = sentenceFor(output)
      if (sentence) throw new Refusal(sentence)
      console.error(output.trim())
      throw new Refusal('The web app could not be built, for the reason above.')
    }
    await writeFile(path.join(next, MARK), wanted)
    // A server that is running sees the old one or the new one, never half of each.
    await rm(`${BUILT}.old`, { recursive: true, force: true })
    if (existsSync(BUILT)) await rename(BUILT, `${BUILT}.old`)
    await rename(next, BUILT)
    await rm(`${BUILT}.old`, { recursive: true, force: true })
  }).catch((error) => {
    throw refusalFor(error)
  })
}

async function sourceMark() {
  const files = [path.join(CHECKOUT, 'package-lock.json')]
  for (const folder of WHOLE) files.push(...(await filesIn(path.join(CHECKOUT, folder), () => true)))
  const modules = path.join(CHECKOUT, 'modules')
  for (const name of await readdir(modules).catch(() => [])) {
    files.push(...(await filesIn(path.join(modules, name), (file) => OF_MODULES.test(file))))
  }
  const hash = createHash('sha256')
  for (const file of files.sort()) {
    hash.update(`${path.relative(CHECKOUT, file)}\0`)
    hash.update(await readFile(file))
  }
  return hash.digest('hex')
}

async function filesIn(root, isWanted, folder = '') {
  const found = []
  for (const entry of await readdir(path.join(root, folder), { withFileTypes: true }).catch(() => [])) {
    const file = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (NOT_BUILT_IN.test(file)) continue
    if (entry.isDirectory()) found.push(...(await filesIn(root, isWanted, file)))
    else if (entry.isFile() && isWanted(file)) found.push(path.join(root, file))
  }
  return found
}

function builtMark() {
  return readFile(path.join(BUILT, MARK), 'utf8').catch(() => '')
}
