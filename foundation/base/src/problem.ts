/** How a caller should react. Each border maps a kind once: HTTP to a status, the command line to an exit code. */
export type ProblemKind =
  | 'invalid' // makes no sense; change the request
  | 'unauthenticated' // say who you are
  | 'forbidden' // you may not
  | 'missing' // no such thing, or none you may see
  | 'conflict' // makes sense, but not in the present state
  | 'limited' // too much just now; wait as long as the answer says
  | 'unavailable' // try again later
  | 'broken' // our fault; nothing the caller can change

export interface ProblemType {
  readonly code: string
  readonly kind: ProblemKind
  readonly title: string
}

/** A refusal or failure the caller is meant to see. Anything else that is thrown is a bug. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly type: ProblemType
  readonly data: Readonly<Record<string, unknown>>

  constructor(type: ProblemType, detail: string, data: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super(detail, options)
    this.type = type
    this.data = data
  }
}

/** What {@link problemType} returns: a maker of problems that also carries their type. */
export interface ProblemMaker {
  (detail: string, data?: Readonly<Record<string, unknown>>, options?: ErrorOptions): Problem
  readonly type: ProblemType
}

/**
 * Declares a type of problem and returns the function that makes one.
 *
 * @param code `<module>/<condition>`, kebab case. Public API: never reused, never renamed (RFC 9457 §3.1.1).
 * @param title the same for every occurrence; particulars belong to the detail (RFC 9457 §3.1.3).
 */
export function problemType(code: string, kind: ProblemKind, title: string): ProblemMaker {
  const type: ProblemType = { code, kind, title }
  const make = (detail: string, data?: Readonly<Record<string, unknown>>, options?: ErrorOptions): Problem =>
    new Problem(type, detail, data, options)
  return Object.assign(make, { type })
}

/** Whether an error is a problem of this type. */
export function isProblem(error: unknown, of?: ProblemMaker): error is Problem {
  return error instanceof Problem && (of === undefined || error.type.code === of.type.code)
}
