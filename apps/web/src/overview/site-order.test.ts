import { expect, test } from 'vitest'
import { siteOrder } from './site-order.ts'

const sites = [
  { id: 'a', name: 'Arbon' },
  { id: 'b', name: 'Basel' },
  { id: 'c', name: 'Chur' },
] as never[]
const names = (order: unknown[]) => order.map((site) => (site as { name: string }).name)

test('one urgent finding outweighs many lesser ones', () => {
  const many = Array.from({ length: 9 }, () => ({ siteId: 'b', priority: 2 }))
  expect(names(siteOrder(sites, [...many, { siteId: 'c', priority: 1 }]))).toEqual(['Chur', 'Basel', 'Arbon'])
})

test('without findings plants stand by name', () => {
  expect(names(siteOrder([...sites].reverse(), []))).toEqual(['Arbon', 'Basel', 'Chur'])
})
