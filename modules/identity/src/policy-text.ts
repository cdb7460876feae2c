import { CLASSIFICATIONS } from '@millrace/base'
import type { Permission } from '@millrace/runtime'
import type { Grant } from './grant-contract.ts'
import type { RolePermissions } from './holdings.ts'

// The words of the policies: what the schema declares, what the policies and the questions use.

const NAMESPACE = 'Millrace'
/** The place above all sites: a grant without a place is held there. */
export const ENTERPRISE = 'enterprise'

export const uid = (type: 'Person' | 'Key' | 'Place' | 'Thing' | 'Action', id: string) => ({
  type: `${NAMESPACE}::${type}`,
  id,
})

/** The groups of actions a permission belongs to, for the policies that speak of many at once. */
export function groupsOf({ kind, station, personOnly }: Permission): string[] {
  return [kind, ...(station ? ['at-stations'] : []), ...(personOnly ? ['persons-only'] : [])]
}

/** The Cedar schema of everything that may be allowed: generated, committed and compared. */
export function policySchema(catalogue: readonly Permission[]): string {
  const actions = catalogue
    .filter((permission) => !permission.machine)
    .map((permission) => {
      return `  action "${permission.name}" in [${groupsOf(permission)
        .map((group) => `"${group}"`)
        .join(', ')}] appliesTo {
    principal: [Person, Key], resource: Thing, context: Now };`
    })
  return `namespace ${NAMESPACE} {
  entity Person;
  entity Key;
  // Equipment, each in what it stands in, all in the enterprise.
  entity Place in [Place];
  // What is touched: where it is, and how secret (0 public … 3 trade secret).
  entity Thing in [Place] { label: Long };
  type Now = {
    // Milliseconds since 1970.
    now: Long,
    // Network zones the caller's address lies in.
    zones: Set<String>,
    // Shifts that run now, as "site id/name".
    shifts: Set<String>,
    // Assurance of the session.
    level: Long,
    station: Bool,
  };
  action "read", "write", "control", "administer", "export", "at-stations", "persons-only";
${actions.join('\n')}
}
`
}

/** A grant as a Cedar policy; undefined when its role contains nothing. */
export function grantPolicy(
  grant: Grant,
  holder: { kind: 'person' | 'key'; id: string },
  roles: RolePermissions,
): string | undefined {
  const contained = roles(grant.role)
  if (!contained || contained.size === 0) return undefined
  const { expiresAt, zones, shifts, upTo } = grant.conditions
  const conditions = [
    expiresAt !== undefined && `context.now < ${Date.parse(expiresAt)}`,
    zones && `context.zones.containsAny([${zones.map(quoted).join(', ')}])`,
    shifts && `context.shifts.containsAny([${shifts.map((shift) => quoted(`${grant.siteId}/${shift}`)).join(', ')}])`,
    upTo !== undefined && `resource.label <= ${CLASSIFICATIONS.indexOf(upTo)}`,
  ].filter((condition) => typeof condition === 'string')
  const holderType = holder.kind === 'key' ? 'Key' : 'Person'
  return `@id(${quoted(grant.id)})
permit (
  principal == ${NAMESPACE}::${holderType}::${quoted(holder.id)},
  action in [${[...contained]
    .sort()
    .map((name) => `${NAMESPACE}::Action::${quoted(name)}`)
    .join(', ')}],
  resource in ${NAMESPACE}::Place::${quoted(grant.placeId ?? ENTERPRISE)}
)${conditions.length > 0 ? `\nwhen { ${conditions.join(' && ')} }` : ''};
`
}

/** A Cedar string literal. Names of shifts and zones are people's words: everything but plain letters is escaped. */
function quoted(text: string): string {
  const body = [...text].map((letter) =>
    /^[\w /:.,()+-]$/.test(letter) ? letter : `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`,
  )
  return `"${body.join('')}"`
}
