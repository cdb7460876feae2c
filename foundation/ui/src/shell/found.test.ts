import { expect, test } from 'vitest'
import { foundIn } from './found.ts'

const action = (label: string, description = '') => ({ id: label, label, description })
const groups = [
  {
    group: 'People',
    actions: [action('Jan Nowak', 'Operator, blade milling'), action('Óscar Medina', 'Shift leader')],
  },
  { group: 'Machines', actions: [action('Blade mill 9'), action('Mill 2', 'Sursee')] },
]
const names = (query: string) =>
  foundIn(groups, query).map(({ group, actions }) => [group, ...actions.map((one) => one.label)])

test('what is named so comes before what only says so, and its group first', () => {
  expect(names('mill')).toEqual([
    ['Machines', 'Mill 2', 'Blade mill 9'],
    ['People', 'Jan Nowak'],
  ])
})

test('accents and capitals do not count, and nothing typed finds everything', () => {
  expect(names('OSCAR')).toEqual([['People', 'Óscar Medina']])
  expect(names('shift leader')).toEqual([['People', 'Óscar Medina']])
  expect(names('nobody')).toEqual([])
  expect(names(' ')).toHaveLength(2)
})
