import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { newId } from '@millrace/base'
import { createApp } from '@millrace/http'
import { type Context, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { createTestDatabase, testRuntime, withModules } from '@millrace/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { EnterpriseId, PersonId } from './contract.ts'
import { createEnterprise, createPerson, identity } from './index.ts'
import { SCIM_PATH } from './scim-contract.ts'
import { newToken, sha256 } from './token.ts'

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const ENTERPRISE_USER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error'
const api = '/api/v1/identity'

type App = Awaited<ReturnType<typeof createApp>>
type Json = Record<string, never> & { id: string; Resources: Json[]; totalResults: number }

let runtime: Runtime
let app: App
let drop: () => Promise<void>
let ours: EnterpriseId
let administrator: { id: PersonId; cookie: string }
let token: string

beforeAll(async () => {
  const database = await createTestDatabase()
  // Step-up is another part's; here it is given.
  const modules = [{ ...identity, stepUp: async () => undefined }]
  runtime = withModules(testRuntime(database.url), modules)
  app = await createApp({ runtime, modules, version: 'test' })
  drop = async () => {
    await app.close()
    await runtime.app.close()
    await database.drop()
  }
})
afterAll(() => drop())

/** A company, the demo of its own time, so that its people can sign in without passwords. */
async function makeCompany(): Promise<void> {
  await sql`delete from runtime.tenant`.execute(runtime.app.kysely)
  ours = newId<'Enterprise'>(Date.now())
  await asSystem((ctx) => createEnterprise(ctx, { id: ours, name: 'Ours', demo: true }))
  const id = await addPerson('Iris IT', ['it-admin'])
  administrator = { id, cookie: await signIn(id) }
  token = await makeToken('Entra ID')
}
beforeEach(makeCompany)

function asSystem<T>(act: (ctx: Context) => Promise<T>): Promise<T> {
  return inContext(runtime, systemActor(ours, 'test'), act)
}

function addPerson(name: string, roles: string[] = []): Promise<PersonId> {
  const email = `${name.split(' ')[0]?.toLowerCase()}@ours.example`
  const grants = roles.map((role) => ({ role, placeId: null }))
  return asSystem((ctx) => createPerson(ctx, { name, email, title: '', grants, passwordHash: null }))
}

async function signIn(personId: string): Promise<string> {
  const answer = await app.inject({ method: 'POST', url: `${api}/demo-sessions`, payload: { personId } })
  expect(answer.statusCode).toBe(201)
  return String(answer.headers['set-cookie']).split(';')[0] ?? ''
}

async function makeToken(name: string): Promise<string> {
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString()
  return (await administer('POST', '/provisioning/tokens', { name, expiresAt })).secret
}

async function administer(method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, payload?: object) {
  const { cookie } = administrator
  const answer = await app.inject({ method, url: `${api}${path}`, headers: { cookie }, ...(payload && { payload }) })
  return { status: answer.statusCode, ...(answer.body === '' ? {} : answer.json()) }
}

async function scim(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: object | string,
  headers: Record<string, string> = {},
) {
  const answer = await app.inject({
    ...{ method, url: `${SCIM_PATH}${path}` },
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/scim+json; charset=utf-8' }),
      ...headers,
    },
    ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: (answer.body === '' ? {} : answer.json()) as Json & Record<string, unknown>,
  }
}

const userOf = (userName: string, more: object = {}) => ({ schemas: [USER], userName, displayName: userName, ...more })
const change = (...Operations: object[]) => ({ schemas: [PATCH], Operations })
const filtered = (filter: string) => `?filter=${encodeURIComponent(filter)}`

async function addUser(userName: string, more: object = {}): Promise<string> {
  const { status, body } = await scim('POST', '/Users', userOf(userName, more))
  expect(status).toBe(201)
  return body.id
}

async function addGroup(displayName: string, ...members: string[]): Promise<string> {
  const { status, body } = await scim('POST', '/Groups', {
    ...{ schemas: [GROUP], displayName, members: members.map((value) => ({ value })) },
  })
  expect(status).toBe(201)
  return body.id
}

const rolesOf = (id: string, ...roles: string[]) =>
  administer('PUT', `/provisioning/groups/${id}/roles`, { roles: roles.map((role) => ({ role, placeId: null })) })

const held = async (id: string): Promise<string[]> =>
  (await administer('GET', `/people/${id}`)).grants.map((grant: { role: string }) => grant.role)

function expectRefusal(
  answer: Awaited<ReturnType<typeof scim>>,
  status: number,
  scimType: string | undefined,
  code: string,
) {
  expect(answer.headers['content-type']).toMatch(/^application\/scim\+json/)
  expect(answer.body).toMatchObject({
    ...{ schemas: [ERROR], status: String(status), code },
    ...(scimType !== undefined && { scimType }),
  })
  expect(answer.status).toBe(status)
}

test('a conversation as Entra ID has it', async () => {
  // Its check of the connection: a user that cannot be there.
  const probe = await scim('GET', `/Users${filtered('userName eq "8a8a1a9e-0bd1-4d5e-a8d5-6d8a1fd7b2b0"')}`)
  expect(probe.status).toBe(200)
  expect(probe.body).toMatchObject({ totalResults: 0, Resources: [], startIndex: 1, itemsPerPage: 0 })

  const made = await scim('POST', '/Users?aadOptscim062020', {
    schemas: [USER, ENTERPRISE_USER],
    externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
    userName: 'Test_User_ab6490ee@ours.example',
    active: true,
    addresses: null,
    displayName: 'Mara Muster',
    emails: [{ type: 'work', value: 'mara.muster@ours.example', primary: true }],
    name: { formatted: 'Mara Muster', familyName: 'Muster', givenName: 'Mara' },
    [ENTERPRISE_USER]: { department: 'Milling', manager: null },
    meta: { resourceType: 'User' },
    roles: [],
  })
  expect(made.status).toBe(201)
  expect(made.headers['content-type']).toMatch(/^application\/scim\+json/)
  expect(made.headers.location).toBe((made.body.meta as unknown as { location: string }).location)
  expect(made.body).toMatchObject({ userName: 'Test_User_ab6490ee@ours.example', active: true, groups: [] })
  // What is not needed is not kept.
  expect(Object.keys(made.body).sort()).toEqual([
    'active',
    'displayName',
    'emails',
    'externalId',
    'groups',
    'id',
    'meta',
    'name',
    'schemas',
    'userName',
  ])
  const { id } = made.body
  expect(await administer('GET', `/people/${id}`)).toMatchObject({
    ...{ name: 'Mara Muster', email: 'mara.muster@ours.example', provisioned: true, endedAt: null, grants: [] },
  })

  const found = await scim('GET', `/Users${filtered('userName eq "test_user_AB6490ee@ours.example"')}`)
  expect(found.body.Resources.map((one) => one.id)).toEqual([id])
  expect(
    (await scim('GET', `/Users${filtered('externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"')}`)).body.totalResults,
  ).toBe(1)

  const changed = await scim(
    'PATCH',
    `/Users/${id}`,
    change(
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'mara@ours.example' },
      { op: 'Replace', path: 'name.familyName', value: 'Meier' },
      { op: 'Add', path: 'title', value: 'Planner' },
      { op: 'Add', path: `${ENTERPRISE_USER}:department`, value: 'Planning' },
      { op: 'Replace', path: 'displayName', value: [{ $ref: null, value: 'Mara Meier' }] },
    ),
  )
  expect(changed.status).toBe(200)
  expect(await administer('GET', `/people/${id}`)).toMatchObject({
    ...{ name: 'Mara Meier', email: 'mara@ours.example', title: 'Planner' },
  })

  // A group, its member as Entra ID adds and removes one, and the group without its members.
  const group = await addGroup('Planners')
  const added = await scim(
    'PATCH',
    `/Groups/${group}`,
    change({ op: 'Add', path: 'members', value: [{ $ref: null, value: id }] }),
  )
  expect(added.body).toMatchObject({ members: [{ value: id, display: 'Mara Meier', type: 'User' }] })
  const bare = await scim('GET', `/Groups/${group}?excludedAttributes=members`)
  expect(bare.body).not.toHaveProperty('members')
  const matched = await scim('GET', `/Groups${filtered('displayName eq "planners"')}&excludedAttributes=members`)
  expect(matched.body.Resources).toEqual([expect.objectContaining({ id: group, displayName: 'Planners' })])
  const isIn = await scim('GET', `/Groups${filtered(`id eq "${group}" and members eq "${id}"`)}`)
  expect(isIn.body.totalResults).toBe(1)
  expect((await scim('GET', `/Users/${id}`)).body.groups).toMatchObject([{ value: group, display: 'Planners' }])
  const removed = await scim(
    'PATCH',
    `/Groups/${group}`,
    change({ op: 'Remove', path: 'members', value: [{ value: id }] }),
  )
  expect(removed.body).toMatchObject({ members: [] })

  // The person leaves: ended at once, and gone from the list 30 days later.
  const cookie = await signIn(id)
  const off = await scim('PATCH', `/Users/${id}`, change({ op: 'Replace', path: 'active', value: 'False' }))
  expect(off.body).toMatchObject({ active: false })
  expect((await app.inject({ url: `${api}/session`, headers: { cookie } })).statusCode).toBe(401)
  expect((await scim('DELETE', `/Users/${id}`, undefined, { 'content-type': 'application/scim+json' })).status).toBe(
    204,
  )
  expectRefusal(await scim('GET', `/Users/${id}`), 404, undefined, 'identity/user-missing')
  expect((await scim('GET', '/Users')).body.totalResults).toBe(0)
  const person = await administer('GET', `/people/${id}`)
  expect(person).toMatchObject({ name: 'Mara Meier', endedAt: expect.any(String) })
})

test('a conversation as Okta has it', async () => {
  const probe = await scim('GET', '/Users?startIndex=1&count=2', undefined, { accept: 'application/scim+json' })
  expect(probe.body).toMatchObject({ totalResults: 0, startIndex: 1 })
  expect((await scim('GET', '/ServiceProviderConfig')).body).toMatchObject({
    ...{ patch: { supported: true }, bulk: { supported: false }, filter: { supported: true, maxResults: 200 } },
    ...{ sort: { supported: true }, etag: { supported: true }, changePassword: { supported: false } },
  })

  const made = await scim('POST', '/Users', {
    schemas: [USER],
    userName: 'omar@ours.example',
    name: { givenName: 'Omar', familyName: 'Okafor' },
    emails: [{ primary: true, value: 'omar@ours.example', type: 'work' }],
    displayName: 'Omar Okafor',
    locale: 'en-US',
    externalId: '00ujl29u0le5T6Aj10h7',
    groups: [],
    password: '1mz050nq',
    active: true,
  })
  expect(made.status).toBe(201)
  const { id } = made.body
  expect(JSON.stringify(made.body)).not.toContain('1mz050nq')

  // Okta replaces the whole user.
  const replaced = await scim('PUT', `/Users/${id}`, {
    ...{ schemas: [USER], id, userName: 'omar@ours.example', active: true, externalId: '00ujl29u0le5T6Aj10h7' },
    ...{ name: { givenName: 'Omar', familyName: 'Okonkwo' }, meta: { resourceType: 'User' } },
    ...{ emails: [{ primary: true, value: 'omar@ours.example', type: 'work' }], groups: [{ value: 'x' }] },
  })
  expect(replaced.body).toMatchObject({ name: { familyName: 'Okonkwo' } })
  expect(replaced.body).not.toHaveProperty('displayName')
  expect(await administer('GET', `/people/${id}`)).toMatchObject({ name: 'Omar Okonkwo' })

  const group = await addGroup('Test SCIMv2')
  const renamed = await scim(
    'PATCH',
    `/Groups/${group}`,
    change({ op: 'replace', value: { id: group, displayName: 'Test SCIMv2 b' } }),
  )
  expect(renamed.body).toMatchObject({ displayName: 'Test SCIMv2 b' })
  await scim(
    'PATCH',
    `/Groups/${group}`,
    change({ op: 'add', path: 'members', value: [{ value: id, display: 'omar@ours.example' }] }),
  )
  const emptied = await scim('PATCH', `/Groups/${group}`, change({ op: 'remove', path: `members[value eq "${id}"]` }))
  expect(emptied.body).toMatchObject({ members: [] })

  // Deactivated and activated again, without a path.
  expect((await scim('PATCH', `/Users/${id}`, change({ op: 'replace', value: { active: false } }))).body).toMatchObject(
    { active: false },
  )
  expect(await administer('GET', `/people/${id}`)).toMatchObject({ endedAt: expect.any(String) })
  expect((await scim('PATCH', `/Users/${id}`, change({ op: 'replace', value: { active: true } }))).body).toMatchObject({
    active: true,
  })
  expect(await administer('GET', `/people/${id}`)).toMatchObject({ endedAt: null })
  expect((await scim('DELETE', `/Groups/${group}`)).status).toBe(204)
})

test('whoever was deleted comes back as the same person when made again', async () => {
  const id = await addUser('lea@ours.example')
  await scim('DELETE', `/Users/${id}`)
  expect(await addUser('lea@ours.example', { displayName: 'Lea again' })).toBe(id)
  expect(await administer('GET', `/people/${id}`)).toMatchObject({
    name: 'Lea again',
    endedAt: null,
    provisioned: true,
  })
})

test('groups give the roles an administrator gave them, and nothing else does', async () => {
  const [ada, ben] = [await addUser('ada@ours.example'), await addUser('ben@ours.example')]
  const planners = await addGroup('Planners', ada)
  expect(await held(ada)).toEqual([])

  const mapped = await rolesOf(planners, 'planner', 'buyer')
  expect(mapped).toMatchObject({ status: 200, displayName: 'Planners', memberCount: 1, administers: false })
  expect((await held(ada)).sort()).toEqual(['buyer', 'planner'])
  await scim('PATCH', `/Groups/${planners}`, change({ op: 'add', path: 'members', value: [{ value: ben }] }))
  expect((await held(ben)).sort()).toEqual(['buyer', 'planner'])
  await rolesOf(planners, 'planner')
  expect(await held(ben)).toEqual(['planner'])

  // By hand more can be given, but what the group gives is the group's.
  const grants = (role: string[]) => ({ grants: role.map((one) => ({ role: one, placeId: null })) })
  const more = await administer('PUT', `/people/${ben}/grants`, grants(['planner', 'quality']))
  expect(more.grants.map((one: { role: string; groupId?: string }) => [one.role, one.groupId])).toEqual(
    expect.arrayContaining([
      ['planner', planners],
      ['quality', undefined],
    ]),
  )
  expect(await administer('PUT', `/people/${ben}/grants`, grants(['quality']))).toMatchObject({
    code: 'identity/grant-of-group',
  })

  await scim('PATCH', `/Groups/${planners}`, change({ op: 'replace', path: 'members', value: [{ value: ada }] }))
  expect(await held(ben)).toEqual(['quality'])
  await scim('DELETE', `/Groups/${planners}`)
  expect(await held(ada)).toEqual([])
  // A role of the company's own stays while a group gives it, though nobody is in the group.
  const own = await administer('POST', '/roles', { name: 'Watcher', permissions: [] })
  const watchers = await addGroup('Watchers')
  await rolesOf(watchers, own.id)
  const removal = await app.inject({
    method: 'DELETE',
    url: `${api}/roles/${own.id}`,
    headers: { cookie: administrator.cookie },
  })
  expect(removal.json()).toMatchObject({ code: 'identity/role-held', groups: ['Watchers'] })
  const admins = await addGroup('Admins', ben)
  expect(await rolesOf(admins, 'it-admin')).toMatchObject({ administers: true })
  expect((await administer('GET', '/provisioning/groups')).items).toMatchObject([
    { displayName: 'Watchers', administers: false, memberCount: 0 },
    { displayName: 'Admins', administers: true, memberCount: 1 },
  ])
})

// proves: T-A3 (in part: sessions of who leaves a company)
test('what somebody may do ends with the membership, for a session that is open', async () => {
  const ada = await addUser('ada@ours.example')
  const auditors = await addGroup('Auditors', ada)
  await rolesOf(auditors, 'auditor')
  const cookie = await signIn(ada)
  const look = async () => (await app.inject({ url: `${api}/audit-events`, headers: { cookie } })).statusCode
  expect(await look()).toBe(200)
  await scim('PATCH', `/Groups/${auditors}`, change({ op: 'remove', path: 'members' }))
  expect(await look()).toBe(403)
})

test('an identity provider cannot take the last administrator away, in any way', async () => {
  await administer('POST', `/people/${administrator.id}/hand-over`)
  const { id } = administrator
  expectRefusal(
    await scim('PATCH', `/Users/${id}`, change({ op: 'replace', path: 'active', value: false })),
    409,
    undefined,
    'identity/last-administrator',
  )
  expectRefusal(await scim('DELETE', `/Users/${id}`), 409, undefined, 'identity/last-administrator')
  expect(await administer('GET', `/people/${id}`)).toMatchObject({ endedAt: null, provisioned: true })

  // Nor by the group that makes one.
  const admins = await addGroup('Admins', id)
  await rolesOf(admins, 'it-admin')
  const eve = await addUser('eve@ours.example')
  await scim('PATCH', `/Groups/${admins}`, change({ op: 'add', path: 'members', value: [{ value: eve }] }))
  await asSystem((ctx) =>
    sql`delete from identity.role_grant where person_id = ${id} and group_id is null`.execute(ctx.db),
  )
  await scim('PATCH', `/Users/${id}`, change({ op: 'replace', path: 'active', value: false }))
  expectRefusal(await scim('DELETE', `/Groups/${admins}`), 409, undefined, 'identity/last-administrator')
  expectRefusal(
    await scim('PATCH', `/Groups/${admins}`, change({ op: 'remove', path: 'members' })),
    409,
    undefined,
    'identity/last-administrator',
  )
  expectRefusal(
    await scim('PATCH', `/Users/${eve}`, change({ op: 'replace', path: 'active', value: false })),
    409,
    undefined,
    'identity/last-administrator',
  )
  const trail = await asSystem((ctx) =>
    sql<{ object: string }>`select object from audit.event where action = 'identity.provisioning.refuse'`.execute(
      ctx.db,
    ),
  )
  expect(trail.rows.length).toBe(5)
})

test('two administrators cannot end each other in the same moment', async () => {
  const [ada, ben] = [await addUser('ada@ours.example'), await addUser('ben@ours.example')]
  const admins = await addGroup('Admins', ada, ben)
  await rolesOf(admins, 'it-admin')
  await asSystem((ctx) => sql`delete from identity.role_grant where person_id = ${administrator.id}`.execute(ctx.db))
  const off = change({ op: 'replace', path: 'active', value: false })
  const answers = await Promise.all([scim('PATCH', `/Users/${ada}`, off), scim('PATCH', `/Users/${ben}`, off)])
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409])
})

test('people made by hand are out of reach until they are handed over, and back when released', async () => {
  const id = await addPerson('Hanna Hand', ['quality'])
  expect((await scim('GET', '/Users')).body.totalResults).toBe(0)
  expectRefusal(await scim('GET', `/Users/${id}`), 404, undefined, 'identity/user-missing')
  expectRefusal(
    await scim('PATCH', `/Users/${id}`, change({ op: 'replace', path: 'active', value: false })),
    404,
    undefined,
    'identity/user-missing',
  )
  expectRefusal(await scim('POST', '/Users', userOf('hanna@ours.example')), 409, 'uniqueness', 'identity/made-by-hand')

  expect(await administer('POST', `/people/${id}/hand-over`)).toMatchObject({ provisioned: true })
  expect(await administer('POST', `/people/${id}/hand-over`)).toMatchObject({ code: 'identity/person-provisioned' })
  const found = await scim('GET', `/Users${filtered('userName eq "hanna@ours.example"')}`)
  expect(found.body.Resources).toMatchObject([{ id, displayName: 'Hanna Hand', active: true }])
  for (const refused of [
    await administer('PATCH', `/people/${id}`, { name: 'Other' }),
    await administer('POST', `/people/${id}/end`, {}),
    await administer('POST', `/people/${id}/return`),
  ]) {
    expect(refused).toMatchObject({ status: 409, code: 'identity/person-provisioned' })
  }

  const group = await addGroup('Quality', id)
  await rolesOf(group, 'auditor')
  expect(await administer('POST', `/people/${id}/release`)).toMatchObject({ provisioned: false })
  expect((await held(id)).sort()).toEqual(['auditor', 'quality'])
  expect((await scim('GET', `/Groups/${group}`)).body).toMatchObject({ members: [] })
  expect(await administer('POST', `/people/${id}/release`)).toMatchObject({ code: 'identity/person-not-provisioned' })
  expect(await administer('PATCH', `/people/${id}`, { name: 'Other' })).toMatchObject({ name: 'Other' })
})

test('the break-glass account is never handed over', async () => {
  await administer('POST', '/break-glass', { name: 'Red envelope' })
  const { items }: { items: { id: string; name: string }[] } = await administer('GET', '/people')
  const id = items.find((one) => one.name === 'Red envelope')?.id
  expect(await administer('POST', `/people/${id}/hand-over`)).toMatchObject({ code: 'identity/break-glass-stays' })
})

// proves: T-A7, T-B1 (in part: tokens of identity providers)
test('a token holds until it ends or expires, each with a code of its own, and may do nothing else', async () => {
  const { cookie } = administrator
  const ask = (bearer: string, url = `${SCIM_PATH}/Users`) =>
    app.inject({ url, headers: { authorization: `Bearer ${bearer}` } })
  const codeOf = async (bearer: string) => (await ask(bearer)).json().code

  expect(await codeOf('nonsense')).toBe('http/sign-in-needed')
  expect(await codeOf(newToken('provisioning', ours))).toBe('identity/provisioning-token-unknown')
  expect(await codeOf(newToken('provisioning', newId(1)))).toBe('identity/provisioning-token-unknown')
  expect(await codeOf(token.replace(ours, newId(1)))).toBe('identity/provisioning-token-unknown')
  expect((await app.inject({ url: `${SCIM_PATH}/Users`, headers: { cookie } })).json()).toMatchObject({
    ...{ status: '403', code: 'runtime/forbidden' },
  })

  for (const path of ['/people', '/api-keys', '/audit-events', '/provisioning', '/provisioning/tokens', '/roles']) {
    expect((await ask(token, `${api}${path}`)).statusCode, path).toBeGreaterThanOrEqual(path === '/roles' ? 200 : 403)
  }
  expect((await ask(token, `${api}/people`)).statusCode).toBe(403)
  expect((await ask(token, `${api}/people/${administrator.id}`)).json()).toMatchObject({
    code: 'identity/person-missing',
  })
  const making = await app.inject({
    ...{ method: 'POST', url: `${api}/provisioning/tokens`, headers: { authorization: `Bearer ${token}` } },
    payload: { name: 'Mine', expiresAt: new Date(Date.now() + 1000).toISOString() },
  })
  expect(making.statusCode).toBe(403)

  const dump = await asSystem((ctx) => sql`select * from identity.provisioning_token`.execute(ctx.db))
  expect(JSON.stringify(dump.rows)).not.toContain(token.slice(-43))
  const [shown] = (await administer('GET', '/provisioning/tokens')).items
  expect(shown).toMatchObject({ name: 'Entra ID', lastUsedAddress: '127.0.0.1' })

  const second = await makeToken('Okta')
  expect((await ask(second)).statusCode).toBe(200)
  const items: { id: string; name: string }[] = (await administer('GET', '/provisioning/tokens')).items
  await administer('POST', `/provisioning/tokens/${items.find((one) => one.name === 'Okta')?.id}/end`)
  expect(await codeOf(second)).toBe('identity/provisioning-token-ended')
  const expired = newToken('provisioning', ours)
  await asSystem((ctx) =>
    sql`insert into identity.provisioning_token (id, name, secret_sha256, created_by, created_at, expires_at)
      values (${newId(1)}, 'Old', ${sha256(expired)}, ${administrator.id}, ${ctx.now}, ${ctx.now})`.execute(ctx.db),
  )
  expect(await codeOf(expired)).toBe('identity/provisioning-token-expired')
  const past = { name: 'Past', expiresAt: '2020-01-01T00:00:00.000Z' }
  expect(await administer('POST', '/provisioning/tokens', past)).toMatchObject({ code: 'identity/expiry-invalid' })
  const again = { name: 'entra id', expiresAt: new Date(Date.now() + 1000).toISOString() }
  expect(await administer('POST', '/provisioning/tokens', again)).toMatchObject({
    code: 'identity/provisioning-token-name-taken',
  })

  const { refusals } = await administer('GET', '/provisioning')
  expect(refusals.map((one: { tokenName: string; code: string }) => [one.tokenName, one.code]).sort()).toEqual([
    ['Okta', 'identity/provisioning-token-ended'],
    ['Old', 'identity/provisioning-token-expired'],
  ])
})

// proves: T-B1, T-B4 (in part: provisioning)
test('what belongs to another company is not there', async () => {
  const theirs = newId<'Enterprise'>(Date.now())
  const asTheirs = <T>(act: (ctx: Context) => Promise<T>) => inContext(runtime, systemActor(theirs, 'test'), act)
  const stranger = await asTheirs(async (ctx) => {
    await createEnterprise(ctx, { id: theirs, name: 'Theirs', demo: false })
    const person = { name: 'Stranger', email: 'stranger@theirs.example', title: '', grants: [], passwordHash: null }
    const id = await createPerson(ctx, person)
    await sql`insert into identity.provisioned_person (person_id, user_name_key, document, created_at, changed_at)
      values (${id}, 'stranger', '{"userName": "stranger"}', ${ctx.now}, ${ctx.now})`.execute(ctx.db)
    await sql`insert into identity.provisioned_group (id, display_name, display_name_key, created_at, changed_at)
      values (${id}, 'Strangers', 'strangers', ${ctx.now}, ${ctx.now})`.execute(ctx.db)
    return id
  })
  const absent = newId(Date.now())
  for (const id of [stranger, absent, 'no-id', "' or 1=1 --"]) {
    const user = `/Users/${encodeURIComponent(id)}`
    const patch = change({ op: 'replace', path: 'active', value: false })
    expectRefusal(await scim('GET', user), 404, undefined, 'identity/user-missing')
    expectRefusal(await scim('PATCH', user, patch), 404, undefined, 'identity/user-missing')
    expectRefusal(await scim('PUT', user, userOf('x@ours.example')), 404, undefined, 'identity/user-missing')
    expectRefusal(await scim('DELETE', user), 404, undefined, 'identity/user-missing')
    expectRefusal(await scim('GET', `/Groups/${encodeURIComponent(id)}`), 404, undefined, 'identity/group-missing')
    expectRefusal(await scim('DELETE', `/Groups/${encodeURIComponent(id)}`), 404, undefined, 'identity/group-missing')
    const mixed = { schemas: [GROUP], displayName: 'Mixed', members: [{ value: id }] }
    expectRefusal(await scim('POST', '/Groups', mixed), 400, 'invalidValue', 'scim/value-invalid')
    expect((await scim('GET', `/Users${filtered(`id eq "${id}"`)}`)).body.totalResults).toBe(0)
    expect((await scim('GET', `/Groups${filtered(`members.value eq "${id}"`)}`)).body.totalResults).toBe(0)
  }
  const [patched, missing] = [await scim('GET', `/Users/${stranger}`), await scim('GET', `/Users/${absent}`)]
  expect(JSON.stringify(patched.body).replaceAll(stranger, '').length).toBe(
    JSON.stringify(missing.body).replaceAll(absent, '').length,
  )
})

test('lists are filtered, sorted, cut and projected', async () => {
  for (const [index, name] of ['Dora', 'anna', 'Carl', 'bert'].entries()) {
    await addUser(`${name}@ours.example`, {
      displayName: name,
      title: index % 2 ? 'Odd' : 'Even',
      externalId: `e${index}`,
    })
  }
  const namesOf = async (query: string) =>
    (await scim('GET', `/Users?${query}`)).body.Resources.map((one) => String(one.displayName))
  expect(await namesOf('sortBy=displayName')).toEqual(['anna', 'bert', 'Carl', 'Dora'])
  expect(await namesOf('sortBy=displayName&sortOrder=descending&count=2')).toEqual(['Dora', 'Carl'])
  expect(await namesOf('sortBy=userName&startIndex=3&count=5')).toEqual(['Carl', 'Dora'])
  expect(await namesOf('')).toEqual(['Dora', 'anna', 'Carl', 'bert'])
  expect(await namesOf('startIndex=-4&count=1')).toEqual(['Dora'])
  expect(await namesOf('startIndex=5')).toEqual([])
  expect(await namesOf(filtered('title eq "odd" and not (displayName sw "a")').slice(1))).toEqual(['bert'])
  expect((await scim('GET', '/Users?count=0')).body).toMatchObject({ totalResults: 4, Resources: [], itemsPerPage: 0 })
  expect((await scim('GET', '/Users?count=100000')).body.itemsPerPage).toBe(4)

  const [only] = (await scim('GET', '/Users?attributes=userName,name.givenName,nonsense&count=1')).body.Resources
  expect(Object.keys(only ?? {}).sort()).toEqual(['id', 'schemas', 'userName'])
  const [less] = (await scim('GET', '/Users?excludedAttributes=userName,id,meta,groups&count=1')).body.Resources
  expect(Object.keys(less ?? {})).not.toContain('userName')
  expect(less).toHaveProperty('id')

  const searched = await scim('POST', '/Users/.search', {
    ...{ schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter: 'displayName co "ar"', count: 10 },
    ...{ startIndex: 1, attributes: ['displayName'] },
  })
  expect(searched.body.Resources).toMatchObject([{ displayName: 'Carl' }])
  expectRefusal(await scim('GET', '/Users?count=ten'), 400, 'invalidValue', 'scim/value-invalid')
  expectRefusal(await scim('GET', '/Users?sortOrder=up'), 400, 'invalidValue', 'scim/value-invalid')
  expectRefusal(await scim('GET', '/Users?sortBy=nickName'), 400, 'invalidFilter', 'scim/filter-invalid')
  expectRefusal(
    await scim('GET', '/Users?attributes=a&excludedAttributes=b'),
    400,
    'invalidSyntax',
    'scim/syntax-invalid',
  )
  expectRefusal(await scim('GET', `/Users${filtered('nickName eq "x"')}`), 400, 'invalidFilter', 'scim/filter-invalid')
})

test('the types of resources and their schemas are described', async () => {
  expect((await scim('GET', '/ResourceTypes')).body.Resources.map((one) => one.id)).toEqual(['User', 'Group'])
  expect((await scim('GET', '/ResourceTypes/User')).body).toMatchObject({ endpoint: '/Users', schema: USER })
  expect((await scim('GET', '/Schemas')).body.totalResults).toBe(2)
  const schema = await scim('GET', `/Schemas/${USER}`)
  expect(schema.body).toMatchObject({
    id: USER,
    attributes: expect.arrayContaining([expect.objectContaining({ name: 'userName', uniqueness: 'server' })]),
  })
  expectRefusal(await scim('GET', '/Schemas/urn:none'), 404, undefined, 'http/route-missing')
  expectRefusal(await scim('POST', '/Bulk', { schemas: [], Operations: [] }), 501, undefined, 'scim/not-implemented')
  expectRefusal(await scim('GET', '/Me'), 501, undefined, 'scim/not-implemented')
  expectRefusal(await scim('GET', '/Printers'), 404, undefined, 'http/route-missing')
})

test('a version that has passed changes nothing, and what a client has is not sent again', async () => {
  const id = await addUser('ada@ours.example')
  const read = await scim('GET', `/Users/${id}`)
  const tag = String(read.headers.etag)
  expect(read.body.meta).toMatchObject({ version: tag, resourceType: 'User' })
  expect((await scim('GET', `/Users/${id}`, undefined, { 'if-none-match': tag })).status).toBe(304)
  const rename = (value: string) => change({ op: 'replace', path: 'displayName', value })
  const first = await scim('PATCH', `/Users/${id}`, rename('One'), { 'if-match': tag })
  expect(first.status).toBe(200)
  expect(first.headers.etag).not.toBe(tag)
  expectRefusal(
    await scim('PATCH', `/Users/${id}`, rename('Two'), { 'if-match': tag }),
    412,
    undefined,
    'scim/version-stale',
  )
  expectRefusal(
    await scim('DELETE', `/Users/${id}`, undefined, { 'if-match': tag }),
    412,
    undefined,
    'scim/version-stale',
  )
  // The same again is no change.
  const again = await scim('PATCH', `/Users/${id}`, rename('One'), { 'if-match': '*' })
  expect(again.headers.etag).toBe(first.headers.etag)
  const acts = await asSystem((ctx) =>
    sql`select 1 from audit.event where action = 'identity.user.change'`.execute(ctx.db),
  )
  expect(acts.rows.length).toBe(1)
})

test('requests at the same moment lose nothing of each other', async () => {
  const people = await Promise.all(Array.from({ length: 12 }, (_, at) => addUser(`p${at}@ours.example`)))
  const group = await addGroup('All')
  const answers = await Promise.all(
    people.map((value) =>
      scim('PATCH', `/Groups/${group}`, change({ op: 'add', path: 'members', value: [{ value }] })),
    ),
  )
  expect(answers.every((answer) => answer.status === 200)).toBe(true)
  const { members } = (await scim('GET', `/Groups/${group}`)).body as unknown as { members: { value: string }[] }
  expect(members.map((one) => one.value).sort()).toEqual([...people].sort())

  const [id = ''] = people
  await Promise.all([
    scim('PATCH', `/Users/${id}`, change({ op: 'replace', path: 'title', value: 'Boss' })),
    scim('PATCH', `/Users/${id}`, change({ op: 'replace', path: 'displayName', value: 'Ada' })),
    scim('PATCH', `/Users/${id}`, change({ op: 'add', path: 'externalId', value: 'e' })),
  ])
  expect((await scim('GET', `/Users/${id}`)).body).toMatchObject({ title: 'Boss', displayName: 'Ada', externalId: 'e' })

  const twins = await Promise.all([1, 2, 3].map(() => scim('POST', '/Users', userOf('twin@ours.example'))))
  expect(twins.map((answer) => answer.status).sort()).toEqual([201, 409, 409])
})

test('names, addresses and groups are taken once', async () => {
  const [ada] = [await addUser('ada@ours.example'), await addUser('ben@ours.example')]
  expectRefusal(await scim('POST', '/Users', userOf('ADA@ours.example')), 409, 'uniqueness', 'identity/user-name-taken')
  const byAddress = userOf('someone', { emails: [{ value: 'ben@ours.example' }] })
  expectRefusal(await scim('POST', '/Users', byAddress), 409, 'uniqueness', 'identity/made-by-hand')
  const asBen = change({ op: 'replace', path: 'userName', value: 'ben@ours.example' })
  expectRefusal(await scim('PATCH', `/Users/${ada}`, asBen), 409, 'uniqueness', 'identity/user-name-taken')
  await addGroup('Planners')
  expectRefusal(
    await scim('POST', '/Groups', { schemas: [GROUP], displayName: 'PLANNERS' }),
    409,
    'uniqueness',
    'identity/group-name-taken',
  )
})

test.each([
  ['a text for a body', '"x"', 'invalidSyntax', 'http/request-invalid'],
  ['a list for a body', '[]', 'invalidSyntax', 'http/request-invalid'],
  ['half a body', '{"schemas": [', 'invalidSyntax', 'http/body-malformed'],
  [
    'a prototype',
    `{"schemas": ["${USER}"], "userName": "x@y.z", "__proto__": {"active": true}}`,
    'invalidSyntax',
    'http/body-malformed',
  ],
  ['no user name', { schemas: [USER], displayName: 'x' }, 'invalidValue', 'scim/value-invalid'],
  ['another schema', { schemas: [GROUP], userName: 'x@y.z' }, 'invalidSyntax', 'scim/syntax-invalid'],
  ['no address', { schemas: [USER], userName: 'x' }, 'invalidValue', 'scim/value-invalid'],
  ['a number for a name', { schemas: [USER], userName: 5 }, 'invalidValue', 'scim/value-invalid'],
  ['an object for a name', { schemas: [USER], userName: { x: 1 } }, 'invalidValue', 'scim/value-invalid'],
  [
    'a name of 300 letters',
    { schemas: [USER], userName: `${'x'.repeat(300)}@y.z` },
    'invalidValue',
    'scim/value-invalid',
  ],
  ['a NUL', { schemas: [USER], userName: 'x@y.z', title: '\0' }, 'invalidSyntax', 'http/body-malformed'],
  ['half a character', '{"schemas": ["x"], "userName": "\\ud800"}', 'invalidSyntax', 'http/body-malformed'],
  ['a name twice', '{"userName": "x@y.z", "userName": "z@y.z"}', 'invalidSyntax', 'http/body-malformed'],
  [
    'more than 1 MiB',
    { schemas: [USER], userName: 'x@y.z', note: 'x'.repeat(1024 * 1024) },
    'invalidSyntax',
    'http/body-too-large',
  ],
] as const)('%s makes no user', async (_, body, scimType, code) => {
  const status = code === 'http/body-too-large' ? 413 : 400
  expectRefusal(await scim('POST', '/Users', body), status, scimType, code)
  expect((await scim('GET', '/Users')).body.totalResults).toBe(0)
})

test('hostile filters and patches are refused quickly', async () => {
  const id = await addUser('ada@ours.example')
  const startedMs = performance.now()
  const filter = `${'('.repeat(10_000)}userName pr${')'.repeat(10_000)}`
  expectRefusal(await scim('GET', `/Users${filtered(filter)}`), 400, 'invalidFilter', 'scim/filter-invalid')
  expectRefusal(await scim('POST', '/Users/.search', { filter }), 400, 'invalidFilter', 'scim/filter-invalid')
  const many = change(...Array.from({ length: 5000 }, () => ({ op: 'replace', path: 'title', value: 'x' })))
  expectRefusal(await scim('PATCH', `/Users/${id}`, many), 400, 'invalidSyntax', 'scim/syntax-invalid')
  const deep = `{"schemas": ["${PATCH}"], "Operations": [{"op": "add", "path": "title", "value": ${'['.repeat(100_000)}${']'.repeat(100_000)}}]}`
  expectRefusal(await scim('PATCH', `/Users/${id}`, deep), 400, 'invalidSyntax', 'http/body-malformed')
  expect(performance.now() - startedMs).toBeLessThan(2000)
  // What was refused is told, in words.
  const { refusals } = await administer('GET', '/provisioning')
  expect(refusals).toContainEqual(
    expect.objectContaining({ tokenName: 'Entra ID', act: 'PATCH Users', subject: id, code: 'scim/syntax-invalid' }),
  )
})

test('how it stands with provisioning is told, the newest refusals first and not all of them', async () => {
  const [ada] = [await addUser('ada@ours.example'), await addUser('ben@ours.example'), await addGroup('Planners')]
  await scim('PATCH', `/Users/${ada}`, change({ op: 'replace', path: 'active', value: false }))
  for (let at = 0; at < 60; at += 1) await scim('POST', '/Users', userOf(`no address ${at}`))
  await scim('POST', '/Users', userOf('no address 59'))
  const told = await administer('GET', '/provisioning')
  expect(told).toMatchObject({ path: SCIM_PATH, people: 2, active: 1, groups: 1, lastUsedAt: expect.any(String) })
  expect(told.refusals).toHaveLength(50)
  expect(told.refusals[0]).toMatchObject({ subject: 'no address 59', count: 2, act: 'POST Users' })
  expect(told.refusals[0].detail).toMatch(/e-mail address/)
})

// The corpora are kept beside the checkout, not in it.
const BLNS = fileURLToPath(new URL('../../../../shared/security/corpora/strings/blns.jsonl', import.meta.url))
if (!existsSync(BLNS)) process.stderr.write(`The naughty strings are not at ${BLNS}: their test is skipped.\n`)
test.skipIf(!existsSync(BLNS))(
  'naughty strings come back byte for byte',
  async () => {
    const lines = readFileSync(BLNS, 'utf8').split('\n').filter(Boolean)
    const texts = lines
      .map((line): string => JSON.parse(line).text)
      .filter((text) => text.length <= 200 && !text.includes('\0'))
    expect(texts.length).toBeGreaterThan(300)
    const id = await addUser('ada@ours.example')
    for (const text of texts.filter((one) => one.trim() !== '' && one.isWellFormed())) {
      const answer = await scim(
        'PATCH',
        `/Users/${id}`,
        change({ op: 'replace', value: { displayName: text, title: text, externalId: text } }),
      )
      expect(answer.body, text).toMatchObject({ displayName: text, title: text, externalId: text })
      const found = await scim('POST', '/Users/.search', {
        filter: `externalId eq ${JSON.stringify(text)} and displayName eq ${JSON.stringify(text)}`,
      })
      expect(found.body.totalResults, text).toBe(1)
    }
    const name = texts.findLast((one) => one.trim() !== '' && one.isWellFormed())
    expect(await administer('GET', `/people/${id}`)).toMatchObject({ name })
  },
  60_000,
)
