import { MINUTE_MS } from '@millrace/base'
import { halt, newOperation, type Operation, type OperationProfile, operate, produce } from './operation.ts'
import { approach, clamp, type Draw, type Physics } from './physics.ts'
import {
  alarmTag,
  cycleTimeTag,
  goodTag,
  numberTag,
  powerTag,
  programTag,
  scrapTag,
  stateTag,
  waveformTag,
} from './tag.ts'
import { composeWaveform, rmsOf, type Tone } from './vibration.ts'

export type GrinderProfile = {
  title: string
  programs: readonly string[]
  wheelRpm: number
  cycleS: number
  idleKw: number
  grindingKw: number
  /** Grinding minutes a belt or a mop lasts. */
  beltMinutes: number
  operation: OperationProfile
}

type Grinder = Operation &
  Draw & {
    /** 0 a fresh belt, 1 worn out. */
    beltWear: number
    /** Commanded and real belt speed, per cent and ratio of the programmed one. */
    beltSpeed: number
    speed: number
    coolantCelsius: number
    cycleS: number
  }

const BELT_CHANGE_MS = 6 * MINUTE_MS
const SPEED_LAG_MS = 4000
const COOLANT_LAG_MS = 40 * MINUTE_MS
const FLOOR_MM_PER_S = 0.35
/** The belt's seam passes the contact wheel this often per revolution. */
const SEAM_ORDER = 0.4

/** A belt grinder or polisher: imbalance of the wheel, the seam of the belt, a belt that loses its grit. */
export function grinder(profile: GrinderProfile): Physics<Grinder> {
  const tonesOf = (state: Grinder): Tone[] => {
    const shaftHz = (profile.wheelRpm / 60) * state.speed
    return [
      { fundamentalHz: shaftHz, rms: 1.1 * state.speed ** 1.5, harmonics: [1, 0.2] },
      { fundamentalHz: shaftHz * SEAM_ORDER, rms: 0.35 + 0.5 * state.beltWear ** 2, harmonics: [1, 0.7, 0.4, 0.2] },
    ]
  }

  return {
    title: profile.title,
    programs: profile.programs,
    stories: [],
    tags: [
      stateTag,
      alarmTag,
      programTag,
      powerTag(profile.idleKw, profile.idleKw + profile.grindingKw * 1.3),
      goodTag,
      scrapTag,
      cycleTimeTag(profile.cycleS * 0.9, profile.cycleS * 1.3),
      numberTag('wheel-speed', 'Contact wheel speed', 'speed', 'rpm'),
      numberTag('belt-speed', 'Belt speed', 'other', '%', { writable: { min: 60, max: 110, maxStep: 20 } }),
      numberTag('motor-load', 'Motor load', 'load', '%', { normal: [25, 80] }),
      numberTag('vibration', 'Wheel vibration', 'vibration', 'mm/s', { normal: [0, 2.2] }),
      waveformTag,
      numberTag('coolant-temperature', 'Coolant temperature', 'temperature', '°C', { normal: [14, 34] }),
      numberTag('coolant-flow', 'Coolant flow', 'flow', 'l/min', { normal: [20, 28] }),
      numberTag('belt-life', 'Belt life left', 'tool-life', '%', { normal: [5, 100] }),
    ],
    initial: (random) => ({
      ...newOperation(random, profile.operation),
      powerKw: 0,
      airM3PerMin: 0,
      coolingKw: 0,
      beltWear: random.between(0, 0.9),
      beltSpeed: 100,
      speed: 1,
      coolantCelsius: 21,
      cycleS: 0,
    }),
    step(state, { dtMs, surroundings, random }, programCount) {
      const productiveMs = operate(state, profile.operation, surroundings, dtMs, random, programCount)
      state.speed = approach(state.speed, state.beltSpeed / 100, dtMs, SPEED_LAG_MS)
      if (productiveMs > 0) {
        state.beltWear += (productiveMs / MINUTE_MS / profile.beltMinutes) * state.speed
        const cycleMs = (profile.cycleS * 1000 * (1 + 0.18 * state.beltWear)) / state.speed
        const scrapRatio = 0.008 + 0.02 * state.beltWear ** 3
        if (produce(state, productiveMs, cycleMs, scrapRatio, random) > 0) {
          state.cycleS = (cycleMs / 1000) * random.between(0.97, 1.04)
        }
        if (state.beltWear >= 1) {
          state.beltWear = 0
          halt(state, 'setup', 'Belt change', BELT_CHANGE_MS)
        }
      }
      const running = state.status === 'running'
      const target = surroundings.ambientCelsius + (running ? 7 : 0)
      state.coolantCelsius = approach(state.coolantCelsius, target, dtMs, COOLANT_LAG_MS)
      state.powerKw = running
        ? profile.idleKw + profile.grindingKw * state.speed * (1 + 0.2 * state.beltWear)
        : profile.idleKw * (state.status === 'off' ? 0.1 : 0.7)
      state.airM3PerMin = running ? 0.25 : state.status === 'off' ? 0 : 0.08
      state.coolingKw = 0
    },
    readings: {
      state: (state) => state.status,
      alarm: (state) => state.alarm,
      power: (state, noise) => state.powerKw * (1 + 0.035 * noise),
      'good-count': (state) => state.goodCount,
      'scrap-count': (state) => state.scrapCount,
      'cycle-time': (state) => (state.cycleS > 0 ? state.cycleS : null),
      'wheel-speed': (state, noise) => (state.status === 'running' ? profile.wheelRpm * state.speed + 4 * noise : 0),
      'belt-speed': (state) => state.beltSpeed,
      'motor-load': (state, noise) =>
        state.status === 'running' ? 46 * state.speed * (1 + 0.2 * state.beltWear) + 1.6 * noise : 0,
      vibration: (state, noise) =>
        (state.status === 'running' ? rmsOf(tonesOf(state), FLOOR_MM_PER_S) : 0.05) * gainOf(noise),
      'coolant-temperature': (state, noise) => state.coolantCelsius + 0.15 * noise,
      'coolant-flow': (state, noise) => (state.status === 'running' ? 24 + 0.4 * noise : 0),
      'belt-life': (state) => clamp(100 * (1 - state.beltWear), 0, 100),
    },
    writes: {
      'belt-speed': (state, value) => {
        state.beltSpeed = value
      },
    },
    waveform: (state, sampleCount, rateHz, random, noise) => {
      const running = state.status === 'running'
      const tones = running ? tonesOf(state) : []
      return composeWaveform(tones, running ? FLOOR_MM_PER_S : 0.05, sampleCount, rateHz, random, gainOf(noise))
    },
  }
}

function gainOf(noise: number): number {
  return 1 + 0.05 * noise
}
