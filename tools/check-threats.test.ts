import { expect, test } from 'vitest'
import { checkThreats, citationsIn } from './check-threats.ts'

const cited = (text: string) => citationsIn('a.test.ts', text)

test('a test may prove several rows, each wholly or in part', () => {
  expect(cited('  // proves: T-A7, T-B1 (in part: tokens), T-B2 (roles)\n// it proves: T-C1\n')).toEqual([
    { id: 'T-A7', file: 'a.test.ts', whole: true },
    { id: 'T-B1', file: 'a.test.ts', whole: false },
    { id: 'T-B2', file: 'a.test.ts', whole: true },
  ])
})

test('a row without a test, a row nobody knows and a row missing on the page are each named', () => {
  const rows = {
    'T-A1': { gate: true },
    'T-A2': { gate: false, notYet: 'Comes with issue 9.' },
    'T-A3': { gate: true },
  }
  const page = '| T-A1 | T-A3 |'
  expect(
    checkThreats(rows, cited('// proves: T-A1\n// proves: T-A3 (in part: tokens)\n// proves: T-Z9\n'), page),
  ).toEqual([
    'T-A2 is missing in docs/security/threat-model.md',
    'T-A3 has no test that says: // proves: T-A3',
    'a.test.ts proves T-Z9, which is no row of security/gates.json',
  ])
  expect(checkThreats(rows, cited('// proves: T-A1, T-A3'), `${page} T-A2`)).toEqual([])
})
