import type { Person } from './contract.ts'
import type { ImportRow } from './people-csv-contract.ts'
import { WHOLE_COMPANY } from './people-csv-contract.ts'
import { onOneLine } from './people-csv-rules.ts'
import {
  type CompanyFacts,
  cellFaults,
  changesPerson,
  isPlain,
  type PersonPlan,
  type PlainRole,
  planPerson,
  type RowOfFile,
  roleOfRow,
} from './people-import-rules.ts'

type Fault = ImportRow['errors'][number]

interface ReadRow extends RowOfFile {
  readonly role: PlainRole | undefined
  readonly faults: Fault[]
}

/** What a file would do with a company: row by row, and person by person for those without a fault. */
export function planImport(
  rows: readonly RowOfFile[],
  company: CompanyFacts,
): { rows: ImportRow[]; people: PersonPlan[] } {
  const read = rows.map((row): ReadRow => {
    const { role, faults } = roleOfRow(row, company)
    return { ...row, role, faults: [...cellFaults(row), ...faults] }
  })
  const people = [...Map.groupBy(read, ({ cells }) => cells.email.toLowerCase()).values()].map((own) => {
    const [first] = own
    const before = company.people.get(first?.cells.email.toLowerCase() ?? '')
    addFaultsBetween(own)
    const plan = planPerson(
      own,
      own.map(({ role }) => role),
      before,
    )
    first?.faults.push(...faultsOf(plan, first, company))
    return { own, plan }
  })
  insistOnAdministrator(people, company)
  return {
    rows: people
      .flatMap(({ own, plan }) => own.map((row, index) => describe(row, index === 0, plan, company)))
      .toSorted((one, other) => one.row - other.row),
    people: people.filter(({ own }) => own.every(({ faults }) => faults.length === 0)).map(({ plan }) => plan),
  }
}

/** Rows of one person must not contradict or repeat each other. */
function addFaultsBetween(own: readonly ReadRow[]): void {
  const [first, ...others] = own
  if (!first || first.cells.email === '') return
  const seen = new Map<string, number>([[JSON.stringify(first.role), first.row]])
  for (const { cells, role, row, faults } of others) {
    const key = JSON.stringify(role)
    const twin = seen.get(key)
    if (twin !== undefined) {
      faults.push({
        column: 'email',
        reason: `The same address and role as in row ${twin}. A second row is for a second role.`,
      })
    }
    seen.set(key, row)
    for (const column of ['name', 'title'] as const) {
      const text = onOneLine(cells[column])
      const before = onOneLine(first.cells[column])
      if (text !== '' && before !== '' && text !== before) {
        faults.push({ column, reason: `In row ${first.row} the same address has “${before}”.` })
      }
    }
  }
}

function faultsOf(plan: PersonPlan, { cells }: RowOfFile, { taken }: CompanyFacts): Fault[] {
  const { before, name } = plan
  if (!before) {
    const faults: Fault[] = []
    if (name === '') faults.push({ column: 'name', reason: 'The name is missing.' })
    if (taken.has(cells.email.toLowerCase())) {
      faults.push({ column: 'email', reason: 'This address signs in somebody already. Take another one.' })
    }
    return faults
  }
  if (before.endedAt !== null) {
    return [{ column: 'email', reason: `${before.name} has left. Bring the person back by hand first.` }]
  }
  if (before.provisioned && changesPerson(plan)) {
    return [{ column: 'row', reason: `${before.name} is looked after by the identity provider. Change it there.` }]
  }
  return []
}

/** Somebody must still be able to give roles afterwards. */
function insistOnAdministrator(
  people: readonly { own: readonly ReadRow[]; plan: PersonPlan }[],
  { administratorRoles, otherAdministrators }: CompanyFacts,
): void {
  const administers = ({ role, placeId }: PlainRole) => placeId === null && administratorRoles.has(role)
  const holdsAfterwards = ({ before, given, taken }: PersonPlan) =>
    given.some(administers) ||
    (before?.endedAt === null &&
      before.grants.some((held) => isPlain(held) && administers(held) && !taken.includes(held)))
  if (otherAdministrators > 0 || people.some(({ plan }) => holdsAfterwards(plan))) return
  for (const { own, plan } of people) {
    if (plan.taken.some(administers)) {
      own[0]?.faults.push({
        column: 'role',
        reason: 'Nobody else could give roles any more. Give somebody else the role first.',
      })
    }
  }
}

function describe(row: ReadRow, isFirst: boolean, plan: PersonPlan, company: CompanyFacts): ImportRow {
  const { before } = plan
  const name = onOneLine(row.cells.name) || plan.name
  const outcome = !before ? 'create' : changesPerson(plan) ? 'change' : 'nothing'
  const fits = row.faults.length === 0
  return {
    ...{ row: row.row, name: name.slice(0, 200), email: row.cells.email.slice(0, 254) },
    outcome: fits ? outcome : 'error',
    changes: fits ? changesOf(row, isFirst, plan, company) : [],
    errors: row.faults,
  }
}

function changesOf({ role }: ReadRow, isFirst: boolean, plan: PersonPlan, company: CompanyFacts): string[] {
  const { before, given, taken } = plan
  const say = (held: PlainRole) => roleText(held, company)
  return [
    ...(isFirst && before ? textChanges(before, plan) : []),
    ...given.filter((one) => one === role).map((one) => `Gets ${say(one)}`),
    ...(isFirst ? taken.map((one) => `Loses ${say(one)}`) : []),
  ]
}

function textChanges(before: Person, plan: PersonPlan): string[] {
  return (['name', 'title'] as const)
    .filter((column) => plan[column] !== before[column])
    .map((column) => {
      const label = column === 'name' ? 'Name' : 'Title'
      return before[column] === ''
        ? `${label}: “${plan[column]}”`
        : `${label}: “${plan[column]}” instead of “${before[column]}”`
    })
}

/** `Operator at Sursee`, `Auditor in the whole company`. */
function roleText({ role, placeId }: PlainRole, { roles, sites }: CompanyFacts): string {
  const name = roles.find(({ id }) => id === role)?.name ?? role
  if (placeId === null) return `${name} in the ${WHOLE_COMPANY}`
  return `${name} at ${sites.find(({ id }) => id === placeId)?.name ?? placeId}`
}
