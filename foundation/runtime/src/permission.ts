import type { Classification } from '@millrace/base'

/** What kind of act a permission is for. Control, administration and export are judged twice: by table and by policy. */
export type PermissionKind = 'read' | 'write' | 'control' | 'administer' | 'export'

/** Something that may be allowed, declared by the module it belongs to. */
export interface Permission {
  /** `module:noun:verb`. */
  readonly name: `${string}:${string}:${string}`
  /** For the matrix of roles: "Send commands to machines". */
  readonly title: string
  readonly kind: PermissionKind
  /** The classification of what it usually touches; a grant that ends below it does not contain it. */
  readonly label: Classification
  /** The built-in roles that contain it. */
  readonly roles: readonly string[]
  /** Open to people who signed in at a shared station with badge or PIN. */
  readonly station?: boolean
  /** Never given to a key: only a person may do it (THREATS T-A7). */
  readonly personOnly?: boolean
  /** Held by what is no person, such as a gateway; not part of any role. */
  readonly machine?: boolean
}

export function isGuarded(kind: PermissionKind): boolean {
  return kind === 'control' || kind === 'administer' || kind === 'export'
}
