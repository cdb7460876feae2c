import { appendFileSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CHECKOUT, Refusal, refusalFor } from './refusal.mjs'

const FOLDER = path.join(CHECKOUT, '.millrace-install')
const OWNERS = path.join(FOLDER, 'pids')
const LOOK_MS = 250
const WAIT_MS = 15 * 60_000
/** A folder without an owner this long was left by somebody killed between two lines. */
const OWNERLESS_LOOKS = 20

/**
 * Does work that must not be done by two at once in this checkout: installing and building.
 *
 * @param work is given a function to name the processes that do it: when we are killed, they may go on
 */
export async function exclusively(say, work) {
  await take(say)
  try {
    return await work((pid) => appendFileSync(OWNERS, `${pid}\n`))
  } finally {
    await rm(FOLDER, { recursive: true, force: true })
  }
}

async function take(say) {
  let ownerless = 0
  for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += LOOK_MS) {
    try {
      await mkdir(FOLDER) // fails if it exists: that is the lock
      await writeFile(OWNERS, `${process.pid}\n`)
      return
    } catch (error) {
      if (error?.code !== 'EEXIST') throw refusalFor(error)
    }
    const owners = (await readFile(OWNERS, 'utf8').catch(() => '')).split('\n').map(Number).filter(Boolean)
    ownerless = owners.length > 0 ? 0 : ownerless + 1
    if (owners.length > 0 ? !owners.some(isAlive) : ownerless > OWNERLESS_LOOKS) {
      await rm(FOLDER, { recursive: true, force: true })
      continue
    }
    if (waitedMs === 0) say('Somebody else is installing here: waiting for that to end.')
    await pause(LOOK_MS)
  }
  throw new Refusal(`Another install in this folder does not end: stop it, remove ${FOLDER} and try again.`)
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error?.code === 'EPERM'
  }
}
