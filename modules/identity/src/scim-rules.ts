import { type Resource, valueInvalid } from '@millrace/scim'

/** What a person here is made of, out of what the identity provider says. */
export interface PersonFacts {
  readonly name: string
  readonly email: string
  readonly title: string
  readonly active: boolean
}

const EMAIL = /^[^\s@]+@[^\s@]+$/

interface Email {
  readonly value: string
  readonly type?: string
  readonly primary?: boolean
}

/**
 * The person a user is: shown by its display name, signing in with its primary address, or with the user name when that is
 * an address.
 *
 * @throws valueInvalid without an address or a name
 */
export function personOf(user: Resource): PersonFacts {
  const { userName, displayName, title, active } = user as Record<string, string | undefined>
  const parts = (user.name ?? {}) as { formatted?: string; givenName?: string; familyName?: string }
  const whole = [parts.givenName, parts.familyName].filter((part) => part !== undefined).join(' ')
  const name = [displayName, parts.formatted, whole, userName].find((one) => one !== undefined && one.trim() !== '')
  const email = emailOf(user) ?? ''
  if (!EMAIL.test(email)) {
    throw valueInvalid('A user needs an e-mail address: as userName, or among emails.')
  }
  if (name === undefined || name.length > NAME_MAX)
    throw valueInvalid(`A user needs a name, of ${NAME_MAX} characters at most.`)
  return { name, email, title: title ?? '', active: (active as unknown) !== false }
}

/** As long as a person's name may be; two parts can make more. */
const NAME_MAX = 200

function emailOf(user: Resource): string | undefined {
  const emails = (user.emails ?? []) as readonly Email[]
  const chosen = emails.find((one) => one.primary) ?? emails.find((one) => one.type === 'work') ?? emails[0]
  return chosen?.value ?? (user.userName as string | undefined)
}

/** What is known of a person made by hand, as a user: what an identity provider finds who takes over. */
export function userOf(person: { name: string; email: string; title: string; endedAt: string | null }): Resource {
  return {
    userName: person.email,
    displayName: person.name,
    ...(person.title !== '' && { title: person.title }),
    emails: [{ value: person.email, type: 'work', primary: true }],
    active: person.endedAt === null,
  }
}

/** What two names have in common that are one: the program's lower case, whatever the database's locale. */
export function keyOfName(name: string): string {
  return name.toLowerCase()
}

/** How a resource's version travels (RFC 7644 §3.14): weak, because one resource has many representations. */
export function entityTag(version: number): string {
  return `W/"${version}"`
}

/** Whether a condition such as `If-Match: W/"3", W/"4"` names a version. Clients leave the weakness out as they like. */
export function namesVersion(condition: string, version: number): boolean {
  return condition
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === `"${version}"`)
}
