import { isProblem, type ProblemMaker } from '@millrace/base'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { patched } from './patch.ts'
import { filterInvalid, mutabilityBroken, noTarget, pathInvalid, syntaxInvalid, valueInvalid } from './problems.ts'
import { readResource } from './resource.ts'
import { GROUP, USER } from './schema.ts'

const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
const user = readResource(USER, {
  schemas: [USER.id],
  userName: 'bjensen@example.com',
  name: { givenName: 'Barbara', familyName: 'Jensen' },
  title: 'Tour guide',
  active: true,
  emails: [
    { value: 'bjensen@example.com', type: 'work', primary: true },
    { value: 'babs@jensen.org', type: 'home' },
  ],
})
const group = readResource(GROUP, { displayName: 'Tour guides', members: [{ value: 'a' }, { value: 'b' }] })

const change = (...Operations: object[]) => patched(USER, user, { schemas, Operations })
const regroup = (...Operations: object[]) => patched(GROUP, group, { schemas, Operations }).members

const work = { value: 'bjensen@example.com', type: 'work', primary: true }
const home = { value: 'babs@jensen.org', type: 'home' }

test.each([
  // RFC 7644 §3.5.2.1 to §3.5.2.3.
  ['a member is added', regroup({ op: 'add', path: 'members', value: [{ display: 'C', value: 'c' }] }), 'abc'],
  ['who is there already is not added twice', regroup({ op: 'add', path: 'members', value: [{ value: 'a' }] }), 'ab'],
  ['a chosen member is removed', regroup({ op: 'remove', path: 'members[value eq "a"]' }), 'b'],
  ['members are replaced', regroup({ op: 'replace', path: 'members', value: [{ value: 'z' }] }), 'z'],
  // Entra ID: verbs with capitals, values to remove in the operation.
  ['named members are removed', regroup({ op: 'Remove', path: 'members', value: [{ value: 'b' }] }), 'a'],
  // Okta: no path.
  ['members are added without a path', regroup({ op: 'add', value: { members: [{ value: 'c' }] } }), 'abc'],
] as const)('%s', (_, members, expected) => {
  expect((members as { value: string }[]).map((one) => one.value).join('')).toBe(expected)
})

test('a group without members has none', () => {
  expect(regroup({ op: 'remove', path: 'members' })).toBeUndefined()
  expect(regroup({ op: 'remove', path: 'members[value sw ""]' })).toBeUndefined()
})

test.each([
  ['replace', { op: 'replace', path: 'title', value: 'Boss' }, { title: 'Boss' }],
  ['names in any case', { op: 'replace', path: 'TITLE', value: 'Boss' }, { title: 'Boss' }],
  ['the URN before a name', { op: 'add', path: `${USER.id}:title`, value: 'Boss' }, { title: 'Boss' }],
  ['remove', { op: 'remove', path: 'title' }, { title: undefined }],
  ['null removes', { op: 'replace', path: 'title', value: null }, { title: undefined }],
  [
    'a part',
    { op: 'replace', path: 'name.familyName', value: 'Lee' },
    { name: { givenName: 'Barbara', familyName: 'Lee' } },
  ],
  [
    'parts that are named',
    { op: 'replace', path: 'name', value: { familyName: 'Lee' } },
    { name: { givenName: 'Barbara', familyName: 'Lee' } },
  ],
  ['the last parts', { op: 'remove', path: 'name' }, { name: undefined }],
  ['truth as Entra ID writes it', { op: 'Replace', path: 'active', value: 'False' }, { active: false }],
  [
    'a value as Entra ID wrapped it',
    { op: 'Replace', path: 'title', value: [{ $ref: null, value: 'Boss' }] },
    { title: 'Boss' },
  ],
  [
    'paths as names, as Entra ID writes them',
    { op: 'replace', value: { 'name.givenName': 'Bo', title: 'Boss' } },
    { title: 'Boss', name: { givenName: 'Bo', familyName: 'Jensen' } },
  ],
  ['Okta’s way to end somebody', { op: 'replace', value: { active: false } }, { active: false }],
  [
    'the id that Okta sends along',
    { op: 'replace', value: { id: 'x', title: 'Boss' } },
    { title: 'Boss', id: undefined },
  ],
  [
    'a chosen value’s part',
    { op: 'replace', path: 'emails[type eq "Work"].value', value: 'b@x.example' },
    { emails: [{ ...work, value: 'b@x.example' }, home] },
  ],
  [
    'a value that is not there yet',
    { op: 'Add', path: 'emails[type eq "other"].value', value: 'b@x.example' },
    { emails: [work, home, { type: 'other', value: 'b@x.example' }] },
  ],
  [
    'a chosen value',
    { op: 'replace', path: 'emails[type eq "home"]', value: { value: 'b@x.example' } },
    { emails: [work, { value: 'b@x.example' }] },
  ],
  ['a value taken out', { op: 'remove', path: 'emails[type eq "work"]' }, { emails: [home] }],
  ['a value that is not there, taken out', { op: 'remove', path: 'emails[type eq "other"]' }, { emails: [work, home] }],
  [
    'another primary value',
    { op: 'add', path: 'emails', value: [{ value: 'b@x.example', primary: true }] },
    { emails: [{ ...work, primary: false }, home, { value: 'b@x.example', primary: true }] },
  ],
  ['a text with a bracket in a path', { op: 'remove', path: 'emails[value eq "]"]' }, { emails: [work, home] }],
  ['what is not kept', { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '1' }, {}],
  [
    'an extension that is not kept',
    { op: 'Add', path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department', value: '1' },
    {},
  ],
] as const)('%s', (_, operation, expected) => {
  expect(change(operation)).toEqual({ ...user, ...expected })
})

test.each<[string, object, ProblemMaker]>([
  ['an unknown verb', { op: 'move', path: 'title' }, syntaxInvalid],
  ['remove without a path', { op: 'remove' }, noTarget],
  ['add without a value', { op: 'add', path: 'title' }, valueInvalid],
  ['a path that is none', { op: 'remove', path: 'title]' }, pathInvalid],
  ['a number as a path', { op: 'remove', path: 5 }, pathInvalid],
  ['a filter on a single value', { op: 'remove', path: 'name[familyName eq "x"]' }, pathInvalid],
  ['a filter that is none', { op: 'remove', path: 'emails[type]' }, filterInvalid],
  ['a filter of 10,000 brackets', { op: 'remove', path: `emails[${'('.repeat(10_000)}]` }, filterInvalid],
  ['a replacement of nothing', { op: 'replace', path: 'emails[type eq "other"]', value: { value: 'x' } }, noTarget],
  [
    'a value nobody can make up',
    { op: 'add', path: 'emails[type ne "work" and type ne "home"].value', value: 'x' },
    noTarget,
  ],
  ['what only we say', { op: 'replace', path: 'id', value: 'x' }, mutabilityBroken],
  ['the groups of a person', { op: 'add', path: 'groups', value: [{ value: 'x' }] }, mutabilityBroken],
  ['removal of what is required', { op: 'remove', path: 'userName' }, mutabilityBroken],
  ['removal of a required part', { op: 'remove', path: 'emails[type eq "work"].value' }, mutabilityBroken],
  ['a text for a truth', { op: 'replace', path: 'active', value: 'perhaps' }, valueInvalid],
  ['an object for a text', { op: 'replace', path: 'title', value: {} }, valueInvalid],
  ['a text too long', { op: 'replace', path: 'title', value: 'x'.repeat(201) }, valueInvalid],
  ['half a character', { op: 'replace', path: 'title', value: '\ud800' }, valueInvalid],
  [
    'too many values',
    { op: 'add', path: 'emails', value: Array.from({ length: 11 }, (_, at) => ({ value: `${at}` })) },
    valueInvalid,
  ],
])('%s is refused', (_, operation, problem) => {
  expect(() => change(operation)).toThrow(expect.toSatisfy((error) => isProblem(error, problem)))
})

test('a request is a list of operations, not too long', () => {
  const refused = (body: unknown) =>
    expect(() => patched(USER, user, body)).toThrow(expect.toSatisfy((error) => isProblem(error, syntaxInvalid)))
  refused([])
  refused({ Operations: [{ op: 'remove', path: 'title' }] })
  refused({ schemas, Operations: [] })
  refused({ schemas, Operations: Array.from({ length: 1001 }, () => ({ op: 'remove', path: 'title' })) })
})

test('names of an object’s own change nothing but are names like others', () => {
  change(
    { op: 'add', path: '__proto__.polluted', value: 'yes' },
    { op: 'add', path: 'constructor.prototype.polluted', value: 'yes' },
    { op: 'add', value: JSON.parse('{"__proto__": {"polluted": "yes"}, "name.__proto__": {"polluted": "yes"}}') },
  )
  expect(({} as { polluted?: string }).polluted).toBeUndefined()
})

const names = fc.constantFrom('title', 'displayName', 'name.givenName', 'name.familyName', 'externalId')
test('the same request twice is the same as once', () => {
  const operations = fc.array(
    fc.oneof(
      fc.record({
        op: fc.constantFrom('add', 'replace'),
        path: names,
        value: fc.string({ maxLength: 20, unit: 'grapheme' }),
      }),
      fc.record({ op: fc.constant('remove'), path: names }),
      fc.record({
        op: fc.constant('replace'),
        path: fc.constant('emails[type eq "work"].value'),
        value: fc.emailAddress(),
      }),
    ),
    { minLength: 1, maxLength: 6 },
  )
  fc.assert(
    fc.property(operations, (Operations) => {
      const body = { schemas, Operations: Operations.filter((one) => !('value' in one) || !one.value.includes('\0')) }
      if (body.Operations.length === 0) return
      const once = patched(USER, user, body)
      expect(patched(USER, once, body)).toEqual(once)
    }),
    { numRuns: 500, seed: 20_261_126 },
  )
})
