import { isProblem } from '@millrace/base'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Complex, matches, parseFilter } from './filter.ts'
import { filterInvalid } from './problems.ts'
import { GROUP, USER } from './schema.ts'

const barbara = {
  ...{ id: '1', externalId: 'Ext-1', userName: 'bjensen', title: 'Tour guide', active: true },
  name: { familyName: "O'Malley", givenName: 'Barbara' },
  emails: [
    { value: 'bjensen@example.com', type: 'work', primary: true },
    { value: 'babs@jensen.org', type: 'home' },
  ],
  meta: { lastModified: '2011-05-13T04:42:34Z' },
}
const otto = { id: '2', userName: 'otto', active: false, name: { familyName: 'Back\\slash "quoted" (bracket]' } }
const both = [barbara, otto]

const found = (filter: string) =>
  both.filter((one) => matches(parseFilter(USER, filter), one)).map((one) => one.userName)

// RFC 7644 §3.4.2.2, figure 2, as far as its attributes are kept; then what else it says.
test.each([
  ['userName Eq "bJensen"', ['bjensen']],
  ['name.familyName co "O\'Malley"', ['bjensen']],
  ['userName sw "BJ"', ['bjensen']],
  ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "bj"', ['bjensen']],
  ['title pr', ['bjensen']],
  ['meta.lastModified gt "2011-05-13T04:42:33Z"', ['bjensen']],
  ['meta.lastModified ge "2011-05-13T06:42:34+02:00"', ['bjensen']],
  ['meta.lastModified lt "2011-05-13T04:42:34Z"', []],
  ['title pr and userName eq "bjensen"', ['bjensen']],
  ['title pr or userName eq "otto"', ['bjensen', 'otto']],
  ['not (emails co "example.com" or emails.value co "example.org")', ['otto']],
  ['emails[type eq "work" and value co "@example.com"]', ['bjensen']],
  ['emails[type eq "work" and value co "@jensen.org"]', []],
  ['emails.type eq "work" and emails.value co "@jensen.org"', ['bjensen']],
  ['emails[primary eq true]', ['bjensen']],
  ['active eq "True"', ['bjensen']],
  ['active ne true', ['otto']],
  ['title eq null', ['otto']],
  ['title ne null', ['bjensen']],
  ['title ne "nobody"', ['bjensen', 'otto']],
  ['externalId eq "ext-1"', []],
  ['externalId eq "Ext-1"', ['bjensen']],
  ['userName sw "o" or active eq true and userName eq "nobody"', ['otto']],
  ['(userName sw "o" or active eq true) and userName eq "nobody"', []],
  [String.raw`name.familyName co "\\slash \"quoted\" (bracket]"`, ['otto']],
  [String.raw`userName eq "\u006ftto"`, ['otto']],
] as const)('%s', (filter, names) => {
  expect(found(filter)).toEqual(names)
})

const nested = (times: number) => `${'('.repeat(times)}userName pr${')'.repeat(times)}`
test.each([
  ['nothing', ''],
  ['no value', 'userName eq'],
  ['an unknown operator', 'userName like "x"'],
  ['an attribute that is not kept', 'nickName eq "x"'],
  ['an extension', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "x"'],
  ['a bracket too few', '(userName eq "x"'],
  ['something behind it', 'userName eq "x" userName'],
  ['an order of truths', 'active gt true'],
  ['a truth that is none', 'active eq "perhaps"'],
  ['a number for a text', 'userName eq 5'],
  ['a comparison of something with parts', 'name eq "x"'],
  ['a filter on a single value', 'name[familyName eq "x"]'],
  ['something behind the brackets', 'emails[type eq "work"].value eq "x"'],
  ['a time that is none', 'meta.created gt "yesterday"'],
  ['an open text', 'userName eq "x'],
  ['a bad escape', String.raw`userName eq "\q"`],
  ['a name of an object’s own', '__proto__ eq "x"'],
  ['brackets 21 deep', nested(21)],
  ['10,000 brackets', nested(10_000)],
  ['10,000 open brackets', '['.repeat(10_000)],
  ['1,000 nots', `${'not '.repeat(999)}userName pr`],
  ['101 comparisons', Array.from({ length: 101 }, () => 'title pr').join(' or ')],
] as const)('%s is refused as a filter', (_, filter) => {
  const startedMs = performance.now()
  expect(() => parseFilter(USER, filter)).toThrow(expect.toSatisfy((error) => isProblem(error, filterInvalid)))
  expect(performance.now() - startedMs).toBeLessThan(100)
})

test('groups are found by who is in them', () => {
  const group = { displayName: 'Planners', members: [{ value: 'a' }, { value: 'b' }] }
  const isFound = (filter: string) => matches(parseFilter(GROUP, filter), group)
  expect(isFound('members[value eq "a"]')).toBe(true)
  expect(isFound('members.value eq "b"')).toBe(true)
  expect(isFound('members eq "B"')).toBe(false)
})

// A second, naive reading of the standard, on the tree the filter was written from.

type Tree =
  | { op: 'and' | 'or'; left: Tree; right: Tree }
  | { op: 'not'; of: Tree }
  | { op: 'values'; of: Tree }
  | { op: string; path: string; value: string | boolean | undefined }

const texts = fc.constantFrom('a', 'B', 'ab', 'b"c', '\\', ' and ', '(', '', 'é')
const comparisons = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'lt', 'ge', 'le')
const onText = (...paths: string[]): fc.Arbitrary<Tree> =>
  fc.oneof(
    fc.record({ op: comparisons, path: fc.constantFrom(...paths), value: texts }),
    fc.record({ op: fc.constant('pr'), path: fc.constantFrom(...paths), value: fc.constant(undefined) }),
  )
const onTruth = (path: string): fc.Arbitrary<Tree> =>
  fc.record({ op: fc.constantFrom('eq', 'ne'), path: fc.constant(path), value: fc.boolean() })
const treeOf = (leaf: fc.Arbitrary<Tree>): fc.Arbitrary<Tree> =>
  fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.record({ op: fc.constantFrom('and' as const, 'or' as const), left: tie('tree'), right: tie('tree') }),
      fc.record({ op: fc.constant('not' as const), of: tie('tree') }),
    ),
  })).tree
const inValues = treeOf(fc.oneof(onText('value', 'type'), onTruth('primary')))
const trees = treeOf(
  fc.oneof(
    onText('userName', 'externalId', 'name.familyName', 'emails.value', 'emails'),
    onTruth('active'),
    fc.record({ op: fc.constant('values' as const), of: inValues }),
  ),
)

function written(tree: Tree): string {
  if ('left' in tree) return `(${written(tree.left)}) ${tree.op.toUpperCase()}  (${written(tree.right)})`
  if ('of' in tree) return tree.op === 'not' ? `not (${written(tree.of)})` : `emails[${written(tree.of)}]`
  return `${tree.path} ${tree.op}${tree.value === undefined ? '' : ` ${JSON.stringify(tree.value)}`}`
}

function naive(tree: Tree, resource: Complex): boolean {
  if ('left' in tree) {
    const [left, right] = [naive(tree.left, resource), naive(tree.right, resource)]
    return tree.op === 'and' ? left && right : left || right
  }
  if ('of' in tree) {
    if (tree.op === 'not') return !naive(tree.of, resource)
    return ((resource.emails ?? []) as Complex[]).some((email) => naive(tree.of, email))
  }
  const { op, path, value: wanted } = tree
  const exact = path === 'externalId'
  const fold = (value: unknown) => (typeof value === 'string' && !exact ? value.toLowerCase() : value)
  const held = path.startsWith('emails')
    ? ((resource.emails ?? []) as Complex[]).map((email) => email.value)
    : [path === 'name.familyName' ? (resource.name as Complex | undefined)?.familyName : resource[path]]
  const there = held.filter((value) => value !== undefined)
  if (op === 'pr' && path === 'emails') {
    return ((resource.emails ?? []) as Complex[]).some((email) => Object.values(email).some((part) => part !== ''))
  }
  if (op === 'pr') return there.some((value) => value !== '')
  const b = fold(wanted)
  return (there.length === 0 ? [null] : there).some((value) => {
    const a = fold(value)
    if (op === 'eq') return a === b
    if (op === 'ne') return a !== b
    if (typeof a !== 'string' || typeof b !== 'string') return false
    const at = a.indexOf(b)
    return (
      (op === 'co' && at >= 0) ||
      (op === 'sw' && at === 0) ||
      (op === 'ew' && a.slice(a.length - b.length) === b && a.length >= b.length) ||
      (op === 'gt' && a > b) ||
      (op === 'lt' && a < b) ||
      (op === 'ge' && !(a < b)) ||
      (op === 'le' && !(a > b))
    )
  })
}

const users = fc.record(
  {
    userName: texts,
    externalId: texts,
    active: fc.boolean(),
    name: fc.record({ familyName: texts }, { requiredKeys: [] }),
    emails: fc.array(fc.record({ value: texts, type: texts, primary: fc.boolean() }, { requiredKeys: ['value'] }), {
      maxLength: 3,
    }),
  },
  { requiredKeys: ['userName'] },
)

test('any filter finds what a naive reading of it finds', () => {
  const tooDeep = (text: string) => (text.match(/[([]/g) ?? []).length > 20
  fc.assert(
    fc.property(trees, fc.array(users, { maxLength: 5 }), (tree, resources) => {
      const text = written(tree)
      if (text.length > 4000 || tooDeep(text)) return
      const filter = parseFilter(USER, text)
      expect(resources.map((one) => matches(filter, one))).toEqual(resources.map((one) => naive(tree, one)))
    }),
    { numRuns: 3000, seed: 20_261_126 },
  )
})
