/** What an attribute of a resource is (RFC 7643 §7). */
export interface Attribute {
  readonly name: string
  readonly type: 'string' | 'boolean' | 'complex' | 'reference' | 'dateTime'
  readonly multiValued: boolean
  readonly description: string
  readonly required: boolean
  readonly caseExact: boolean
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable'
  readonly returned: 'always' | 'default'
  readonly uniqueness: 'none' | 'server'
  readonly canonicalValues?: readonly string[]
  readonly referenceTypes?: readonly string[]
  readonly subAttributes?: readonly Attribute[]
  /** The longest text, or the most values. */
  readonly max?: number
}

export interface ResourceSchema {
  readonly id: string
  readonly name: string
  /** The end of the address of its resources. */
  readonly endpoint: string
  readonly description: string
  readonly attributes: readonly Attribute[]
}

type Rest = Partial<Omit<Attribute, 'name' | 'type' | 'description'>>

function attribute(name: string, type: Attribute['type'], description: string, rest: Rest = {}): Attribute {
  return {
    ...{ name, type, multiValued: false, description, required: false, caseExact: false },
    ...{ mutability: 'readWrite', returned: 'default', uniqueness: 'none' },
    ...rest,
  }
}

const NAME_MAX = 200
const EMAIL_MAX = 254
const EXTERNAL_ID_MAX = 200
const EMAILS_MAX = 10
const ID_MAX = 100

const readOnly = { mutability: 'readOnly', caseExact: true } as const

/** Attributes of every resource (RFC 7643 §3.1). They are in no schema, but paths and filters name them. */
export const COMMON: readonly Attribute[] = [
  attribute('schemas', 'reference', 'The schemas of the resource.', {
    ...readOnly,
    multiValued: true,
    returned: 'always',
  }),
  attribute('id', 'string', 'Our own identifier.', { ...readOnly, returned: 'always', uniqueness: 'server' }),
  attribute('externalId', 'string', 'The identifier of the identity provider.', {
    caseExact: true,
    max: EXTERNAL_ID_MAX,
  }),
  attribute('meta', 'complex', 'When the resource was made and changed.', {
    ...readOnly,
    subAttributes: [
      attribute('resourceType', 'string', 'User or Group.', readOnly),
      attribute('created', 'dateTime', 'When it was made.', readOnly),
      attribute('lastModified', 'dateTime', 'When it was changed.', readOnly),
      attribute('location', 'reference', 'Its address.', readOnly),
      attribute('version', 'string', 'Its entity tag.', readOnly),
    ],
  }),
]

/** As much of the core schema of users as is kept (RFC 7643 §4.1). Everything else is accepted and not kept. */
export const USER: ResourceSchema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  endpoint: '/Users',
  description: 'A person',
  attributes: [
    attribute('userName', 'string', 'The name the identity provider knows the person by, often the e-mail address.', {
      ...{ required: true, uniqueness: 'server', max: EMAIL_MAX },
    }),
    attribute('name', 'complex', 'The parts of the name.', {
      subAttributes: [
        attribute('formatted', 'string', 'The whole name.', { max: NAME_MAX }),
        attribute('familyName', 'string', 'The family name.', { max: NAME_MAX }),
        attribute('givenName', 'string', 'The given name.', { max: NAME_MAX }),
      ],
    }),
    attribute('displayName', 'string', 'The name to be shown.', { max: NAME_MAX }),
    attribute('title', 'string', 'What the person does.', { max: NAME_MAX }),
    attribute('active', 'boolean', 'Whether the person may sign in.'),
    attribute('emails', 'complex', 'E-mail addresses; the primary one signs in.', {
      ...{ multiValued: true, max: EMAILS_MAX },
      subAttributes: [
        attribute('value', 'string', 'The address.', { required: true, max: EMAIL_MAX }),
        attribute('type', 'string', 'What it is for.', { canonicalValues: ['work', 'home', 'other'], max: 40 }),
        attribute('primary', 'boolean', 'Whether it is the one to use.'),
      ],
    }),
    attribute('groups', 'complex', 'The groups the person is in.', {
      ...{ multiValued: true, mutability: 'readOnly' },
      subAttributes: [
        attribute('value', 'string', 'The group’s id.', readOnly),
        attribute('$ref', 'reference', 'The group’s address.', { ...readOnly, referenceTypes: ['Group'] }),
        attribute('display', 'string', 'The group’s name.', { mutability: 'readOnly' }),
        attribute('type', 'string', 'Always direct.', { mutability: 'readOnly', canonicalValues: ['direct'] }),
      ],
    }),
  ],
}

/** The most people in one group. */
const MEMBERS_MAX = 20_000

/** RFC 7643 §4.2. */
export const GROUP: ResourceSchema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  endpoint: '/Groups',
  description: 'People who get the same roles',
  attributes: [
    attribute('displayName', 'string', 'The name of the group.', {
      ...{ required: true, uniqueness: 'server', max: NAME_MAX },
    }),
    attribute('members', 'complex', 'The people in it.', {
      ...{ multiValued: true, max: MEMBERS_MAX },
      subAttributes: [
        attribute('value', 'string', 'The person’s id.', {
          max: ID_MAX,
          required: true,
          caseExact: true,
          mutability: 'immutable',
        }),
        attribute('$ref', 'reference', 'The person’s address.', { ...readOnly, referenceTypes: ['User'] }),
        attribute('type', 'string', 'Always User.', { mutability: 'readOnly', canonicalValues: ['User'] }),
        attribute('display', 'string', 'The person’s name.', { mutability: 'readOnly' }),
      ],
    }),
  ],
}

/** An attribute and, of a complex one, perhaps a part of it. */
export interface Path {
  readonly attribute: Attribute
  readonly sub?: Attribute
}

/**
 * Finds what a dotted path means, whatever its case, with or without the schema's URN before it (RFC 7644 §3.10).
 *
 * @returns undefined for what is not kept.
 */
export function findPath(schema: ResourceSchema, text: string): Path | undefined {
  const prefix = `${schema.id.toLowerCase()}:`
  const bare = text.toLowerCase().startsWith(prefix) ? text.slice(prefix.length) : text
  // The URN of another schema, an extension that is not kept.
  if (bare.includes(':')) return undefined
  const [name = '', sub, ...more] = bare.split('.')
  const attribute = findAttribute([...COMMON, ...schema.attributes], name)
  if (!attribute || more.length > 0) return undefined
  if (sub === undefined) return { attribute }
  const found = findAttribute(attribute.subAttributes ?? [], sub)
  return found && { attribute, sub: found }
}

export function findAttribute(among: readonly Attribute[], name: string): Attribute | undefined {
  const wanted = name.toLowerCase()
  return among.find((one) => one.name.toLowerCase() === wanted)
}
