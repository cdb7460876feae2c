import { expect, test } from 'vitest'
import { guessMeasurand } from './guess-measurand.ts'

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
  ['Xyz', 'number', 'other'],
] as const)('%s, a %s, measures %s', (name, kind, measurand) => expect(guessMeasurand({ name, kind })).toBe(measurand))
