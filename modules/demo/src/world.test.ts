import { DAY_MS } from '@millrace/base'
import { BUILT_IN_ROLES } from '@millrace/identity/contract'
import { createPlant, history, machineKinds } from '@millrace/machines'
import { describe, expect, test } from 'vitest'
import * as world from './world.ts'
import { mexicanHolidays, swissHolidays } from './world-calendar.ts'

const ANCHOR = Date.parse('2026-11-24T09:30:00Z')

describe('the demo world', () => {
  test('has two plants with 31 machines, two cameras and two meters', () => {
    const count = (what: string) => world.machines.filter((machine) => machine.counts === what).length
    expect(world.sites).toHaveLength(2)
    expect([count('machine'), count('camera'), count('meter')]).toEqual([31, 2, 2])
  })

  test('names everything once', () => {
    const unique = (keys: readonly string[]) => expect(new Set(keys).size).toBe(keys.length)
    unique(world.machines.map(({ key }) => key))
    unique(world.machines.map(({ siteKey, name }) => `${siteKey} ${name}`))
    unique(world.machines.map(({ seed }) => String(seed)))
    unique([...world.areas, ...world.connections].map(({ key }) => key))
    unique(world.workCenters.map(({ key }) => key))
    unique(world.people.map(({ email }) => email))
    unique(world.machines.flatMap((m) => m.signals.map((signal) => `${m.connectionKey} ${signal.address}`)))
  })

  test('places every machine in a work center, area and connection of its own site', () => {
    for (const machine of world.machines) {
      const workCenter = world.workCenters.find(({ key }) => key === machine.workCenterKey)
      const area = world.areas.find(({ key }) => key === workCenter?.areaKey)
      const connection = world.connections.find(({ key }) => key === machine.connectionKey)
      expect(area?.key).toBe(machine.areaKey)
      expect(area?.siteKey).toBe(machine.siteKey)
      expect(connection?.siteKey).toBe(machine.siteKey)
      expect(machine.edgeNodeId !== undefined).toBe(connection?.protocol === 'sparkplug')
    }
  })

  test('bounds every set-point', () => {
    expect(world.setPoints.length).toBeGreaterThan(40)
    for (const { min, max, maxStep, tag, machineKey } of world.setPoints) {
      expect(max - min, `${machineKey} ${tag}`).toBeGreaterThan(0)
      expect(maxStep).toBeGreaterThan(0)
      expect(maxStep).toBeLessThanOrEqual(max - min)
    }
  })

  test('tells each story on a machine that can live through it', () => {
    for (const story of world.stories) {
      const machine = world.machines.find(({ key }) => key === story.machineKey)
      expect(machine?.siteKey).toBe(story.siteKey)
      expect(machine && machineKinds[machine.kind].stories).toContain(story.id)
    }
  })

  test('has 62 people at work, each with a role at a place that exists, during a shift that exists there', () => {
    expect(world.people.filter((person) => person.left === undefined)).toHaveLength(62)
    const sitesOf = new Map<string, string>([
      ...world.sites.map(({ key }) => [key, key] as const),
      ...world.areas.map(({ key, siteKey }) => [key, siteKey] as const),
      ...world.machines.map(({ key, siteKey }) => [key, siteKey] as const),
    ])
    for (const { key, areaKey } of world.workCenters) sitesOf.set(key, sitesOf.get(areaKey) ?? '')
    const roleKeys = [...BUILT_IN_ROLES, ...world.roles.map(({ key }) => key)] as const
    for (const { name, grants } of [...world.people, ...world.apiKeys]) {
      for (const { role, placeKey, shifts = [], zones = [] } of grants) {
        expect(roleKeys, name).toContain(role)
        if (placeKey === null) continue
        const site = world.sites.find(({ key }) => key === sitesOf.get(placeKey))
        for (const shift of shifts)
          expect(
            site?.shifts.map((one) => one.name),
            name,
          ).toContain(shift)
        for (const zone of zones) expect(world.networkZones.map((one) => one.name as string)).toContain(zone)
      }
    }
    // The sign-in page and the tests find them by their first names.
    const firstNames = world.people.filter((person) => person.featured).map(({ name }) => name.split(' ')[0])
    expect(new Set(firstNames).size).toBe(firstNames.length)
  })

  test('writes e-mail addresses without accents', () => {
    expect(world.people.find(({ name }) => name === 'Diego Ramírez')?.email).toBe('diego.ramirez@alpine-edge.example')
  })

  test.each([
    ['a weekday morning', '2026-11-24T09:30:00Z'],
    ['a Sunday night', '2026-11-22T01:10:00Z'],
    ['Christmas', '2026-12-25T18:45:00Z'],
  ])('on %s shows mills and furnaces at work, and a tool that a detector would have noticed', (_when, at) => {
    const anchorMs = Date.parse(at)
    const [sursee] = world.plantDefinitions(anchorMs)
    if (!sursee) throw new Error('no plant')
    const plant = createPlant(sursee)
    const mill2: { atMs: number; vibration: number }[] = []
    history(plant, anchorMs - world.HISTORY_MS, anchorMs, world.HISTORY_STEP_MS, (machine, atMs) => {
      if (machine.name === 'mill-2' && machine.isRunning()) {
        mill2.push({ atMs, vibration: Number(machine.read('vibration')) })
      }
    })
    const limit = 2.6
    const lastBelow = mill2.findLast(({ vibration }) => vibration < limit)
    const minutesAgo = (anchorMs - (lastBelow?.atMs ?? 0)) / 60_000
    expect(minutesAgo).toBeGreaterThan(8)
    expect(minutesAgo).toBeLessThan(30)
    const before = mill2.filter(({ atMs }) => atMs < anchorMs - 60 * 60_000)
    expect(before.filter(({ vibration }) => vibration > limit)).toHaveLength(0)

    const bearing = plant.machines.get('mill-4')?.storyProgress('spindle-bearing')
    expect(bearing).toBeCloseTo(6.5 / 9, 2)
    const busy = ['mill-1', 'mill-2', 'mill-3', 'mill-4', 'furnace-1', 'furnace-2', 'temper-oven'].filter(
      (name) => plant.machines.get(name)?.read('state') !== 'off',
    )
    expect(busy).toHaveLength(7)
    expect(plant.machines.get('mill-2')?.isRunning()).toBe(true)
  })

  test('had weekends and nights in its history', () => {
    const [sursee] = world.plantDefinitions(ANCHOR)
    if (!sursee) throw new Error('no plant')
    const worked = new Set<number>()
    // From Friday on; Saturday and Sunday have no shift in Sursee, and grinders no extra one.
    history(createPlant(sursee), ANCHOR - 4 * DAY_MS, ANCHOR, world.HISTORY_STEP_MS, (machine, atMs) => {
      if (machine.name === 'grinder-a' && machine.isRunning()) worked.add(new Date(atMs).getUTCDay())
    })
    expect([...worked].toSorted()).toEqual([1, 2, 5])
  })
})

test('holidays move with Easter', () => {
  expect(swissHolidays(2026).map(({ date }) => date)).toEqual(
    expect.arrayContaining(['2026-04-03', '2026-04-06', '2026-05-14', '2026-05-25', '2026-06-04']),
  )
  expect(mexicanHolidays(2026).map(({ date }) => date)).toEqual(
    expect.arrayContaining(['2026-02-02', '2026-03-16', '2026-11-16']),
  )
})
