import type { Decimal } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import { expect, test } from 'vitest'
import type { MaterialId, SitePolicy } from '../contract.ts'
import { fieldsOf, policyOf } from './policy-form.ts'

const amount = (text: string) => text as Decimal
const bought: Omit<SitePolicy, 'siteId' | 'materialId'> = {
  ...{ supply: 'buy', fromSiteId: null, supplier: 'Steel Ltd', leadTimeDays: 10, responsible: 'Stefan Kunz' },
  ...{ safetyStock: amount('300'), unitCost: amount('4.2') },
  lot: { kind: 'multiple', minimum: amount('2000'), multiple: amount('500') },
}
const here = { siteId: 'here' as EquipmentId, materialId: 'strip' as MaterialId }

test('a policy that was only looked at stays as it was', () => {
  expect(policyOf(fieldsOf({ ...bought, ...here }, false)).policy).toEqual(bought)
})

test('where nobody has said anything, what has a bill is made and the rest is bought within seven days', () => {
  expect(policyOf(fieldsOf(null, true)).policy).toMatchObject({ supply: 'make', leadTimeDays: 7 })
  expect(policyOf(fieldsOf(null, false)).policy).toMatchObject({ supply: 'buy', lot: { kind: 'lot-for-lot' } })
})

test('what was typed for another kind of supply does not count', () => {
  const fields = { ...fieldsOf({ ...bought, ...here }, false), fromSiteId: 'there' }
  expect(policyOf(fields).policy).toMatchObject({ supplier: 'Steel Ltd', fromSiteId: null })
  expect(policyOf({ ...fields, supply: 'make' }).policy).toMatchObject({ supplier: null, fromSiteId: null })
  expect(policyOf({ ...fields, supply: 'transfer' }).policy).toMatchObject({
    ...{ supplier: null, fromSiteId: 'there' as EquipmentId },
  })
})

test.each([
  [{ supply: 'transfer' }, 'fromSiteId'],
  [{ leadTimeDays: '731' }, 'leadTimeDays'],
  [{ leadTimeDays: '1.5' }, 'leadTimeDays'],
  [{ safetyStock: 'some' }, 'safetyStock'],
  [{ unitCost: '' }, 'unitCost'],
  [{ minimum: '-1' }, 'minimum'],
  [{ multiple: '0' }, 'multiple'],
] as const)('%j is refused at its field', (typed, field) => {
  const { policy, problems } = policyOf({ ...fieldsOf({ ...bought, ...here }, false), ...typed })
  expect(policy).toBeUndefined()
  expect(Object.keys(problems)).toEqual([field])
})
