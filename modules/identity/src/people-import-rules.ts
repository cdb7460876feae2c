import type { Person } from './contract.ts'
import type { Grant } from './grant-contract.ts'
import { type ImportRow, isEmail, NAME_LENGTH_MAX, type PeopleColumn, WHOLE_COMPANY } from './people-csv-contract.ts'
import { nameKey, onOneLine } from './people-csv-rules.ts'

/** A row of the file, read. */
export interface RowOfFile {
  readonly row: number
  readonly cells: Readonly<Record<PeopleColumn, string>>
  readonly overfull: boolean
}

export interface Named {
  readonly id: string
  readonly name: string
}

/** As much of a company as a file is compared with. */
export interface CompanyFacts {
  /** Who has one of the file's addresses, by the address in lower case. */
  readonly people: ReadonlyMap<string, Person>
  /** Of the file's addresses those that sign somebody in elsewhere, in lower case. */
  readonly taken: ReadonlySet<string>
  readonly roles: readonly Named[]
  readonly sites: readonly Named[]
  /** The roles with which one gives roles. */
  readonly administratorRoles: ReadonlySet<string>
  /** How many hold one of them everywhere, unconditionally, who are not in the file. */
  readonly otherAdministrators: number
}

/** A role that is held at a site or, with null, in the whole company. */
export interface PlainRole {
  readonly role: string
  readonly placeId: string | null
}

/** What becomes of one person. */
export interface PersonPlan {
  /** Who it is already; undefined for somebody to be added. */
  readonly before: Person | undefined
  readonly name: string
  readonly email: string
  readonly title: string
  readonly given: readonly PlainRole[]
  readonly taken: readonly Grant[]
}

type Fault = ImportRow['errors'][number]

/** A role that is held without conditions at a site or everywhere: what a file can say. */
export function isPlain({ placeId, siteId, conditions }: Grant): boolean {
  return placeId === siteId && Object.keys(conditions).length === 0
}

/**
 * What a person's rows, one for each role, come to. An empty cell leaves what is there; who has a role in the file holds
 * from then on exactly those of the file, besides what a file cannot say (conditions, machines, groups).
 */
export function planPerson(
  rows: readonly RowOfFile[],
  roles: readonly (PlainRole | undefined)[],
  before: Person | undefined,
): PersonPlan {
  const said = (column: PeopleColumn) => rows.map(({ cells }) => onOneLine(cells[column])).find((text) => text !== '')
  const kept = (column: 'name' | 'title') => {
    const text = said(column)
    const old = before?.[column] ?? ''
    return text === undefined || text === onOneLine(old) ? old : text
  }
  const wanted = roles.filter((role) => role !== undefined)
  const plain = before?.grants.filter(isPlain) ?? []
  const same = (one: PlainRole, other: PlainRole) => one.role === other.role && one.placeId === other.placeId
  return {
    ...{ before, name: kept('name'), title: kept('title'), email: before?.email ?? said('email') ?? '' },
    given: wanted.filter((role) => !plain.some((held) => same(held, role))),
    taken:
      wanted.length === 0
        ? []
        : plain.filter((held) => held.groupId === undefined && !wanted.some((role) => same(held, role))),
  }
}

export function changesPerson({ before, name, title, given, taken }: PersonPlan): boolean {
  return name !== before?.name || title !== before.title || given.length + taken.length > 0
}

/** The role and place a row names, or why it cannot be told. */
export function roleOfRow(
  { cells }: RowOfFile,
  { roles, sites }: Pick<CompanyFacts, 'roles' | 'sites'>,
): { role?: PlainRole; faults: Fault[] } {
  if (cells.role === '' && cells.site === '') return { faults: [] }
  if (cells.role === '') return { faults: [{ column: 'role', reason: 'Say which role is held at this site.' }] }
  const role = oneNamed(cells.role, roles, 'role')
  const site = siteOf(cells.site, sites)
  const faults: Fault[] = []
  if ('reason' in role) faults.push({ column: 'role', reason: role.reason })
  if ('reason' in site) faults.push({ column: 'site', reason: site.reason })
  return 'reason' in role || 'reason' in site ? { faults } : { role: { role: role.id, placeId: site.id }, faults }
}

function siteOf(text: string, sites: readonly Named[]): { id: string | null } | { reason: string } {
  if (text === '') return { reason: `Name the site, or write “${WHOLE_COMPANY}”.` }
  const key = nameKey(text)
  const found = oneNamed(text, sites, 'site')
  const everywhere = key === WHOLE_COMPANY || key === `the ${WHOLE_COMPANY}`
  return everywhere && 'reason' in found ? { id: null } : found
}

function oneNamed(text: string, all: readonly Named[], kind: string): { id: string } | { reason: string } {
  const known = all.find(({ id }) => id === text.toLowerCase())
  if (known) return known
  const [first, second] = all.filter(({ name }) => nameKey(name) === nameKey(text))
  if (first && second) return { reason: `Two ${kind}s are called “${first.name}”. Write the id instead.` }
  return first ?? { reason: `There is no ${kind} “${text.slice(0, 80)}”.` }
}

/** What is wrong with the cells of a row by itself. */
export function cellFaults({ cells, overfull }: RowOfFile): Fault[] {
  const { name, email, title } = cells
  return [
    overfull && { column: 'row' as const, reason: 'The row has more cells than the first row has columns.' },
    email === '' && { column: 'email' as const, reason: 'The e-mail address is missing.' },
    email !== '' &&
      !isEmail(email) && { column: 'email' as const, reason: `“${email.slice(0, 80)}” is no e-mail address.` },
    onOneLine(name).length > NAME_LENGTH_MAX && { column: 'name' as const, reason: TOO_LONG },
    onOneLine(title).length > NAME_LENGTH_MAX && { column: 'title' as const, reason: TOO_LONG },
  ].filter((fault) => fault !== false)
}

const TOO_LONG = `This is longer than ${NAME_LENGTH_MAX} characters.`
