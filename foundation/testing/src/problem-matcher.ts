import { isProblem, type ProblemMaker } from '@millrace/base'
import { expect } from 'vitest'

declare module 'vitest' {
  interface Assertion {
    /** The value is a problem of this type. */
    toBeProblem(of: ProblemMaker): void
  }
}

/** Registered by importing this package. */
export function toBeProblem(received: unknown, of: ProblemMaker) {
  const pass = isProblem(received, of)
  const got = isProblem(received) ? `${received.type.code}: ${received.message}` : String(received)
  return { pass, message: () => `expected ${pass ? 'no ' : ''}problem ${of.type.code}, got ${got}` }
}

expect.extend({ toBeProblem })
