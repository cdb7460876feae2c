import { expect, test } from 'vitest'
import { isEndpoint, nextStep, shiftPatterns, uniqueName, wizardSearch } from './wizard.ts'

const names = { early: 'early', late: 'late', night: 'night' }

test('who comes back goes on at the first step that is not done', () => {
  const site = { id: 's', level: 'site' } as never
  const connection = { id: 'c', siteId: 's' } as never
  expect(nextStep(undefined)).toEqual({ step: 'company' })
  expect(nextStep({ equipment: [], connections: [] })).toEqual({ step: 'site' })
  expect(nextStep({ equipment: [site], connections: [] })).toEqual({ step: 'connection', site: 's' })
  expect(nextStep({ equipment: [site], connections: [connection] })).toEqual({
    step: 'machine',
    site: 's',
    connection: 'c',
  })
  expect(
    nextStep({ equipment: [site, { id: 'm', level: 'work-unit' } as never], connections: [connection] }),
  ).toBeUndefined()
})

test('nonsense in the address is left out', () => {
  expect(wizardSearch({ step: 'elsewhere', site: 7 })).toEqual({})
  expect(wizardSearch({ step: 'machine', site: 's' })).toEqual({ step: 'machine', site: 's' })
})

test('three shifts go round the clock, the night past midnight', () => {
  expect(shiftPatterns('three', names).map((shift) => [shift.startMinute, shift.endMinute])).toEqual([
    [360, 840],
    [840, 1320],
    [1320, 1800],
  ])
  expect(shiftPatterns('none', names)).toEqual([])
})

test('an address must fit its protocol', () => {
  expect(isEndpoint('opc-ua', 'opc.tcp://10.0.0.5:4840')).toBe(true)
  expect(isEndpoint('opc-ua', 'mqtt://10.0.0.5')).toBe(false)
  expect(isEndpoint('sparkplug', 'mqtts://broker:8883')).toBe(true)
  expect(isEndpoint('sparkplug', 'mqtt://')).toBe(false)
})

test('two tags of one name become two signals', () => {
  const taken = new Set<string>()
  expect([uniqueName('power', taken), uniqueName('power', taken)]).toEqual(['power', 'power 2'])
})
