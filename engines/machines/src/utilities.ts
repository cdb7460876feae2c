import { HOUR_MS, MINUTE_MS } from '@millrace/base'
import { approach, clamp, type Draw, type Physics } from './physics.ts'
import { alarmTag, numberTag, powerTag, stateTag } from './tag.ts'

type Utility = Draw & { status: string; alarm: string }

type Compressor = Utility & {
  bar: number
  setPointBar: number
  flow: number
  leak: number
  oilCelsius: number
}

const COMPRESSOR_M3_PER_MIN = 9
/** Below this share of its capacity a compressor of variable speed stops. */
const COMPRESSOR_LEAST_SHARE = 0.08
/** Fittings of a sound net lose this much. */
const NATURAL_LEAK_M3_PER_MIN = 0.25
const STORY_LEAK_M3_PER_MIN = 2.6
const LEAK_OPENS_MS = 3 * HOUR_MS

/** A screw compressor of variable speed feeding the net of its plant, also what escapes from it. */
export const compressor: Physics<Compressor> = {
  title: 'Screw compressor',
  programs: ['Net'],
  stories: ['air-leak'],
  tags: [
    stateTag,
    alarmTag,
    powerTag(0, 55),
    numberTag('pressure', 'Net pressure', 'pressure', 'bar', { normal: [6.6, 7.6] }),
    numberTag('air-flow', 'Air delivered', 'flow', 'm³/min', { normal: [0, 8] }),
    numberTag('motor-speed', 'Motor speed', 'speed', 'rpm', { normal: [0, 2950] }),
    numberTag('oil-temperature', 'Oil temperature', 'temperature', '°C', { normal: [20, 88] }),
    numberTag('pressure-set-point', 'Pressure set-point', 'other', 'bar', {
      writable: { min: 5.5, max: 8, maxStep: 0.5 },
    }),
  ],
  initial: () => ({
    status: 'idle',
    alarm: '',
    powerKw: 0,
    airM3PerMin: 0,
    coolingKw: 0,
    bar: 7,
    setPointBar: 7,
    flow: 0,
    leak: 0,
    oilCelsius: 30,
  }),
  step(state, { dtMs, surroundings, stories }) {
    const story = stories['air-leak']
    const leakTarget = story?.active ? STORY_LEAK_M3_PER_MIN * story.severity : 0
    state.leak = approach(state.leak, leakTarget, dtMs * (story?.speed ?? 1), LEAK_OPENS_MS)
    // A leak lets through in proportion to absolute pressure, so a lower set-point loses less.
    const escaping = ((NATURAL_LEAK_M3_PER_MIN + state.leak) * (state.bar + 1)) / 8
    const wanted = surroundings.airDemandM3PerMin + escaping
    state.flow = approach(state.flow, Math.min(wanted, COMPRESSOR_M3_PER_MIN), dtMs, 8000)
    const share = state.flow / COMPRESSOR_M3_PER_MIN
    const running = share > COMPRESSOR_LEAST_SHARE
    state.status = running ? 'running' : 'idle'
    state.bar = approach(state.bar, state.setPointBar - 0.35 * Math.max(0, share - 0.6), dtMs, 20_000)
    state.powerKw = running ? (6 + 46 * share) * (0.55 + 0.45 * (state.bar / 7)) : 2.2 + 8 * share
    const oilTarget = surroundings.ambientCelsius + (running ? 46 + 12 * share : 4)
    state.oilCelsius = approach(state.oilCelsius, oilTarget, dtMs, 15 * MINUTE_MS)
    state.coolingKw = 0
  },
  progress: (state) => state.leak / STORY_LEAK_M3_PER_MIN,
  onStory(state, _id, active) {
    if (!active) state.leak = 0
  },
  readings: {
    state: (state) => state.status,
    alarm: (state) => state.alarm,
    power: (state, noise) => state.powerKw * (1 + 0.02 * noise),
    pressure: (state, noise) => state.bar + 0.03 * noise,
    'air-flow': (state, noise) => Math.max(0, state.flow + 0.06 * noise),
    'motor-speed': (state, noise) =>
      state.status === 'running' ? 2950 * (0.2 + (0.8 * state.flow) / COMPRESSOR_M3_PER_MIN) + 5 * noise : 0,
    'oil-temperature': (state, noise) => state.oilCelsius + 0.3 * noise,
    'pressure-set-point': (state) => state.setPointBar,
  },
  writes: {
    'pressure-set-point': (state, value) => {
      state.setPointBar = value
    },
  },
}

type Chiller = Utility & { supplyCelsius: number; returnCelsius: number; setPoint: number; share: number }

const CHILLER_KW = 75
const WATER_KW_PER_KELVIN = 12

/** The chiller behind presses and baths. */
export const chiller: Physics<Chiller> = {
  title: 'Chiller',
  programs: ['Cooling'],
  stories: [],
  tags: [
    stateTag,
    alarmTag,
    powerTag(1, 28),
    numberTag('supply-temperature', 'Supply water temperature', 'temperature', '°C', { normal: [8, 14] }),
    numberTag('return-temperature', 'Return water temperature', 'temperature', '°C', { normal: [9, 20] }),
    numberTag('supply-set-point', 'Supply set-point', 'other', '°C', { writable: { min: 7, max: 16, maxStep: 3 } }),
    numberTag('compressor-load', 'Compressor load', 'load', '%', { normal: [0, 90] }),
  ],
  initial: () => ({
    status: 'idle',
    alarm: '',
    powerKw: 0,
    airM3PerMin: 0,
    coolingKw: 0,
    supplyCelsius: 12,
    returnCelsius: 13,
    setPoint: 11,
    share: 0,
  }),
  step(state, { dtMs, surroundings }) {
    const share = clamp((surroundings.coolingDemandKw + 2) / CHILLER_KW, 0, 1)
    state.share = approach(state.share, share, dtMs, 3 * MINUTE_MS)
    state.supplyCelsius = approach(state.supplyCelsius, state.setPoint + 1.2 * state.share, dtMs, 6 * MINUTE_MS)
    state.returnCelsius = state.supplyCelsius + (state.share * CHILLER_KW) / WATER_KW_PER_KELVIN
    state.status = state.share > 0.05 ? 'running' : 'idle'
    // Warmer air outside and colder water inside both cost compressor work.
    const lift = Math.max(8, surroundings.ambientCelsius + 12 - state.supplyCelsius)
    state.powerKw = 1.2 + (state.share * CHILLER_KW * lift) / 95
  },
  readings: {
    state: (state) => state.status,
    alarm: (state) => state.alarm,
    power: (state, noise) => state.powerKw * (1 + 0.025 * noise),
    'supply-temperature': (state, noise) => state.supplyCelsius + 0.08 * noise,
    'return-temperature': (state, noise) => state.returnCelsius + 0.08 * noise,
    'supply-set-point': (state) => state.setPoint,
    'compressor-load': (state) => 100 * state.share,
  },
  writes: {
    'supply-set-point': (state, value) => {
      state.setPoint = value
    },
  },
}

type SiteMeter = Utility & { gridKw: number; solarKw: number; consumptionKw: number; importKwh: number }

/** Lights, offices, ventilation: what no machine accounts for. */
const BASE_LOAD_KW = 14

/** The meter at the grid connection: everything the plant takes, less what its roof gives. */
export const siteMeter: Physics<SiteMeter> = {
  title: 'Site meter',
  programs: ['Meter'],
  stories: [],
  tags: [
    numberTag('power', 'Grid power', 'power', 'kW'),
    numberTag('consumption', 'Plant consumption', 'other', 'kW'),
    numberTag('solar-power', 'Solar power', 'other', 'kW'),
    numberTag('energy-import', 'Energy imported', 'other', 'kWh'),
    numberTag('voltage', 'Voltage', 'other', 'V', { normal: [392, 408] }),
    numberTag('power-factor', 'Power factor', 'other', '', { normal: [0.88, 1] }),
  ],
  initial: () => ({
    status: 'running',
    alarm: '',
    powerKw: 0,
    airM3PerMin: 0,
    coolingKw: 0,
    gridKw: 0,
    solarKw: 0,
    consumptionKw: 0,
    importKwh: 0,
  }),
  step(state, { dtMs, surroundings }) {
    const office = surroundings.planned === 'off' ? 0 : 9
    state.consumptionKw = surroundings.plantPowerKw + BASE_LOAD_KW + office
    state.solarKw = surroundings.solarPowerKw
    state.gridKw = state.consumptionKw - state.solarKw
    state.importKwh += (Math.max(0, state.gridKw) * dtMs) / HOUR_MS
  },
  readings: {
    power: (state, noise) => state.gridKw * (1 + 0.004 * noise),
    consumption: (state, noise) => state.consumptionKw * (1 + 0.004 * noise),
    'solar-power': (state, noise) => state.solarKw * (1 + 0.01 * noise),
    'energy-import': (state) => state.importKwh,
    voltage: (state, noise) => 401 - 0.008 * state.consumptionKw + 0.5 * noise,
    'power-factor': (_state, noise) => Math.min(1, 0.95 + 0.006 * noise),
  },
}
