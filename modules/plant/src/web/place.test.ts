import { expect, test } from 'vitest'
import type { Equipment, EquipmentId } from '../contract.ts'
import { ancestorsOf, crumbsOf, machinesBelow, placeText, placeTree } from './place.ts'

const piece = (id: string, parentId: string | null, level: Equipment['level'], position = 0): Equipment => ({
  id: id as EquipmentId,
  parentId: parentId as EquipmentId | null,
  siteId: 'sursee' as EquipmentId,
  level,
  name: id,
  kind: null,
  position,
  site: null,
})
const tree = placeTree([
  piece('mill-2', 'milling', 'work-unit', 2),
  piece('mill-1', 'milling', 'work-unit', 1),
  piece('sursee', null, 'site'),
  piece('milling', 'sursee', 'area'),
  piece('grinder', 'cell', 'work-unit'),
  piece('cell', 'grinding', 'work-center'),
  piece('grinding', 'sursee', 'area', 2),
])

test('machines of a place come in the plant’s order, also from below its work centers', () => {
  expect(machinesBelow(tree, 'sursee').map((machine) => machine.id)).toEqual(['mill-1', 'mill-2', 'grinder'])
  expect(machinesBelow(tree, 'mill-2').map((machine) => machine.id)).toEqual(['mill-2'])
  expect(machinesBelow(tree, 'nowhere')).toEqual([])
})

test('the breadcrumb leads from the company down', () => {
  expect(crumbsOf(tree, 'grinder', 'Alpine Edge').map((crumb) => crumb.to)).toEqual([
    '/overview',
    '/plant/sites/sursee',
    '/plant/places/grinding',
    '/plant/places/cell',
  ])
  expect(placeText(tree, 'mill-2')).toBe('milling, sursee')
})

test('a loop in the data ends', () => {
  const loop = placeTree([piece('a', 'b', 'area'), piece('b', 'a', 'area')])
  expect(ancestorsOf(loop, 'a').length).toBeLessThan(10)
  expect(machinesBelow(loop, 'a')).toEqual([])
})
