import { statfs } from 'node:fs/promises'
import { type Problem, problemType } from '@millrace/base'

/** The embedded or external database cannot be used; the detail is one sentence that says what to do. */
export const databaseUnusable = problemType('db/unusable', 'unavailable', 'The database cannot be used')

/** It cannot be started because the disk is full; `folder` says which. Free space is all it needs. */
export const databaseDiskFull = problemType('db/disk-full', 'unavailable', 'The disk of the database is full')

/** Whether an error of the operating system carries this code (`ENOENT`, `EACCES`, …). */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

/** The disk of this folder is full: said in one place, because it can show in five. */
export function diskFull(folder: string, cause?: unknown): Problem {
  return databaseDiskFull(
    `The disk that holds ${folder} is full: free some space and start again.`,
    { folder },
    { cause },
  )
}

/** With less than this free, PostgreSQL dies of it, and not always with a word about the disk. */
const FREE_BYTES_MIN = 32 * 1024 * 1024

/** Whether a failure of PostgreSQL is that of a full disk: it says so, or there is no room left in its folder. */
export async function isDiskFull(folder: string, output: string): Promise<boolean> {
  if (/No space left on device|ENOSPC|Disk quota exceeded/.test(output)) return true
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize < FREE_BYTES_MIN
}
