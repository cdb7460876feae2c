import { expect, test } from 'vitest'
import type { PermissionDetail, RoleDetail } from '../grant-contract.ts'
import { groupsOf, roleChange, toggled } from './role-draft.ts'

const permission = (name: string): PermissionDetail => ({
  ...{ name, title: name, kind: 'read', label: 'internal', station: false, personOnly: false },
})
const permissions = ['plant:equipment:read', 'control:command:read', 'plant:gateway:read'].map(permission)
const setter: RoleDetail = {
  ...{ id: 'setter', name: 'Setter', builtIn: false, holders: 2 },
  permissions: ['plant:equipment:read', 'plant:gateway:read'],
}

test('permissions stand with those of their module', () => {
  expect(groupsOf(permissions).map(({ module, permissions }) => [module, permissions.length])).toEqual([
    ['plant', 2],
    ['control', 1],
  ])
})

test('a draft says what a role gains and loses, and is gone when it says what the role says', () => {
  const one = toggled(new Map(), setter, 'control:command:read')
  const two = toggled(one, setter, 'plant:gateway:read')
  const { gains, loses } = roleChange(setter, two.get('setter') ?? new Set(), permissions)
  expect([gains, loses].map((list) => list.map(({ name }) => name))).toEqual([
    ['control:command:read'],
    ['plant:gateway:read'],
  ])
  const back = toggled(toggled(two, setter, 'plant:gateway:read'), setter, 'control:command:read')
  expect(back.size).toBe(0)
})
