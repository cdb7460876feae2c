import { expect, test } from 'vitest'
import { createPlant, history, type Plant, type PlantDefinition, type WorkCalendar } from './index.ts'

const MINUTE_MS = 60_000
const DAY_MS = 1440 * MINUTE_MS
const MONDAY = Date.parse('2026-11-23T00:00:00Z')

const calendar: WorkCalendar = {
  timeZone: 'UTC',
  shifts: [{ name: 'Day', weekdays: [1, 2, 3, 4, 5], startMinute: 360, endMinute: 1320 }],
  breaks: [],
  holidays: [],
}

const definition: PlantDefinition = {
  name: 'test',
  timeZone: 'UTC',
  ambient: { meanCelsius: 21, swingCelsius: 2 },
  solarKwp: 50,
  peakTariff: [],
  extraShiftFromMs: Number.POSITIVE_INFINITY,
  stories: [{ machine: 'mill', storyId: 'tool-wear', startsAtMs: MONDAY + 8 * 60 * MINUTE_MS, speed: 1, severity: 1 }],
  machines: [
    { name: 'meter', kind: 'site-meter', seed: 1, calendar },
    { name: 'mill', kind: 'cnc-mill', seed: 2, calendar },
    { name: 'press', kind: 'injection-press', seed: 3, calendar },
    { name: 'compressor', kind: 'compressor', seed: 4, calendar },
  ],
}

function read(plant: Plant, machine: string, tag: string) {
  return plant.machines.get(machine)?.read(tag)
}

test('history ends in the state from which live stepping continues', () => {
  const emitted: unknown[] = []
  const told = createPlant(definition)
  history(told, MONDAY, MONDAY + DAY_MS / 2, MINUTE_MS, (machine, atMs) => {
    if (machine.name === 'mill') emitted.push([atMs, machine.read('vibration')])
  })
  const stepped = createPlant(definition)
  for (let i = 1; i <= 720; i++) stepped.step(MONDAY + i * MINUTE_MS, MINUTE_MS)
  expect(emitted).toHaveLength(720)
  expect(emitted.at(-1)).toEqual([MONDAY + DAY_MS / 2, read(stepped, 'mill', 'vibration')])

  const restored = createPlant(definition)
  restored.restore(JSON.parse(JSON.stringify(told.snapshot())))
  for (const plant of [told, restored, stepped]) plant.step(MONDAY + DAY_MS / 2 + 200, 200)
  expect(restored.snapshot()).toEqual(told.snapshot())
  expect(stepped.snapshot()).toEqual(told.snapshot())
})

test('a story begins at its moment, not before', () => {
  const plant = createPlant(definition)
  history(plant, MONDAY, MONDAY + 479 * MINUTE_MS, MINUTE_MS, () => undefined)
  expect(plant.machines.get('mill')?.story('tool-wear')).toBeUndefined()
  history(plant, MONDAY + 479 * MINUTE_MS, MONDAY + 481 * MINUTE_MS, MINUTE_MS, () => undefined)
  expect(plant.machines.get('mill')?.story('tool-wear')?.active).toBe(true)
})

test('the meter shows what the machines take, less the sun', () => {
  const plant = createPlant({ ...definition, stories: [] })
  let atNoon = 0
  let sun = 0
  history(plant, MONDAY, MONDAY + DAY_MS, MINUTE_MS, (machine, atMs) => {
    if (machine.name === 'meter' && atMs === MONDAY + DAY_MS / 2) {
      atNoon = Number(machine.read('consumption'))
      sun = Number(machine.read('solar-power'))
      expect(Number(machine.read('power'))).toBeCloseTo(atNoon - sun, -1)
    }
  })
  expect(sun).toBeGreaterThan(5)
  expect(atNoon).toBeGreaterThan(2 * Number(read(plant, 'meter', 'consumption')))
})

test('fourteen days of a plant take a moment', () => {
  const plant = createPlant(definition)
  let emitted = 0
  const startedAt = performance.now()
  history(plant, MONDAY, MONDAY + 14 * DAY_MS, MINUTE_MS, () => emitted++)
  // 80,640 machine steps; five times slower than needed for the demo still passes on a busy machine.
  expect(emitted).toBe(4 * 20_160)
  expect(performance.now() - startedAt).toBeLessThan(5000)
})
