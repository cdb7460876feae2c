import { expect, test } from 'vitest'
import type { LatestValue, Measurand, Signal } from '../contract.ts'
import { drawingPower, machineNow, outsideNormal, tellingSignals } from './machine.ts'

const signal = (measurand: Measurand, value: LatestValue['value'], quality: LatestValue['quality'] = 'good') =>
  ({
    measurand,
    title: measurand,
    kind: typeof value === 'string' ? 'text' : 'number',
    normalLow: 1,
    normalHigh: 5,
    latest: { series: 1, timestampMs: 7, value, quality },
  }) as Signal

test('a machine is summed up from its signals', () => {
  const now = machineNow('mill', [signal('state', 'running'), signal('alarm', ''), signal('power', 4.2)])
  expect(now).toMatchObject({ state: 'running', stateAtMs: 7, alarm: '', powerKw: 4.2 })
})

test('bad values are unknown, not zero and not the last good ones', () => {
  const now = machineNow('mill', [signal('state', null, 'bad'), signal('power', null, 'bad')])
  expect(now).toMatchObject({ state: null, powerKw: null })
})

test('the most telling signals are drawn first, one of each kind', () => {
  const signals = [
    signal('speed', 1),
    signal('power', 1),
    signal('vibration', 1),
    signal('vibration', 2),
    signal('temperature', 1),
  ]
  expect(tellingSignals(signals).map((each) => each.measurand)).toEqual(['vibration', 'power', 'temperature'])
  expect(tellingSignals([signal('state', 'running')])).toEqual([])
})

test('outside normal is said of good values of a running machine only', () => {
  expect(outsideNormal(signal('power', 6), 'running')).toBe(true)
  expect(outsideNormal(signal('power', 5), 'running')).toBe(false)
  expect(outsideNormal(signal('power', null, 'bad'), 'running')).toBe(false)
  expect(outsideNormal(signal('power', 0), 'off')).toBe(false)
})

test('each kilowatt counts once: a meter alone for its site, the machines without it elsewhere', () => {
  const mill = { id: 'mill', kind: 'mill' }
  const meter = { id: 'meter', kind: 'site-meter' }
  expect(drawingPower('site', [mill, meter])).toEqual([meter])
  expect(drawingPower('site', [mill])).toEqual([mill])
  expect(drawingPower('area', [mill, meter])).toEqual([mill])
})
