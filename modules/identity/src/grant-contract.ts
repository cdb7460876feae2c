import { Instant, id, problemType, Uuid } from '@millrace/base'
import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false }

export const GrantId = id('Grant')
export type GrantId = Static<typeof GrantId>
export const RoleId = id('Role')
export type RoleId = Static<typeof RoleId>

/** The roles of the program, each a word of the field. */
export const BUILT_IN_ROLES = [
  'executive',
  'plant-manager',
  'planner',
  'operator',
  'maintenance',
  'quality',
  'buyer',
  'engineer',
  'it-admin',
  'vendor',
  'customer',
  'auditor',
] as const
export const Role = Type.Enum([...BUILT_IN_ROLES])
export type Role = (typeof BUILT_IN_ROLES)[number]

/** What each is called in sentences and on screens. */
export const ROLE_TITLES: Readonly<Record<Role, string>> = {
  executive: 'Executive',
  'plant-manager': 'Plant manager',
  planner: 'Planner',
  operator: 'Operator',
  maintenance: 'Maintenance',
  quality: 'Quality',
  buyer: 'Buyer',
  engineer: 'Engineer',
  'it-admin': 'IT and security',
  vendor: 'Vendor',
  customer: 'Customer',
  auditor: 'Auditor',
}

const ClassificationName = Type.Enum(['public', 'internal', 'confidential', 'trade-secret'])

/** When a grant counts. All that are named must hold; none named = always. */
export const Conditions = Type.Object(
  {
    /** Until then. */
    expiresAt: Type.Optional(Instant),
    /** Only while one of these shifts runs at the grant's site. */
    shifts: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { minItems: 1, maxItems: 10 })),
    /** Only from one of these network zones, by name. */
    zones: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { minItems: 1, maxItems: 20 })),
    /** Nothing classified higher. */
    upTo: Type.Optional(ClassificationName),
  },
  closed,
)
export type Conditions = Static<typeof Conditions>

/** A role to be held: a built-in one by name or one of the company's own by id, everywhere or at a place. */
export const NewGrant = Type.Object(
  {
    role: Type.String({ minLength: 1, maxLength: 60 }),
    /** Site, area, work center or machine; null = the whole enterprise. */
    placeId: Type.Union([Uuid, Type.Null()]),
    conditions: Type.Optional(Conditions),
  },
  closed,
)
export type NewGrant = Static<typeof NewGrant>

/** A role held by a person or a key. */
export const Grant = Type.Object({
  id: GrantId,
  role: Type.String(),
  placeId: Type.Union([Type.String(), Type.Null()]),
  /** The site of the place. */
  siteId: Type.Union([Type.String(), Type.Null()]),
  conditions: Conditions,
  /** Held because of this group of the identity provider, and only while in it. */
  groupId: Type.Optional(Type.String()),
})
export type Grant = Static<typeof Grant>

/** A role, built in or the company's own. */
export const RoleDetail = Type.Object({
  id: Type.String(),
  name: Type.String(),
  builtIn: Type.Boolean(),
  permissions: Type.Array(Type.String()),
  /** People and keys that hold it. */
  holders: Type.Integer(),
})
export type RoleDetail = Static<typeof RoleDetail>

export const NewRole = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 80 }),
    permissions: Type.Array(Type.String({ maxLength: 120 }), { maxItems: 500 }),
  },
  closed,
)
export type NewRole = Static<typeof NewRole>

/** Something that may be allowed, for the matrix of roles. */
export const PermissionDetail = Type.Object({
  name: Type.String(),
  title: Type.String(),
  kind: Type.Enum(['read', 'write', 'control', 'administer', 'export']),
  label: ClassificationName,
  station: Type.Boolean(),
  personOnly: Type.Boolean(),
})
export type PermissionDetail = Static<typeof PermissionDetail>

export const roleUnknown = problemType('identity/role-unknown', 'invalid', 'No such role')
export const placeUnknown = problemType('identity/place-unknown', 'invalid', 'No such place')
export const zoneUnknown = problemType('identity/zone-unknown', 'invalid', 'No such network zone')
export const shiftNeedsPlace = problemType('identity/shift-needs-place', 'invalid', 'A shift needs a place')
export const permissionUnknown = problemType('identity/permission-unknown', 'invalid', 'No such permission')
export const roleMissing = problemType('identity/role-missing', 'missing', 'No such role')
export const roleNameTaken = problemType('identity/role-name-taken', 'conflict', 'Name of a role in use')
export const grantOfGroup = problemType('identity/grant-of-group', 'conflict', 'Role comes with a group')
export const roleHeld = problemType('identity/role-held', 'conflict', 'Somebody holds this role')
export const lastAdministrator = problemType('identity/last-administrator', 'conflict', 'Nobody else could administer')
