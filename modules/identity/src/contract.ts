import { Instant, id, problemType } from '@millrace/base'
import { type Static, Type } from 'typebox'

export const EnterpriseId = id('Enterprise')
export type EnterpriseId = Static<typeof EnterpriseId>
export const PersonId = id('Person')
export type PersonId = Static<typeof PersonId>

/** The roles a person can hold, each at the whole enterprise or at one site. */
export const Role = Type.Enum([
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
])
export type Role = Static<typeof Role>

/** A role held somewhere. `siteId` null means everywhere in the enterprise. */
export const Grant = Type.Object({ role: Role, siteId: Type.Union([Type.String(), Type.Null()]) })
export type Grant = Static<typeof Grant>

export const PersonName = Type.String({ minLength: 1, maxLength: 200 })
export const Email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' })
export const Password = Type.String({ minLength: 12, maxLength: 200 })

export const Person = Type.Object({
  id: PersonId,
  name: Type.String(),
  email: Type.String(),
  /** What the person does, in the company's words: "Plant manager Sursee". */
  title: Type.String(),
  grants: Type.Array(Grant),
})
export type Person = Static<typeof Person>

export const Enterprise = Type.Object({
  id: EnterpriseId,
  name: Type.String(),
  /** The demo company: may be removed and brought back with one button. */
  demo: Type.Boolean(),
})
export type Enterprise = Static<typeof Enterprise>

/** Who is signed in, and what that person may do somewhere: permissions as `module:noun:verb`. */
export const Session = Type.Object({
  person: Person,
  enterprise: Enterprise,
  permissions: Type.Array(Type.String()),
  expiresAt: Instant,
})
export type Session = Static<typeof Session>

/** What a visitor may know before signing in. */
export const Welcome = Type.Object({
  /** False when nobody can sign in yet: show the first-run wizard. */
  setUp: Type.Boolean(),
  /** Whether a company of one's own may still be founded here. */
  mayFound: Type.Boolean(),
  /** The people of the demo company, one click away from their sessions; empty without the demo. */
  demoPeople: Type.Array(Type.Object({ id: PersonId, name: Type.String(), title: Type.String(), role: Role })),
})
export type Welcome = Static<typeof Welcome>

/** One entry of the trail: who did what to which thing. */
export const AuditEvent = Type.Object({
  id: id('AuditEvent'),
  at: Instant,
  /** A person's name, a gateway's, or the system's task. */
  actor: Type.String(),
  action: Type.String(),
  object: Type.String(),
  reason: Type.Union([Type.String(), Type.Null()]),
  detail: Type.Unknown(),
})
export type AuditEvent = Static<typeof AuditEvent>

export const signInRefused = problemType('identity/sign-in-refused', 'unauthenticated', 'Sign-in refused')
export const signInPaused = problemType('identity/sign-in-paused', 'unavailable', 'Too many sign-in attempts')
export const enterpriseExists = problemType('identity/enterprise-exists', 'conflict', 'A company exists already')
export const emailTaken = problemType('identity/email-taken', 'conflict', 'E-mail address already in use')
export const notADemo = problemType(
  'identity/not-a-demo',
  'forbidden',
  'Only people of the demo company sign in this way',
)
