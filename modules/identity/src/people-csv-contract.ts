import { problemType } from '@millrace/base'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { Email } from './contract.ts'

const closed = { additionalProperties: false }

/** The columns of a file of people, in the order in which they are written. */
export const PEOPLE_COLUMNS = ['name', 'email', 'title', 'role', 'site'] as const
export type PeopleColumn = (typeof PEOPLE_COLUMNS)[number]

/** Where a role is held that is held at no single site, as it stands in the column `site`. */
export const WHOLE_COMPANY = 'whole company'

/** Larger than any list of people that fits {@link PEOPLE_ROWS_MAX}; in UTF-8 bytes. */
export const PEOPLE_FILE_BYTES_MAX = 1024 * 1024
/** As many as one transaction writes while somebody waits for it. */
export const PEOPLE_ROWS_MAX = 5000

/** Of a name and of a title, in characters. */
export const NAME_LENGTH_MAX = 200

export function isEmail(text: string): boolean {
  return Value.Check(Email, text)
}

const FileText = Type.String({ minLength: 1, maxLength: PEOPLE_FILE_BYTES_MAX })
const Digest = Type.String({ minLength: 1, maxLength: 100 })

/** What an import would do with the person of a row. */
const ImportOutcome = Type.Enum(['create', 'change', 'nothing', 'error'])

/** One row of the file, and what would become of it. */
export const ImportRow = Type.Object({
  /** As a spreadsheet counts: the header is row 1. */
  row: Type.Integer(),
  name: Type.String(),
  email: Type.String(),
  outcome: ImportOutcome,
  /** What changes by this row, each in words. */
  changes: Type.Array(Type.String()),
  /** Why the row cannot be taken; `column` is `row` for what concerns the whole of it. */
  errors: Type.Array(Type.Object({ column: Type.Enum([...PEOPLE_COLUMNS, 'row']), reason: Type.String() })),
})
export type ImportRow = Static<typeof ImportRow>

/** A file of people as text: UTF-8 when it was read, with commas, semicolons or tabs between the cells. */
export const PeopleFile = Type.Object({ text: FileText }, closed)
export type PeopleFile = Static<typeof PeopleFile>

/** What an import would do. Nothing is done yet. */
export const ImportPlan = Type.Object({
  rows: Type.Array(ImportRow),
  /** People to be added, changed, and left as they are; rows that cannot be taken. */
  counts: Type.Object({
    create: Type.Integer(),
    change: Type.Integer(),
    nothing: Type.Integer(),
    errors: Type.Integer(),
  }),
  /** SHA-256 of the file, hexadecimal. */
  fileDigest: Type.String(),
  /** SHA-256 of what would be done, hexadecimal: it is another one as soon as the company differs in what matters. */
  planDigest: Type.String(),
})
export type ImportPlan = Static<typeof ImportPlan>

/** The file once more, with what its plan said. */
export const PeopleImport = Type.Object({ text: FileText, fileDigest: Digest, planDigest: Digest }, closed)
export type PeopleImport = Static<typeof PeopleImport>

/** How many people an import added, changed and left as they were. */
export const ImportDone = Type.Object({ create: Type.Integer(), change: Type.Integer(), nothing: Type.Integer() })
export type ImportDone = Static<typeof ImportDone>

export const importUnreadable = problemType('identity/import-unreadable', 'invalid', 'Not a list of people')
export const importHasErrors = problemType('identity/import-has-errors', 'conflict', 'Some rows cannot be taken')
export const importDiffers = problemType('identity/import-differs', 'conflict', 'Another file than the one looked at')
export const importStale = problemType('identity/import-stale', 'conflict', 'The company changed meanwhile')
export const peopleExportsSpent = problemType(
  'identity/people-exports-spent',
  'unavailable',
  'People were exported too often',
)
