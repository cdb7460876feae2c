import { checkParsePolicySet, validate } from '@cedar-policy/cedar-wasm/nodejs'
import { CLASSIFICATIONS } from '@millrace/base'
import { may, type Permission, type Place } from '@millrace/runtime'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Conditions, Grant, GrantId } from './grant-contract.ts'
import { builtInRoles, holdingsFrom, type PlaceExtent } from './holdings.ts'
import { permissions as own } from './permissions.ts'
import { GUARDRAILS, type Judged, judge, policiesOf } from './policy.ts'
import { grantPolicy, policySchema } from './policy-text.ts'

const control: Permission = {
  ...{ name: 'control:command:request', title: 'Send commands', kind: 'control', label: 'internal' },
  ...{ roles: ['operator', 'plant-manager'], station: true },
}
const designs: Permission = {
  ...{ name: 'documents:design:read', title: 'See designs', kind: 'read', label: 'trade-secret' },
  roles: ['engineer', 'operator'],
}
const catalogue = [...own, control, designs]
const byName = new Map<string, Permission>(catalogue.map((permission) => [permission.name, permission]))

const SITES = ['site-a', 'site-b'] as const
const places: ReadonlyMap<string, PlaceExtent> = new Map<string, PlaceExtent>([
  ['site-a', { siteId: 'site-a', equipment: 'all' }],
  ['site-b', { siteId: 'site-b', equipment: 'all' }],
  ['area-a', { siteId: 'site-a', equipment: new Set(['area-a', 'mill-1', 'mill-2']) }],
  ['mill-1', { siteId: 'site-a', equipment: new Set(['mill-1']) }],
  ['area-b', { siteId: 'site-b', equipment: new Set(['area-b', 'press-1']) }],
])
const NOW = Date.parse('2026-11-24T10:00:00.000Z')

const ownRole = 'role-of-our-own'
const roles = (role: string) => builtInRoles(catalogue).get(role) ?? (role === ownRole ? OWN_ROLE : undefined)
const OWN_ROLE = new Set(['documents:design:read', 'identity:api-key:write', 'control:command:request'])

// Mostly without conditions and in order, so that both answers come often.
const optional = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
const conditions: fc.Arbitrary<Conditions> = fc
  .record({
    expiresAt: optional(fc.constantFrom('2026-11-24T09:00:00.000Z', '2026-11-24T11:00:00.000Z')),
    zones: optional(fc.subarray(['Office', 'Shop "floor"\\', 'ünïcode\u202e'], { minLength: 1 })),
    shifts: optional(fc.subarray(['Early', 'Night'], { minLength: 1 })),
    upTo: optional(fc.constantFrom(...CLASSIFICATIONS)),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Conditions)
const grants: fc.Arbitrary<Grant[]> = fc.array(
  fc
    .record({
      id: fc.uuid() as fc.Arbitrary<GrantId>,
      role: fc.constantFrom(
        'operator',
        'operator',
        'plant-manager',
        'engineer',
        'it-admin',
        'vendor',
        'gone',
        ownRole,
        ownRole,
      ),
      placeId: fc.constantFrom(null, 'site-a', 'site-b', 'area-a', 'mill-1', 'area-b'),
      conditions,
    })
    .map((grant) => ({
      ...grant,
      siteId: grant.placeId === null ? null : (places.get(grant.placeId)?.siteId ?? null),
    })),
  { maxLength: 6 },
)
const questions = fc.record({
  permission: fc.oneof(
    fc.constantFrom(...catalogue.map((permission) => permission.name)),
    fc.constantFrom<string>(control.name, designs.name),
  ),
  place: fc.constantFrom<Place | undefined>(
    undefined,
    'site-a',
    'site-b',
    { siteId: 'site-a', equipmentId: 'mill-1' },
    { siteId: 'site-a', equipmentId: 'mill-2' },
    { siteId: 'site-a', equipmentId: 'saw-9' },
    { siteId: 'site-b', equipmentId: 'press-1' },
    { siteId: 'site-b', equipmentId: 'mill-1' },
  ),
  label: fc.constantFrom(undefined, undefined, ...CLASSIFICATIONS),
})
const standings = fc.record({
  kind: fc.constantFrom('person' as const, 'key' as const),
  level: fc.constantFrom(1 as const, 2 as const, 2 as const, 2 as const, 2 as const),
  station: fc.constantFrom(true, false, false),
})
const facts = fc.record({
  zones: fc.subarray(['Office', 'Shop "floor"\\', 'ünïcode\u202e']).map((zones) => new Set(zones)),
  shifts: fc
    .tuple(...SITES.map((site) => fc.constantFrom('Early', 'Late', undefined).map((shift) => [site, shift] as const)))
    .map((pairs) => new Map(pairs.flatMap(([site, shift]) => (shift === undefined ? [] : [[site, shift] as const])))),
})

describe('the table and the policies', () => {
  // proves: T-B1 (in part: two independent judges give one answer)
  test('give the same answer to every question', () => {
    let allowed = 0
    const runs = 10_000
    fc.assert(
      fc.property(grants, questions, standings, facts, (held, question, standing, now) => {
        const judged: Judged = {
          holder: { kind: standing.kind, id: 'who' },
          ...{ grants: held, roles, places, standing, facts: { nowMs: NOW, ...now } },
        }
        const table = {
          ...{ kind: standing.kind, id: 'who', name: 'Who', enterpriseId: '' },
          permissions: holdingsFrom({ ...judged, catalogue }),
        }
        const byTable = may(table, question.permission, question.place, labelOf(question))
        const byPolicy = judge(judged, byName, { ...question, label: labelOf(question) }).allowed
        if (byTable) allowed += 1
        expect(byPolicy).toBe(byTable)
      }),
      { numRuns: runs },
    )
    // Neither judge says no to everything.
    expect(allowed).toBeGreaterThan(runs / 50)
    expect(allowed).toBeLessThan(runs / 2)
  }, 120_000)

  // What is touched is never less secret than what the permission usually touches.
  function labelOf({ permission, label }: { permission: string; label: Permission['label'] | undefined }) {
    const usual = byName.get(permission)?.label
    if (label === undefined || usual === undefined) return label
    return CLASSIFICATIONS.indexOf(label) < CLASSIFICATIONS.indexOf(usual) ? usual : label
  }
})

describe('the policies', () => {
  const schema = policySchema(catalogue)
  const grant = (held: Partial<Grant>): Grant => ({
    ...{ id: '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11' as GrantId, role: 'operator', placeId: null, siteId: null },
    ...{ conditions: {}, ...held },
  })

  test('are valid against their schema, whatever a grant says', () => {
    fc.assert(
      fc.property(grants, (held) => {
        const once = [...new Map(held.map((one) => [one.id, one])).values()]
        const text = policiesOf({ grants: once, roles, holder: { kind: 'person', id: 'who' } })
        const answer = validate({ schema, policies: { staticPolicies: text } })
        expect(answer).toMatchObject({ type: 'success', validationErrors: [] })
      }),
      { numRuns: 300 },
    )
  })

  test('that do not fit the schema are found', () => {
    const wrong = GUARDRAILS.replace('context.level', 'context.levle')
    const answer = validate({ schema, policies: { staticPolicies: wrong } })
    expect(answer.type === 'success' && answer.validationErrors.length).toBeGreaterThan(0)
  })

  test('cannot be written into by a name', () => {
    const evil = '"]) }; permit (principal, action, resource); //'
    const text = grantPolicy(grant({ conditions: { zones: [evil] } }), { kind: 'person', id: evil }, roles) ?? ''
    const parsed = checkParsePolicySet({ staticPolicies: { one: text } })
    expect(parsed).toEqual({ type: 'success' })
    expect(text).not.toContain(evil)
  })

  test('deny when they cannot be judged', () => {
    const judged: Judged = {
      ...{ holder: { kind: 'person', id: 'who' }, grants: [grant({})], roles, places },
      ...{ standing: { kind: 'person', level: 2, station: false } },
      // No number at all: the policies cannot compare it.
      facts: { nowMs: 0.5, zones: new Set<string>(), shifts: new Map() },
    }
    expect(judge(judged, byName, { permission: control.name, place: undefined, label: undefined }).allowed).toBe(false)
    expect(judge(judged, byName, { permission: 'no:such:thing', place: undefined, label: undefined }).allowed).toBe(
      false,
    )
  })
})
