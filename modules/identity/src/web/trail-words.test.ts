import { expect, test } from 'vitest'
import type { AuditEvent } from '../trail-contract.ts'
import { differenceOf } from './trail-difference.ts'
import { sentenceOf, shortObject } from './trail-sentence.ts'

const PERSON = 'person 0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11'

function event(said: Partial<AuditEvent>): AuditEvent {
  return {
    ...{ id: 'e' as AuditEvent['id'], at: '2026-11-26T09:00:00.000Z' as AuditEvent['at'], actorKind: 'person' },
    ...{ actorId: 'j', actor: 'Jonas Arnold', address: null, via: null, device: null, action: 'x.y.z', object: PERSON },
    ...{ objects: [PERSON], siteId: null, before: null, after: null, detail: {}, reason: null, outcome: 'done' },
    ...{ problem: null, requestId: null, sequence: 1 },
    ...said,
  }
}

const grant = (role: string, id = role) => ({ id, role, placeId: null })
const words = ({ role }: { role: string }) => `${role} at Blade milling`

test.each([
  [{ before: [], after: [grant('Operator')] }, 'Jonas Arnold gave Lena Zgraggen the role Operator at Blade milling'],
  [{ before: [grant('Planner')], after: [] }, 'Jonas Arnold took from Lena Zgraggen the role Planner at Blade milling'],
  [
    { before: [grant('Planner')], after: [grant('Planner')] },
    'Jonas Arnold left the roles of Lena Zgraggen as they were',
  ],
] as const)('roles given and taken read as a sentence', (change, sentence) => {
  const said = event({ action: 'identity.grant.set', detail: { name: 'Lena Zgraggen' }, ...change })
  expect(sentenceOf(said, words)).toBe(sentence)
})

test('what no sentence is known for is said by its action and object, and a refusal as one', () => {
  expect(sentenceOf(event({ action: 'plant.gateway.revoke', object: 'gateway g' }), words)).toBe(
    'Jonas Arnold: plant gateway revoke, gateway g',
  )
  expect(sentenceOf(event({ action: 'identity.role.create', after: { name: 'Fitter' } }), words)).toBe(
    'Jonas Arnold made the role Fitter',
  )
  expect(sentenceOf(event({ action: 'plant.create-site', object: 'sites', outcome: 'refused' }), words)).toBe(
    'Jonas Arnold was refused: plant create site, sites',
  )
  expect(shortObject(PERSON)).toBe('person …8f1f2b11')
})

test('a difference names each place that is not as before, and nothing else', () => {
  expect(
    differenceOf({ name: 'A', tags: ['x', 'y'], same: 1 }, { name: 'B', tags: ['x'], same: 1, more: true }),
  ).toEqual([
    { path: 'name', before: 'A', after: 'B' },
    { path: 'tags 2', before: 'y', after: undefined },
    { path: 'more', before: undefined, after: 'true' },
  ])
  expect(differenceOf(null, 'Sursee')).toEqual([{ path: '', before: undefined, after: 'Sursee' }])
})
