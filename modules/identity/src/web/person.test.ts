import { expect, test } from 'vitest'
import { initials } from './person.ts'

test.each([
  ['Nadia Brunner', 'NB'],
  ['Diego  de la Ramírez', 'DR'],
  ['Cher', 'C'],
  ['ñandu óscar', 'ÑÓ'],
  ['', ''],
])('the initials of %s are %s', (name, expected) => expect(initials(name)).toBe(expected))
