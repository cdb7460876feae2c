import type { Problem } from '@millrace/base'
import {
  filterInvalid,
  mutabilityBroken,
  noTarget,
  notImplemented,
  pathInvalid,
  syntaxInvalid,
  tooMany,
  valueInvalid,
  versionStale,
} from './problems.ts'

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error'

export interface ErrorDocument {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** RFC 7644 §3.12, table 9. */
const SCIM_TYPES: Readonly<Record<string, string>> = {
  [filterInvalid.type.code]: 'invalidFilter',
  [pathInvalid.type.code]: 'invalidPath',
  [valueInvalid.type.code]: 'invalidValue',
  [syntaxInvalid.type.code]: 'invalidSyntax',
  [noTarget.type.code]: 'noTarget',
  [mutabilityBroken.type.code]: 'mutability',
  [tooMany.type.code]: 'tooMany',
}

const STATUS: Readonly<Record<string, number>> = {
  // RFC 7644 §3.14: a resource changed since it was read.
  [versionStale.type.code]: 412,
  [notImplemented.type.code]: 501,
}

/**
 * A problem as RFC 7644 §3.12 writes it.
 *
 * @param status of the problem's kind; 422 becomes 400, the only one SCIM knows for what makes no sense.
 * @param taken problems that say that something is in use already: `uniqueness`.
 */
export function errorDocument(
  problem: Problem,
  status: number,
  instance: string,
  taken: ReadonlySet<string>,
): ErrorDocument {
  const { code, kind } = problem.type
  const shown = STATUS[code] ?? (status === 422 ? 400 : status)
  const scimType = taken.has(code) ? 'uniqueness' : kind === 'invalid' ? typeOfInvalid(code) : undefined
  return {
    status: shown,
    body: {
      schemas: [ERROR],
      status: String(shown),
      ...(scimType !== undefined && { scimType }),
      detail: problem.message,
      // As in every other refusal of ours.
      ...{ code, instance },
    },
  }
}

/** What the server refuses before anything of SCIM is looked at is a matter of syntax. */
function typeOfInvalid(code: string): string {
  return SCIM_TYPES[code] ?? (code.startsWith('http/') ? 'invalidSyntax' : 'invalidValue')
}
