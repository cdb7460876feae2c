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

test.each([
  [{ action: 'identity.role.create', after: { name: 'Fitter' } }, 'Jonas Arnold made the role Fitter'],
  [{ action: 'plant.gateway.revoke', object: 'gateway g' }, 'Jonas Arnold ended the gateway gateway g'],
  [
    { action: 'insight.finding.enter-decision', detail: { title: 'Tool is worn' } },
    'An earlier decision on “Tool is worn” was entered',
  ],
  [{ action: 'identity.session.list', detail: { name: 'Lena' } }, 'Jonas Arnold looked at the sessions of Lena'],
  [
    { action: 'identity.role.create', detail: { name: '{who} and {name}' } },
    'Jonas Arnold made the role {who} and {name}',
  ],
  [
    { action: 'plant.create-site', object: 'sites', outcome: 'refused' },
    'Jonas Arnold tried to add a plant, and was refused',
  ],
  [
    { action: 'identity.station.refuse', detail: { station: 'Line 2' }, outcome: 'refused' },
    'Jonas Arnold tried to sign in at the station Line 2, and was refused',
  ],
  [{ action: 'identity.step-up.ask', outcome: 'refused' }, 'Jonas Arnold was asked to confirm an act'],
  [
    { action: 'control.command.refuse', detail: { repeated: 12 }, outcome: 'refused' },
    'Jonas Arnold tried to send a command, and was refused (12 times more)',
  ],
  [{ action: 'future.thing.bend', object: 'spoon 1' }, 'Jonas Arnold: future thing bend, spoon 1'],
  [
    { action: 'future.thing.bend', object: 'spoon 1', outcome: 'refused' },
    'Jonas Arnold was refused: future thing bend, spoon 1',
  ],
] as const)('%o reads as a sentence', (said, sentence) => {
  expect(sentenceOf(event(said as Partial<AuditEvent>), words)).toBe(sentence)
})

test('the same thing is told apart by the end of its id', () => {
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
