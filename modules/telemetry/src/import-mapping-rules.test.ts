import { expect, test } from 'vitest'
import { guessCsv, guessMapping } from './import-guess-rules.ts'
import { timeParser } from './import-time-rules.ts'
import { parseLine } from './line-protocol-rules.ts'
import { Unreadable } from './sample-text-rules.ts'
import { conversionOf, unitsLike } from './unit-rules.ts'

const at = (format: Parameters<typeof timeParser>[0]['format'], raw: unknown, zone = 'Europe/Zurich') => {
  const timeMs = timeParser({ column: 'time', format, zone })(raw)
  return timeMs instanceof Unreadable ? timeMs.detail : new Date(timeMs).toISOString()
}

test('times are read in every form, and what is finer than a millisecond is cut off', () => {
  const moment = '2026-11-27T06:30:00.250Z'
  expect(at('rfc3339', '2026-11-27T07:30:00.250999+01:00')).toBe(moment)
  expect(at('epoch-ms', '1795761000250')).toBe(moment)
  expect(at('epoch-s', '1795761000.25')).toBe(moment)
  expect(at('epoch-s', 1795761000.25)).toBe(moment)
  expect(at('epoch-us', 1795761000250999n)).toBe(moment)
  expect(at('epoch-ns', '1795761000250999999')).toBe(moment)
  expect(at('local', '2026-11-27 07:30:00.25')).toBe(moment)
  expect(at('local-dmy', '27.11.2026 07:30:00,25')).toBe(moment)
  expect(at('local-mdy', '11/27/2026, 7:30:00.25')).toBe(moment)
  expect(at('local', new Date(moment))).toBe(moment)
})

test('a clock that is put forward or back has one answer for every time, and nonsense none', () => {
  // Twice on 25 October 2026: the first of the two. Never on 29 March 2026: the moment after the gap.
  expect(at('local', '2026-10-25 02:30:00')).toBe('2026-10-25T00:30:00.000Z')
  expect(at('local', '2026-10-25 03:00:00')).toBe('2026-10-25T02:00:00.000Z')
  expect(at('local', '2026-03-29 03:00:00')).toBe('2026-03-29T01:00:00.000Z')
  expect(at('local', '2026-02-30 03:00:00')).toBe('is no day of any calendar')
  expect(at('local', '27.11.2026 03:00:00')).toBe('is no time of the chosen form')
  expect(at('rfc3339', '2026-02-30T00:00:00Z')).toBe('is no time of any calendar')
  expect(at('rfc3339', '2026-11-27T24:30:00Z')).toBe('is no time of any calendar')
  expect(at('epoch-ms', '12.5')).toBe('is no whole number')
  expect(() => timeParser({ column: 'time', format: 'local', zone: 'Mars/Olympus' })).toThrow(RangeError)
})

test('lines of the line protocol with everything that may be escaped', () => {
  expect(parseLine(String.raw`m\ 1,tag\,a=b\=c f\ x=1.5e3,s="a \"b\", c\\",i=-2i,u=3u,t=T -5`)).toEqual([
    { name: 'm 1,tag,a=b=c f x', value: 1500, time: '-5' },
    { name: 'm 1,tag,a=b=c s', value: 'a "b", c\\', time: '-5' },
    { name: 'm 1,tag,a=b=c i', value: -2, time: '-5' },
    { name: 'm 1,tag,a=b=c u', value: 3, time: '-5' },
    { name: 'm 1,tag,a=b=c t', value: true, time: '-5' },
  ])
  expect(parseLine('# nothing')).toEqual([])
  expect(parseLine('m f=1')).toEqual([{ name: 'm f', value: 1, time: undefined }])
  for (const line of ['m', 'm f=', 'm f=one', 'm f=1 now', 'm f=1 1 1', 'm f=1,', 'm f="a']) {
    expect(parseLine(line), line).toBeInstanceOf(Unreadable)
  }
})

test('units of one kind become each other, and no others', () => {
  const convert = (value: number, from: string, to: string) => {
    const { factor, offset } = conversionOf(from, to) ?? { factor: Number.NaN, offset: 0 }
    return value * factor + offset
  }
  expect(convert(212, '°F', '°C')).toBeCloseTo(100, 9)
  expect(convert(100, '°C', '°F')).toBeCloseTo(212, 9)
  expect(convert(0, '°C', 'K')).toBeCloseTo(273.15, 9)
  expect(convert(14.5038, 'psi', 'bar')).toBeCloseTo(1, 4)
  expect(convert(1500, 'W', 'kW')).toBe(1.5)
  expect(convert(1, 'in/s', 'mm/s')).toBe(25.4)
  expect(conversionOf('bar', '°C')).toBeUndefined()
  expect(conversionOf('furlong', 'furlong')).toEqual({ factor: 1, offset: 0 })
  expect(conversionOf('constructor', 'bar')).toBeUndefined()
  for (const unit of unitsLike('bar'))
    for (const other of unitsLike('bar')) expect(convert(convert(7, unit, other), other, unit)).toBeCloseTo(7, 9)
})

test('how a file is written is guessed from its first lines', () => {
  expect(guessCsv('Zeit;Wert\n1;2,5\n')).toEqual({ delimiter: ';', decimal: ',', encoding: 'utf-8' })
  expect(guessCsv('time\tvalue\n1\t2.5\n')).toEqual({ delimiter: '\t', decimal: '.', encoding: 'utf-8' })
  const guess = (columns: string[], first: unknown[]) => guessMapping('jsonl', columns, first, undefined, 'UTC')
  expect(guess(['a', 'ts'], [1, 1795761000250])).toMatchObject({
    time: { column: 'ts', format: 'epoch-ms' },
    shape: 'wide',
  })
  expect(guess(['Signal', 'Value', 'Timestamp'], ['p', 1, '27.11.2026 07:30'])).toMatchObject({
    ...{
      time: { column: 'Timestamp', format: 'local-dmy', zone: 'UTC' },
      shape: 'long',
      name: 'Signal',
      value: 'Value',
    },
  })
})
