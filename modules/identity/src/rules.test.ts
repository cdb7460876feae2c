import { expect, test } from 'vitest'
import { pauseAfter, permissionsOf } from './rules.ts'

test('a role at one site holds there and nowhere else', () => {
  const held = permissionsOf([{ role: 'operator', siteId: 'a' }])
  expect(held.get('control:command:request')).toEqual(new Set(['a']))
  expect(held.has('plant:gateway:write')).toBe(false)
})

test('the same permission from several grants reaches all their places, and everywhere wins', () => {
  const two = permissionsOf([
    { role: 'operator', siteId: 'a' },
    { role: 'maintenance', siteId: 'b' },
  ])
  expect(two.get('control:command:request')).toEqual(new Set(['a', 'b']))
  const wide = permissionsOf([
    { role: 'executive', siteId: null },
    { role: 'operator', siteId: 'a' },
  ])
  expect(wide.get('plant:equipment:read')).toBe('everywhere')
  expect(wide.get('control:command:request')).toEqual(new Set(['a']))
})

test('people outside see nothing', () => {
  expect(permissionsOf([{ role: 'vendor', siteId: null }]).size).toBe(0)
  expect(permissionsOf([{ role: 'customer', siteId: null }]).size).toBe(0)
})

test.each([
  [0, 0],
  [4, 0],
  [5, 60_000],
  [6, 120_000],
  [20, 3_600_000],
])('after %i failures the pause is %i ms', (failures, pauseMs) => {
  expect(pauseAfter(failures)).toBe(pauseMs)
})
