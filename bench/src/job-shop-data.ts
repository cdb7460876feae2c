import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Alternative, JobShop } from '@millrace/scheduling'
import { USUAL_FOLDER } from './line-data.ts'

/** A published problem with the best makespan anybody found, and the proven lower bound where there is one. */
export type JobShopInstance = { name: string; folder: string; shop: JobShop; bestKnown: number; lowerBound: number }

/** Per folder and instance, as the collection states them. */
type BestKnown = Record<string, Record<string, { lb: number | null; ub: number }>>

/**
 * Reads published instances: `<folder>/<name>.txt` and `best-known.json` beside the folders.
 *
 * @param root where the folders lie; the usual place unless told.
 * @param mayRead which names of the folder are wanted.
 * @returns undefined when there are no such data. Instances without a best-known value are left out.
 */
export function readJobShops(
  root: string | undefined,
  folders: readonly string[],
  mayRead: (name: string) => boolean = () => true,
): JobShopInstance[] | undefined {
  const base = root ?? USUAL_FOLDER
  const bounds = join(base, 'best-known.json')
  if (!statSync(bounds, { throwIfNoEntry: false })?.isFile()) return undefined
  const bestKnown = JSON.parse(readFileSync(bounds, 'utf8')) as BestKnown
  return folders.flatMap((folder) => {
    const parse = folder.startsWith('fjsp/') ? parseFlexibleJobShop : parseJobShop
    return readdirSync(join(base, folder))
      .sort()
      .flatMap((file) => {
        const name = file.replace(/\.\w+$/, '')
        const known = bestKnown[folder]?.[name]
        if (!known || !mayRead(name)) return []
        const shop = parse(readFileSync(join(base, folder, file), 'utf8'))
        return [{ name, folder, shop, bestKnown: known.ub, lowerBound: known.lb ?? 0 }]
      })
  })
}

/** What a benchmark says, and where, when its data are not there. */
export function sayNoData(root: string | undefined): void {
  console.error(`No benchmark data in ${root ?? USUAL_FOLDER} (--data FOLDER): nothing was measured.`)
}

/**
 * The format of the classic collections: `#` comments, `jobs machines`, then a line for each job with pairs of machine (from 0) and
 * duration. Lines may differ in length, visit a machine again and end in `-1 -1`.
 *
 * @throws SyntaxError naming the job.
 */
export function parseJobShop(text: string): JobShop {
  const { machineCount, lines } = linesOf(text)
  const jobs = lines.map((numbers, job) => {
    if (numbers.length % 2 !== 0) throw new SyntaxError(`job ${job} has a machine without a duration`)
    const operations: Alternative[][] = []
    for (let i = 0; i < numbers.length; i += 2) {
      const machine = numbers[i] ?? -1
      if (machine === -1 && i === numbers.length - 2) break
      operations.push([{ machine, duration: numbers[i + 1] ?? -1 }])
    }
    return operations
  })
  return { machineCount, jobs }
}

/**
 * The format of the flexible collections: `jobs machines`, then for each job the number of operations and for each of these the
 * number of alternatives and so many pairs of machine (from 0) and duration.
 *
 * @throws SyntaxError naming the job.
 */
export function parseFlexibleJobShop(text: string): JobShop {
  const { machineCount, lines } = linesOf(text)
  const jobs = lines.map((numbers, job) => {
    let at = 0
    const next = () => {
      const number = numbers[at++]
      if (number === undefined) throw new SyntaxError(`job ${job} ends too early`)
      return number
    }
    const operations = Array.from({ length: next() }, () =>
      Array.from({ length: next() }, (): Alternative => ({ machine: next(), duration: next() })),
    )
    if (at !== numbers.length) throw new SyntaxError(`job ${job} has numbers left over`)
    return operations
  })
  return { machineCount, jobs }
}

/** The machines of the head line, and the numbers of each job's line. */
function linesOf(text: string): { machineCount: number; lines: number[][] } {
  const [head, ...rest] = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/\s+/).map(Number))
  const [jobCount = -1, machineCount = -1] = head ?? []
  if (rest.length < jobCount || jobCount < 0)
    throw new SyntaxError(`${jobCount} jobs are announced, ${rest.length} follow`)
  const lines = rest.slice(0, jobCount)
  lines.forEach((numbers, job) => {
    if (!numbers.every(Number.isInteger)) throw new SyntaxError(`job ${job} holds something that is no whole number`)
  })
  return { machineCount, lines }
}
