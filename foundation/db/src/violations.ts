interface DatabaseError {
  readonly code: string
  readonly constraint?: string
}

function asDatabaseError(error: unknown): DatabaseError | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error) || typeof error.code !== 'string')
    return undefined
  return error as DatabaseError
}

/** Whether an error is the violation of a constraint or unique index of this name. */
export function violates(error: unknown, constraint: string): boolean {
  return asDatabaseError(error)?.constraint === constraint
}

// Class 08: connection; 53: out of memory, disk or connections; 57P0x: shutting down or starting up.
const UNAVAILABLE = /^(08|53|57P0)/
const SOCKET = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOENT'])

/** Whether an error says that the database cannot work now but may later (PostgreSQL appendix A, classes 08, 53, 57). */
export function databaseUnavailable(error: unknown): boolean {
  const code = asDatabaseError(error)?.code
  if (code !== undefined) return UNAVAILABLE.test(code) || SOCKET.has(code)
  // The pool's own time-out and a connection cut in the middle carry no code.
  return (
    error instanceof Error && /^(timeout exceeded when trying to connect|Connection terminated)/.test(error.message)
  )
}

/** Whether the database stopped a statement because it took too long (SQLSTATE 57014, query_canceled). */
export function isStopped(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '57014'
}
