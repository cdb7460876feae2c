import { DAY_MS, HOUR_MS, MINUTE_MS } from '@millrace/base'
import { equipmentMissing } from '@millrace/plant/contract'
import type { Runtime } from '@millrace/runtime'
import { test } from '@millrace/testing'
import fc from 'fast-check'
import { afterAll, describe, expect } from 'vitest'
import { spansOf } from './calendar-spans.ts'
import { rangeInvalid, type SiteTotals, type TotalsBy } from './contract.ts'
import { startIngest } from './hub.ts'
import { type GivenPlant, givenPlant } from './testing/given-plant.ts'
import { settleAll } from './testing/settle-all.ts'
import { readTotals } from './totals.ts'
import { type HistoryColumn, writeHistory } from './write-history.ts'

const SIGNALS = [
  { name: 'power', kind: 'number', measurand: 'power', unit: 'kW' },
  { name: 'load', kind: 'number', measurand: 'load' },
  { name: 'state', kind: 'text', measurand: 'state' },
] as const

/** A day that is over, from midnight in UTC. */
const dayMs = Math.floor(Date.now() / DAY_MS) * DAY_MS - 3 * DAY_MS

type Point = [offsetMs: number, value: number]

let ingest: { stop(): Promise<void> } | undefined
let plant: GivenPlant

function numbers(points: readonly Point[]): HistoryColumn {
  return {
    ...{ series: plant.signals[0]?.series ?? 0, kind: 'number' },
    timestampsMs: Float64Array.from(points, ([offsetMs]) => dayMs + offsetMs),
    values: Float64Array.from(points, ([, value]) => value),
    qualities: Uint8Array.from(points, ([, value]) => (Number.isNaN(value) ? 0 : 2)),
  }
}

async function totals(by: TotalsBy, fromMs: number, toMs: number): Promise<SiteTotals> {
  const [only] = await plant.asSystem((ctx) => readTotals(ctx, { measurand: 'power', by, fromMs, toMs }))
  return only as SiteTotals
}

describe('totals', () => {
  const it = test.extend<{ started: GivenPlant }>({
    started: [
      async ({ runtime }, use) => {
        ingest ??= await startIngest(runtime)
        plant = await givenPlant(runtime, SIGNALS)
        await use(plant)
      },
      { auto: true },
    ],
  })
  afterAll(() => ingest?.stop())

  const write = (runtime: Runtime, points: readonly Point[]) =>
    writeHistory(runtime, plant.enterpriseId, [numbers(points)])

  it('a value weighs as much as the time for which it held, and a gap is told', async ({ runtime }) => {
    // 10 kW for ten minutes in steps of one, then 40 kW that hold until they are too old, then nothing.
    const steady = Array.from({ length: 10 }, (_, minute): Point => [minute * MINUTE_MS, 10])
    await write(runtime, [...steady, [10 * MINUTE_MS, 40]])
    const { spans, signals } = await totals('hour', dayMs, dayMs + 2 * HOUR_MS)
    expect(spans).toEqual([
      { fromMs: dayMs, toMs: dayMs + HOUR_MS, name: null },
      { fromMs: dayMs + HOUR_MS, toMs: dayMs + 2 * HOUR_MS, name: null },
    ])
    const heldMs = 15 * MINUTE_MS
    expect(signals).toEqual([
      expect.objectContaining({
        ...{ title: 'power', unit: 'kW' },
        ...{ count: [11, 0], min: [10, null], max: [40, null], mean: [20, null], heldMs: [heldMs, 0] },
      }),
    ])
  })

  it('count, least and greatest are those of all samples, whatever was settled when', async ({ runtime }) => {
    const point = fc.tuple(
      fc.integer({ min: 0, max: DAY_MS - 1 }),
      fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -999, max: 999 }) }, fc.constant(Number.NaN)),
    ) as fc.Arbitrary<Point>
    const part = fc.record({
      points: fc.array(point, { minLength: 1, maxLength: 3000, size: 'max' }),
      settle: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { minLength: 1, maxLength: 3 }),
        fc.constantFrom<TotalsBy>('hour', 'shift', 'day'),
        fc.integer({ min: -HOUR_MS, max: 20 * HOUR_MS }),
        async (parts, by, from) => {
          plant = await givenPlant(runtime, SIGNALS)
          for (const { points, settle } of parts) {
            await write(runtime, points)
            if (settle) await settleAll(runtime, dayMs + 9 * DAY_MS)
          }
          const held = [...new Map(parts.flatMap(({ points }) => points))].filter(([, value]) => !Number.isNaN(value))
          const { spans, signals } = await totals(by, dayMs + from, dayMs + from + 12 * HOUR_MS)
          expect(spans.length).toBeGreaterThan(0)
          for (const [at, { fromMs, toMs }] of spans.entries()) {
            const own = held.filter(([offsetMs]) => dayMs + offsetMs >= fromMs && dayMs + offsetMs < toMs)
            const values = own.map(([, value]) => value)
            expect(signals[0]?.count[at]).toBe(own.length)
            expect(signals[0]?.min[at]).toBe(own.length === 0 ? null : Math.min(...values))
            expect(signals[0]?.max[at]).toBe(own.length === 0 ? null : Math.max(...values))
          }
        },
      ),
      { numRuns: 12 },
    )
  })

  it('a line’s total has the machines below it only, and a text signal none', async ({ runtime }) => {
    await write(runtime, [[0, 1]])
    const machine = plant.signals[0]?.workUnitId
    const at = (equipmentId: typeof machine) =>
      plant.asSystem((ctx) =>
        readTotals(ctx, {
          ...{ measurand: 'power', by: 'hour', fromMs: dayMs, toMs: dayMs + HOUR_MS },
          ...(equipmentId && { equipmentId }),
        }),
      )
    expect((await at(machine))[0]?.signals.map((signal) => signal.workUnitId)).toEqual([machine])
    const states = await plant.asSystem((ctx) =>
      readTotals(ctx, { measurand: 'state', by: 'hour', fromMs: dayMs, toMs: dayMs + HOUR_MS }),
    )
    expect(states).toEqual([])
    await expect(at('019386a0-0000-7000-8000-000000000000' as typeof machine)).rejects.toBeProblem(equipmentMissing)
  })

  it('a range that makes no sense or has too many spans is refused', async () => {
    await expect(totals('hour', dayMs, dayMs)).rejects.toBeProblem(rangeInvalid)
    await expect(totals('hour', dayMs - 50 * DAY_MS, dayMs)).rejects.toBeProblem(rangeInvalid)
  })
})

test('days and shifts are as long as the clock of the site makes them', () => {
  const night = { name: 'Night', weekdays: [6], startMinute: 22 * 60, endMinute: 30 * 60 }
  const site = { timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland', shifts: [night] }
  // The clock goes back an hour on 25 October 2026, a Sunday.
  const from = Date.parse('2026-10-24T22:00:00Z')
  const spans = (by: TotalsBy) =>
    spansOf(site, by, from, from + DAY_MS).map(({ fromMs, toMs, name }) => [(toMs - fromMs) / HOUR_MS, name])
  expect(spans('day')).toEqual([[25, null]])
  expect(spans('shift')).toEqual([[9, 'Night']])
})
