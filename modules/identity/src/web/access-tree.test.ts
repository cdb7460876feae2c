import type { Place } from '@millrace/ui'
import { expect, test } from 'vitest'
import type { Access } from '../contract.ts'
import type { Grant, PermissionDetail } from '../grant-contract.ts'
import { accessRows, reasonsAt } from './access-tree.ts'
import { placesOf } from './place-tree.ts'

const place = (id: string, parentId: string | null, siteId: string): Place => ({
  ...{ id, name: id, parentId, siteId, level: '', shifts: [] },
})
const places = placesOf([
  place('sursee', null, 'sursee'),
  place('milling', 'sursee', 'sursee'),
  place('mill-1', 'milling', 'sursee'),
  place('grinding', 'sursee', 'sursee'),
  place('queretaro', null, 'queretaro'),
])
const permission = (name: string, kind: PermissionDetail['kind']): PermissionDetail => ({
  ...{ name, title: name, kind, label: 'internal', station: false, personOnly: false },
})
const permissions = [permission('see', 'read'), permission('command', 'control')]
const grant = (id: string, placeId: string | null, contained: string[], counts = true): Access['grants'][number] => ({
  grant: { id, role: 'x', placeId, siteId: null, conditions: {} } as unknown as Grant,
  ...{ roleName: id, placeName: placeId, counts, permissions: contained },
})
const access: Access = {
  ...{ name: 'Maria', ended: false, controlSiteId: null },
  grants: [
    grant('viewer', 'sursee', ['see']),
    grant('operator', 'mill-1', ['see', 'command']),
    grant('night', 'queretaro', ['see'], false),
  ],
}

test('the tree goes down as far as grants name places, and counts what is held at each', () => {
  const rows = accessRows(access, permissions, places)
  expect(rows.map(({ placeId, depth, held }) => [placeId, depth, held.read, held.control])).toEqual([
    [null, 0, 0, 0],
    ['sursee', 0, 1, 0],
    ['milling', 1, 1, 0],
    ['mill-1', 2, 1, 1],
    ['queretaro', 0, 0, 0],
  ])
})

test('why names every grant that gives it there, and none that does not count', () => {
  const why = (placeId: string | null) =>
    reasonsAt(access, permissions, places, placeId).map(({ grants }) => grants.map(({ roleName }) => roleName))
  expect(why('mill-1')).toEqual([['viewer', 'operator'], ['operator']])
  expect(why('queretaro')).toEqual([[], []])
  expect(reasonsAt({ ...access, ended: true }, permissions, places, 'mill-1')[0]?.grants).toEqual([])
})
