import { describe, expect, test } from 'vitest'
import { createMachine, type Kind, type Machine, machineKinds, type Surroundings, storyIds } from './index.ts'

const HOUR_MS = 3_600_000

const working: Surroundings = {
  planned: 'work',
  ambientCelsius: 21,
  minuteOfDay: 600,
  peakTariff: false,
  plantPowerKw: 80,
  airDemandM3PerMin: 3,
  coolingDemandKw: 20,
  solarPowerKw: 10,
  leaderRunning: true,
}
const kinds = Object.keys(machineKinds) as Kind[]

function run(machine: Machine, forMs: number, dtMs = 1000, surroundings = working): void {
  for (let atMs = 0; atMs < forMs; atMs += dtMs) machine.step(atMs, dtMs, surroundings)
}

function number(machine: Machine, tag: string): number {
  const value = machine.read(tag)
  if (typeof value !== 'number') throw new TypeError(`${tag} is ${value}`)
  return value
}

/** Mean of a tag over a minute of running. */
function mean(machine: Machine, tag: string): number {
  let sum = 0
  let count = 0
  for (let i = 0; i < 600 && count < 60; i++) {
    machine.step(0, 1000, working)
    if (!machine.isRunning()) continue
    sum += number(machine, tag)
    count++
  }
  return sum / count
}

/** A mill that cuts with a bad tool, which also keeps random stops away. */
function wearingMill(seed = 5): Machine {
  const mill = createMachine({ kind: 'cnc-mill', name: 'mill', seed })
  mill.setStory('tool-wear', { active: true, speed: 1, severity: 1 })
  run(mill, 900_000)
  return mill
}

/** Amplitude of one line of the spectrum, mm/s. */
function amplitudeAt(samples: Float32Array, hz: number, rateHz: number): number {
  let re = 0
  let im = 0
  for (const [i, sample] of samples.entries()) {
    re += sample * Math.cos((2 * Math.PI * hz * i) / rateHz)
    im += sample * Math.sin((2 * Math.PI * hz * i) / rateHz)
  }
  return (2 * Math.hypot(re, im)) / samples.length
}

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)
}

describe.each(kinds)('a %s', (kind) => {
  test('reads every tag as its definition says', () => {
    const machine = createMachine({ kind, name: kind, seed: 11 })
    run(machine, HOUR_MS)
    for (const tag of machine.tags) {
      const value = machine.read(tag.name)
      if (tag.kind === 'text') expect(value).toBeTypeOf('string')
      else if (tag.kind === 'vector') expect(value).toHaveLength(tag.waveform?.sampleCount ?? 0)
      else if (value !== null) expect(Number.isFinite(value), tag.name).toBe(true)
    }
    expect(new Set(machine.tags.map((tag) => tag.name)).size).toBe(machine.tags.length)
  })

  test('does the same twice from the same seed, whoever reads in between', () => {
    const watched = createMachine({ kind, name: kind, seed: 12 })
    const unwatched = createMachine({ kind, name: kind, seed: 12 })
    for (let i = 0; i < 3000; i++) {
      watched.step(i, 5000, working)
      for (const tag of watched.tags) watched.read(tag.name)
      unwatched.step(i, 5000, working)
    }
    expect(watched.snapshot()).toEqual(unwatched.snapshot())
    for (const tag of watched.tags) expect(watched.read(tag.name)).toEqual(unwatched.read(tag.name))
  })

  test('continues from a snapshot, kept as JSON, as if it had never stopped', () => {
    const first = createMachine({ kind, name: kind, seed: 13 })
    run(first, HOUR_MS, 2000)
    const second = createMachine({ kind, name: kind, seed: 13 })
    second.restore(JSON.parse(JSON.stringify(first.snapshot())))
    run(first, HOUR_MS, 2000)
    run(second, HOUR_MS, 2000)
    expect(second.snapshot()).toEqual(first.snapshot())
  })

  test('takes every set-point within its bounds, and nothing else', () => {
    const machine = createMachine({ kind, name: kind, seed: 14 })
    run(machine, 60_000)
    for (const tag of machine.tags) {
      if (!tag.writable) {
        expect(machine.write(tag.name, 1)).toBe(false)
        continue
      }
      expect(machine.write(tag.name, tag.writable.max + 0.01)).toBe(false)
      expect(machine.write(tag.name, Number.NaN)).toBe(false)
      expect(machine.write(tag.name, '80')).toBe(false)
      expect(machine.write(tag.name, tag.writable.max)).toBe(true)
      expect(machine.read(tag.name)).toBe(tag.writable.max)
    }
    expect(machine.write('no-such-tag', 1)).toBe(false)
  })

  test('lives through the stories of its kind only', () => {
    const machine = createMachine({ kind, name: kind, seed: 15 })
    for (const id of storyIds) {
      const told = machine.setStory(id, { active: true, speed: 10, severity: 1 })
      expect(told).toBe(machineKinds[kind].stories.includes(id))
    }
  })
})

describe('a mill', () => {
  test('vibrates more the more its tool is worn', () => {
    const mill = wearingMill()
    const seen: number[] = []
    for (let hour = 0; hour < 6; hour++) {
      seen.push(mean(mill, 'vibration'))
      run(mill, HOUR_MS, 5000)
    }
    // New edges hardly differ within the noise of a minute; from the second hour on every hour is worse.
    for (let hour = 2; hour < 6; hour++) expect(seen[hour]).toBeGreaterThan((seen[hour - 1] ?? 0) * 1.05)
    expect(seen[5]).toBeGreaterThan(2 * (seen[0] ?? 0))
  })

  test('vibrates less within seconds of a lower feed', () => {
    const mill = wearingMill()
    run(mill, 4 * HOUR_MS, 5000)
    const before = mean(mill, 'vibration')
    expect(mill.write('feed-override', 70)).toBe(true)
    run(mill, 6000)
    expect(mean(mill, 'vibration')).toBeLessThan(before * 0.8)
    expect(mean(mill, 'feed-rate')).toBeCloseTo(3200 * 0.7, -2)
  })

  test('is as good as new after a tool change of four minutes, which ends the story', () => {
    const mill = wearingMill()
    const fresh = mean(mill, 'vibration')
    run(mill, 5 * HOUR_MS, 5000)
    const worn = mean(mill, 'vibration')
    expect(mill.write('tool-change', true)).toBe(true)
    expect(mill.read('tool-change')).toBe(1)
    run(mill, 60_000)
    expect(mill.read('state')).toBe('setup')
    expect(mill.read('tool-change')).toBe(1)
    run(mill, 200_000)
    expect(mill.read('state')).toBe('running')
    expect(mill.read('tool-change')).toBe(0)
    const after = mean(mill, 'vibration')
    expect(worn).toBeGreaterThan(fresh * 1.5)
    expect(Math.abs(after - fresh)).toBeLessThan(fresh * 0.12)
    expect(number(mill, 'tool-life')).toBeGreaterThan(98)
    expect(mill.story('tool-wear')?.active).toBe(false)
  })

  test('draws more power and makes more scrap with a worn tool', () => {
    const mill = wearingMill()
    const power = mean(mill, 'power')
    run(mill, 2 * HOUR_MS, 5000)
    const scrapBefore = number(mill, 'scrap-count')
    run(mill, 4 * HOUR_MS, 5000)
    expect(mean(mill, 'power')).toBeGreaterThan(power * 1.08)
    expect(number(mill, 'scrap-count') - scrapBefore).toBeGreaterThan(2)
  })

  test('breaks a tool that nobody changes, and shows the alarm', () => {
    const mill = wearingMill()
    mill.setStory('tool-wear', { active: true, speed: 20, severity: 1 })
    let alarm: unknown = ''
    for (let i = 0; i < 7200 && alarm === ''; i++) {
      mill.step(0, 1000, working)
      alarm = mill.read('alarm')
    }
    expect(alarm).toBe('T014 Tool broken')
    expect(mill.read('state')).toBe('stopped')
  })

  test('has a waveform whose root mean square is its vibration and whose peak is the tooth-pass frequency', () => {
    const mill = wearingMill()
    run(mill, 5 * HOUR_MS, 5000)
    const samples = mill.waveform(1024, 4096)
    expect(rms(samples)).toBeCloseTo(number(mill, 'vibration'), 0)
    expect(rms(samples) / number(mill, 'vibration')).toBeGreaterThan(0.93)
    expect(rms(samples) / number(mill, 'vibration')).toBeLessThan(1.07)
    const toothPass = amplitudeAt(samples, 640, 4096)
    for (let hz = 200; hz < 2000; hz += 4) {
      if (hz !== 640) expect(amplitudeAt(samples, hz, 4096)).toBeLessThan(toothPass)
    }
  })

  test('shows a failing bearing at the outer-race frequency days before it gets warm', () => {
    const mill = createMachine({ kind: 'cnc-mill', name: 'mill', seed: 8 })
    mill.setStory('tool-wear', { active: true, speed: 1, severity: 0 })
    // Long enough for the spindle to be warm from work alone.
    run(mill, 3 * HOUR_MS, 5000)
    const soundTemperature = mean(mill, 'spindle-temperature')
    const race = (): number => amplitudeAt(mill.waveform(1024, 4096), (9600 / 60) * 6.72, 4096)
    const sound = race()
    mill.setStory('spindle-bearing', { active: true, speed: 600, severity: 1 })
    run(mill, (6 * 24 * HOUR_MS) / 600, 1000)
    expect(race()).toBeGreaterThan(4 * sound)
    expect(mean(mill, 'spindle-temperature')).toBeLessThan(soundTemperature + 2)
    mill.setStory('spindle-bearing', { active: true, speed: 20, severity: 1 })
    run(mill, (2.5 * 24 * HOUR_MS) / 20, 10_000)
    expect(number(mill, 'spindle-temperature')).toBeGreaterThan(soundTemperature + 8)
  })
})

describe('stories of other kinds', () => {
  test('a drifting thermocouple lets the furnace get hotter than it shows', () => {
    const furnace = createMachine({ kind: 'furnace', name: 'furnace', seed: 4 })
    run(furnace, 6 * HOUR_MS, 60_000)
    furnace.setStory('thermocouple-drift', { active: true, speed: 1, severity: 1 })
    run(furnace, 30 * HOUR_MS, 60_000)
    let steps = 0
    while (number(furnace, 'heating-load') > 45 && steps++ < 300) run(furnace, 60_000, 60_000)
    expect(number(furnace, 'temperature')).toBeCloseTo(1050, -1)
    expect(number(furnace, 'load-temperature') - number(furnace, 'temperature')).toBeGreaterThan(8)
  })

  test('a furnace starts loads in dear hours only while its story is told', () => {
    const furnace = createMachine({ kind: 'furnace', name: 'furnace', seed: 4 })
    const dear = { ...working, peakTariff: true }
    run(furnace, 8 * HOUR_MS, 60_000, dear)
    expect(furnace.read('load-count')).toBe(0)
    expect(furnace.read('state')).toBe('planned-stop')
    furnace.setStory('peak-hour-loads', { active: true, speed: 1, severity: 1 })
    run(furnace, 8 * HOUR_MS, 60_000, dear)
    expect(number(furnace, 'load-count')).toBeGreaterThanOrEqual(2)
  })

  test('a leak keeps the compressor busy while nobody uses air', () => {
    const compressor = createMachine({ kind: 'compressor', name: 'compressor', seed: 3 })
    const idle = { ...working, airDemandM3PerMin: 0 }
    run(compressor, HOUR_MS, 1000, idle)
    expect(compressor.read('state')).toBe('idle')
    const soundKw = number(compressor, 'power')
    compressor.setStory('air-leak', { active: true, speed: 600, severity: 1 })
    run(compressor, 10 * 60_000, 1000, idle)
    expect(compressor.read('state')).toBe('running')
    const leakingKw = number(compressor, 'power')
    expect(leakingKw).toBeGreaterThan(3 * soundKw)
    compressor.write('pressure-set-point', 6)
    run(compressor, 10 * 60_000, 1000, idle)
    expect(number(compressor, 'power')).toBeLessThan(leakingKw * 0.9)
  })

  test('warm oil makes a press slow and wasteful, and more cooling water helps', () => {
    const press = createMachine({ kind: 'injection-press', name: 'press', seed: 3 })
    run(press, 2 * HOUR_MS, 5000)
    const cycleBefore = number(press, 'cycle-time')
    press.setStory('oil-overheating', { active: true, speed: 1, severity: 1 })
    run(press, 12 * HOUR_MS, 5000)
    const hot = number(press, 'oil-temperature')
    expect(hot).toBeGreaterThan(56)
    expect(number(press, 'cycle-time')).toBeGreaterThan(cycleBefore * 1.06)
    press.write('cooling-water-flow', 38)
    run(press, HOUR_MS, 5000)
    expect(number(press, 'oil-temperature')).toBeLessThan(hot - 3)
  })

  test('a machine rests when its calendar has no work', () => {
    const lathe = createMachine({ kind: 'lathe', name: 'lathe', seed: 3 })
    run(lathe, HOUR_MS)
    const made = number(lathe, 'good-count')
    run(lathe, HOUR_MS, 1000, { ...working, planned: 'off' })
    expect(lathe.read('state')).toBe('off')
    expect(number(lathe, 'good-count')).toBe(made)
    expect(number(lathe, 'vibration')).toBeLessThan(0.1)
  })
})
