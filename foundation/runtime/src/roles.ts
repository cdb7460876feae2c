/**
 * What a server does. One alone does everything; several share: `api` answers people, programs and gateways, `ingest` takes
 * samples, `worker` writes the history and does what nobody waits for.
 */
export const ROLES = ['api', 'ingest', 'worker'] as const

export type Role = (typeof ROLES)[number]

/** Whether a server does this. */
export function plays({ roles }: { readonly roles?: ReadonlySet<Role> }, role: Role): boolean {
  return roles?.has(role) ?? true
}

/** Reads a list such as `api,ingest`; an empty text is all of them. @returns faults in words */
export function parseRoles(text: string): { roles: ReadonlySet<Role>; faults: string[] } {
  const names = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const faults = names.filter((name) => !isRole(name)).map((name) => `there is no role ${name}`)
  const roles = names.filter(isRole)
  return { roles: new Set(roles.length > 0 ? roles : ROLES), faults }
}

function isRole(name: string): name is Role {
  return (ROLES as readonly string[]).includes(name)
}
