import { readdir, readFile } from 'node:fs/promises'

/** Linux counts in hundredths of a second for whoever reads them. */
const TICKS_PER_S = 100

interface Times {
  readonly parent: number
  /** Of itself, in seconds. */
  readonly ownS: number
  /** Of children that have ended and were waited for. */
  readonly endedS: number
}

/** Seconds of processor time of some processes and their living and ended children; undefined where there is no /proc. */
export async function processorSeconds(pids: readonly number[]): Promise<number | undefined> {
  const all = await allTimes().catch(() => undefined)
  if (!all) return undefined
  let sum = 0
  for (const [pid, { parent, ownS, endedS }] of all) {
    if (pids.includes(pid)) sum += ownS + endedS
    else if (pids.includes(parent)) sum += ownS
  }
  return sum
}

async function allTimes(): Promise<Map<number, Times>> {
  const times = new Map<number, Times>()
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    // The name, in brackets, may hold anything; what follows are the fields from the third on.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const seconds = (first: number) => (Number(fields[first]) + Number(fields[first + 1])) / TICKS_PER_S
    if (fields.length > 15)
      times.set(Number(name), { parent: Number(fields[1]), ownS: seconds(11), endedS: seconds(13) })
  }
  return times
}
