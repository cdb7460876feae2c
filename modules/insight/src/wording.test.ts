import { DAY_MS, HOUR_MS, MINUTE_MS } from '@millrace/base'
import { expect, test } from 'vitest'
import type { CasePlace } from './case-actions.ts'
import type { FindingCause } from './contract.ts'
import type { CaseEvent } from './machine-watch.ts'
import type { Observation } from './observation.ts'
import { lastWords } from './past-events.ts'
import { duration, quantity } from './quantities.ts'
import { draftOf } from './wording.ts'

const AT = Date.UTC(2026, 10, 20)

function level(title: string, measurand: string, unit: string, value: number, usual: number, more = {}): Observation {
  const range = { center: usual, low: usual * 0.8, high: usual * 1.2 }
  return {
    aspect: 'level',
    signal: { series: 1, name: title, title, measurand: measurand as 'power', unit, sampleRateHz: null },
    verdict: {
      ...{ detector: 'level', version: 1, state: 'anomalous', score: 2, confidence: 0.8, learned: 1, episode: 1 },
      ...{ atMs: AT, sinceMs: AT - HOUR_MS, context: 'running · P1 · feed 100 %', value, usual: range },
      ...{ ratio: value / usual, direction: value > usual ? 'up' : 'down', band: undefined, fault: undefined },
      evidence: { kind: 'series', timestampsMs: [], values: [], usual: range },
      ...more,
    },
  }
}

function event(cause: FindingCause, observations: readonly Observation[], more: Partial<CaseEvent> = {}): CaseEvent {
  return {
    ...{ type: 'raise', cause, atMs: AT, sinceMs: AT - HOUR_MS, confidenceRatio: 0.8, observations, reasons: [] },
    ...{ scrapPerHour: undefined, growth: { timestampsMs: [], values: [] }, ...more },
  }
}

const reason = (code: string, band?: string, ratio?: number) =>
  ({ code, band, ratio, signal: 'Spectrum', supports: 'tool-wear', weight: 0.5 }) as CaseEvent['reasons'][number]

function place(currency: string, setPoints: { name: string; measurand: string; present: number | undefined }[] = []) {
  const bounds = { siteId: '', workUnitId: '', unit: '%', min: 60, max: 120, maxStep: 40, maxPerMinute: 10, series: 1 }
  return {
    currency,
    setPoints: setPoints.map(({ name, measurand, present }) => ({
      setPoint: { id: name, name, title: name, ...bounds } as unknown as CasePlace['setPoints'][number]['setPoint'],
      ...{ measurand, present },
    })),
  }
}

const vibration = level('Spindle vibration', 'vibration', 'mm/s', 2.74, 1.64)

test.each<[string, CaseEvent, string, string]>([
  [
    'tool wear',
    event('tool-wear', [vibration], {
      reasons: [reason('tooth-pass-up', 'tooth-pass', 1.53), reason('temperature-usual'), reason('bearing-band-usual')],
    }),
    'Tool is worn',
    'Vibration at the tooth-pass frequency is 1.5 × its usual level. Spindle vibration is 2.74 mm/s, usually 1.64 and at most 1.97. The spindle stays cool and its bearing quiet, so it is the tool, not the bearing.',
  ],
  [
    'a bearing that runs hot',
    event('bearing', [], { reasons: [reason('bearing-band-up', 'bearing-outer', 8.2), reason('temperature-up')] }),
    'Spindle bearing is failing',
    "Vibration at the bearing's outer-race frequency is 8.2 × its usual level. The spindle gets warm with it: the damage is far gone.",
  ],
  [
    'oil that warms up',
    event('process-drift', [
      level('Oil temperature', 'temperature', '°C', 61.2, 46.9, { context: 'running' }),
      level('Cycle time', 'cycle-time', 's', 43, 38.3),
    ]),
    'Oil temperature is higher than usual',
    'Oil temperature is 61.2 °C, usually 46.9 and at most 56.3 while running. Cycle time is 43 s, usually 38.3 and at most 46. The machine works as always, so its cooling does less: a clogged cooler or too little water. The cycle has become longer with it.',
  ],
  [
    'power alone',
    event('energy-waste', [level('Power', 'power', 'kW', 15, 12)]),
    'Takes more power than usual',
    'Power is 15 kW, usually 12 and at most 14.4 with P1 at 100 % feed.',
  ],
  [
    'a stuck sensor',
    event('sensor-fault', [
      {
        ...level('Pressure', 'pressure', 'bar', 40, 40, { fault: 'stuck', sinceMs: AT - 25 * MINUTE_MS }),
        aspect: 'sensor',
      },
    ]),
    'Pressure: the sensor is stuck',
    'Pressure has shown exactly 40 bar for 25 min while the machine runs. A sound sensor always moves in its last digit.',
  ],
  [
    'something nobody can explain',
    event('unusual', [level('Torque', 'load', 'N·m', 1.2, 2.4)]),
    'Torque behaves as never before',
    'Torque is 1.2 N·m, usually 2.4 and at least 1.92 with P1 at 100 % feed. No cause that we know fits.',
  ],
])('%s in words', (_, seen, title, reasonText) => {
  const draft = draftOf(seen, place('CHF'))
  expect(draft.title).toBe(title)
  expect(draft.reason).toBe(reasonText)
})

test('a worn tool is answered with less feed, or with another tool', () => {
  const feed = { name: 'feed-override', measurand: 'feed-override', present: 100 }
  const change = { name: 'tool-change', measurand: 'other', present: 0 }
  const values = (present: number | undefined) =>
    draftOf(event('tool-wear', [vibration]), place('CHF', [{ ...feed, present }, change])).actions.map((action) =>
      action.type === 'set-point' ? [action.title, action.value] : action.text,
    )
  expect(values(100)[0]).toEqual(['feed-override', 85])
  expect(values(65)[0]).toEqual(['feed-override', 60])
  // At the least feed already, or with a feed nobody knows, only the tool is left.
  expect(values(60)).toHaveLength(1)
  expect(values(undefined)).toHaveLength(1)
})

test('a case without set-points asks a person', () => {
  for (const cause of [
    'tool-wear',
    'bearing',
    'imbalance',
    'sensor-fault',
    'energy-waste',
    'process-drift',
    'unusual',
  ] as const)
    expect(
      draftOf(event(cause, [vibration]), place('CHF')).actions.map(({ type }) => type),
      cause,
    ).toContain('request')
})

test('the benefit is in the money of the site, says what it assumes, and is nothing where we cannot say', () => {
  const scrap = { scrapPerHour: { recent: 3, usual: 1 } }
  const benefit = (currency: string, more: Partial<CaseEvent>, cause: FindingCause = 'tool-wear') =>
    draftOf(event(cause, [vibration], more), place(currency)).benefit
  expect(benefit('CHF', scrap)).toEqual({
    ...{ amount: 296, currency: 'CHF', waitingPerDay: 888 },
    text: 'Avoids 16 scrap parts in the next 8 h (assumed: CHF 18.50 a part).',
  })
  expect(benefit('MXN', scrap)?.amount).toBe(1520)
  expect(benefit('CHF', {})).toBeNull()
  expect(benefit('JPY', scrap)).toBeNull()
  expect(benefit('CHF', scrap, 'sensor-fault')).toBeNull()
})

test('a vibration that grows tells how long the tool will last; one that does not tells nothing', () => {
  const growth = (rise: number) => ({
    timestampsMs: Array.from({ length: 30 }, (_, index) => AT + index * 5 * MINUTE_MS),
    values: Array.from({ length: 30 }, (_, index) => 2 + rise * index + 0.01 * (index % 3)),
  })
  expect(draftOf(event('tool-wear', [vibration], { growth: growth(0.03) }), place('CHF')).outlook).toMatch(
    /^About \d h( \d+)? of tool life left \(\d.+ to \d.+\)$/,
  )
  expect(draftOf(event('tool-wear', [vibration], { growth: growth(0) }), place('CHF')).outlook).toBeNull()
})

test.each([
  [3 * MINUTE_MS, '3 min'],
  [41 * MINUTE_MS, '40 min'],
  [3 * HOUR_MS + 22 * MINUTE_MS, '3 h 20'],
  [2 * HOUR_MS, '2 h'],
  [26 * HOUR_MS, '26 h'],
  [4.4 * DAY_MS, '4 days'],
  [0, '1 min'],
])('%d ms are %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})

test.each([
  [1049.4, '°C', '1,049 °C'],
  [2.737, 'mm/s', '2.74 mm/s'],
  [38.26, null, '38.3'],
  [-0.0001, 'K', '0 K'],
])('%d %s is %s', (value, unit, text) => {
  expect(quantity(value, unit)).toBe(text)
})

test('of a past only beginnings, ends and the last word of each case are kept', () => {
  const said = (types: string) =>
    lastWords([...types].map((type, atMs) => ({ ...event('tool-wear', []), type: TYPES[type] ?? 'end', atMs })))
      .map(({ type, atMs }) => `${type} ${atMs}`)
      .join(', ')
  const TYPES: Record<string, CaseEvent['type']> = { r: 'raise', '.': 'refresh', e: 'end' }
  expect(said('r...')).toBe('raise 0, refresh 3')
  expect(said('r..er..e')).toBe('raise 0, refresh 2, end 3, raise 4, refresh 6, end 7')
  expect(said('..')).toBe('refresh 1')
})
