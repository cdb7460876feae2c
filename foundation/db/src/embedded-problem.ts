import { type Problem, problemType } from '@millrace/base'

/** The embedded or external database cannot be used; the detail is one sentence that says what to do. */
export const databaseUnusable = problemType('db/unusable', 'unavailable', 'The database cannot be used')

/** Whether an error of the operating system carries this code (`ENOENT`, `EACCES`, …). */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

/** The disk of this folder is full: said in one place, because it can show in five. */
export function diskFull(folder: string, cause?: unknown): Problem {
  return databaseUnusable(
    `The disk that holds ${folder} is full: free some space and start again.`,
    { folder },
    { cause },
  )
}
