import { expect, test } from 'vitest'
import { guessMeasurand, tagGroup, tagTitle } from './guess-measurand.ts'

test.each([
  ['SpindleVibrationRms', 'number', 'vibration'],
  ['Mill2/vibration_spectrum', 'vector', 'vibration-spectrum'],
  ['machineState', 'text', 'state'],
  ['state_code', 'number', 'other'],
  ['FeedOverride', 'number', 'feed-override'],
  ['PartsGood', 'number', 'good-count'],
  ['PartsScrap', 'number', 'scrap-count'],
  ['oil.temperature', 'number', 'temperature'],
  ['ActiveProgram', 'text', 'program'],
  ['Machines/Blanking press/stroke-rate', 'number', 'other'],
  ['Machines/Press 2/good-count', 'number', 'good-count'],
  ['Xyz', 'number', 'other'],
] as const)('%s, a %s, measures %s', (name, kind, measurand) => expect(guessMeasurand({ name, kind })).toBe(measurand))

test('the path of a tag tells the machine, its end the title', () => {
  expect(tagGroup('Machines/Mill 1/bearing-temperature')).toBe('Machines/Mill 1')
  expect(tagTitle('Machines/Mill 1/bearing-temperature')).toBe('Bearing temperature')
  expect(tagTitle('SpindleLoad')).toBe('Spindle Load')
  expect(tagGroup('power')).toBe('')
})
