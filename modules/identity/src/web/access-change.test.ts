import type { Place } from '@millrace/ui'
import { describe, expect, test } from 'vitest'
import type { NewGrant, PermissionDetail, RoleDetail } from '../grant-contract.ts'
import { accessChanges, sameGrants } from './access-change.ts'
import { placesOf } from './place-tree.ts'

const place = (id: string, parentId: string | null, siteId: string): Place => ({
  ...{ id, name: id, parentId, siteId, level: '', shifts: [] },
})
const places = placesOf([
  place('sursee', null, 'sursee'),
  place('milling', 'sursee', 'sursee'),
  place('mill-1', 'milling', 'sursee'),
  place('queretaro', null, 'queretaro'),
])
const permission = (name: string, label: PermissionDetail['label'] = 'internal'): PermissionDetail => ({
  ...{ name, title: name, kind: 'read', label, station: false, personOnly: false },
})
const permissions = [permission('see'), permission('command'), permission('design', 'trade-secret')]
const role = (id: string, contained: string[]): RoleDetail => ({
  ...{ id, name: id, builtIn: true, permissions: contained, holders: 0 },
})
const roles = [role('viewer', ['see']), role('operator', ['see', 'command']), role('engineer', ['see', 'design'])]
const words = { roles, permissions, places }
const grant = (role: string, placeId: string | null, conditions?: NewGrant['conditions']): NewGrant => ({
  ...{ role, placeId },
  ...(conditions && { conditions }),
})
const said = (before: NewGrant[], after: NewGrant[]) =>
  accessChanges(before, after, words).map(
    ({ kind, placeId, permissions }) => `${kind} ${permissions.join('+')} at ${placeId ?? 'all'}`,
  )

describe('what changes', () => {
  test.each<[string, NewGrant[], NewGrant[], string[]]>([
    ['a first role', [], [grant('operator', 'sursee')], ['gains see+command at sursee']],
    ['the last role taken', [grant('operator', null)], [], ['loses see+command at all']],
    ['the same', [grant('viewer', 'sursee')], [grant('viewer', 'sursee')], []],
    [
      'a role that adds nothing',
      [grant('operator', 'sursee')],
      [grant('operator', 'sursee'), grant('viewer', 'mill-1')],
      [],
    ],
    ['one role for another', [grant('operator', 'sursee')], [grant('viewer', 'sursee')], ['loses command at sursee']],
    [
      'a move to another plant',
      [grant('viewer', 'sursee')],
      [grant('viewer', 'queretaro')],
      ['loses see at sursee', 'gains see at queretaro'],
    ],
    [
      'from a plant to one machine of it',
      [grant('viewer', 'sursee')],
      [grant('viewer', 'mill-1')],
      ['loses see at sursee'],
    ],
    ['from a machine to its plant', [grant('viewer', 'mill-1')], [grant('viewer', 'sursee')], ['gains see at sursee']],
    [
      'a condition put on',
      [grant('viewer', 'sursee')],
      [grant('viewer', 'sursee', { shifts: ['Early'] })],
      ['narrows see at sursee'],
    ],
    [
      'a condition taken off',
      [grant('viewer', 'sursee', { shifts: ['Early'] })],
      [grant('viewer', 'sursee')],
      ['gains see at sursee'],
    ],
    [
      'a wider condition',
      [grant('viewer', 'sursee', { shifts: ['Early'] })],
      [grant('viewer', 'sursee', { shifts: ['Early', 'Late'] })],
      ['gains see at sursee'],
    ],
    [
      'a classification that ends below',
      [grant('engineer', null)],
      [grant('engineer', null, { upTo: 'confidential' })],
      ['loses design at all'],
    ],
    ['a role that is gone', [grant('gone', null)], [], []],
  ])('%s', (_, before, after, expected) => expect(said(before, after)).toEqual(expected))

  test('grants are the same in whatever order they and their conditions stand', () => {
    const early = grant('viewer', 'sursee', { shifts: ['Late', 'Early'], zones: ['Office'] })
    const late = grant('viewer', 'sursee', { zones: ['Office'], shifts: ['Early', 'Late'] })
    expect(sameGrants([grant('viewer', null), early], [late, grant('viewer', null, {})])).toBe(true)
    expect(sameGrants([early], [grant('viewer', 'sursee')])).toBe(false)
    expect(sameGrants([early], [early, early])).toBe(false)
  })
})
