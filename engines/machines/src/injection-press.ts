import { MINUTE_MS } from '@millrace/base'
import { fault, newOperation, type Operation, type OperationProfile, operate, produce } from './operation.ts'
import { approach, clamp, type Draw, type Physics } from './physics.ts'
import { alarmTag, cycleTimeTag, goodTag, numberTag, powerTag, programTag, scrapTag, stateTag } from './tag.ts'

type InjectionPress = Operation &
  Draw & {
    oilCelsius: number
    mouldCelsius: number
    /** How much of the oil cooler is clogged: 0 clean, 1 blocked. */
    fouling: number
    /** Commanded cooling water, l/min. */
    waterFlow: number
    /** Commanded injection speed, per cent. */
    injectionSpeed: number
    cycleS: number
  }

const CYCLE_S = 38
const OIL_LAG_MS = 28 * MINUTE_MS
const MOULD_LAG_MS = 12 * MINUTE_MS
/** The cooler clogs within a day once its filter has failed. */
const FOULING_MS = 24 * 60 * MINUTE_MS
const FOULING_MAX = 0.85
const OIL_GOOD_CELSIUS = 46
const OIL_TRIP_CELSIUS = 72

const operation: OperationProfile = {
  batchParts: 2600,
  setupMinutes: [35, 80],
  microStopsPerHour: 0.35,
  microStopMinutes: [1, 5],
  microStopReasons: ['Part stuck in mould', 'Hopper empty', 'Robot waits'],
  faultsPerHour: 0.012,
  faultMinutes: [12, 50],
  faultAlarms: ['E31 Mould protection', 'E08 Heating band failed', 'E44 Robot grip lost'],
  unattended: true,
}

/** A hydraulic injection press. Warm oil is thin: the cycle creeps, and the mould is no longer filled. */
export const injectionPress: Physics<InjectionPress> = {
  title: 'Injection press',
  programs: ['H-PP-200 r4', 'H-PP-260 r4', 'SCALE-91 r11'],
  stories: ['oil-overheating'],
  tags: [
    stateTag,
    alarmTag,
    programTag,
    powerTag(8, 40),
    goodTag,
    scrapTag,
    cycleTimeTag(36, 41),
    numberTag('oil-temperature', 'Hydraulic oil temperature', 'temperature', '°C', { normal: [18, 52] }),
    numberTag('mould-temperature', 'Mould temperature', 'temperature', '°C', { normal: [18, 48] }),
    numberTag('injection-pressure', 'Injection pressure', 'pressure', 'bar', { normal: [880, 1040] }),
    numberTag('cooling-water-flow', 'Cooling water flow', 'flow', 'l/min', {
      normal: [14, 30],
      writable: { min: 8, max: 40, maxStep: 12 },
    }),
    numberTag('injection-speed', 'Injection speed', 'other', '%', {
      normal: [85, 110],
      writable: { min: 60, max: 120, maxStep: 25 },
    }),
  ],
  initial: (random) => ({
    ...newOperation(random, operation),
    powerKw: 0,
    airM3PerMin: 0,
    coolingKw: 0,
    oilCelsius: 30,
    mouldCelsius: 30,
    fouling: 0,
    waterFlow: 18,
    injectionSpeed: 100,
    cycleS: 0,
  }),
  step(press, { dtMs, surroundings, random, stories }, programCount) {
    const story = stories['oil-overheating']
    const storySpeed = story?.active ? story.speed : 1
    if (story?.active) {
      press.fouling = Math.min(FOULING_MAX, press.fouling + (dtMs / FOULING_MS) * story.speed * story.severity)
    }
    const productiveMs = operate(press, operation, surroundings, dtMs, random, programCount, !story?.active)
    const running = press.status === 'running'
    const speed = press.injectionSpeed / 100

    // The pump's losses leave through the cooler: half of the rise is inversely proportional to the water it gets.
    const cooling = (press.waterFlow / 18) ** 0.8 * (1 - press.fouling)
    const rise = running ? (24 * speed ** 1.4) / (0.25 + 0.75 * cooling) : 0
    press.oilCelsius = approach(press.oilCelsius, surroundings.ambientCelsius + rise, dtMs, OIL_LAG_MS / storySpeed)
    const mouldTarget = running ? 40 + 0.15 * Math.max(0, press.oilCelsius - OIL_GOOD_CELSIUS) : 24
    press.mouldCelsius = approach(press.mouldCelsius, mouldTarget, dtMs, MOULD_LAG_MS)

    const excess = Math.max(0, press.oilCelsius - OIL_GOOD_CELSIUS - 4)
    if (productiveMs > 0) {
      const cycleMs = (CYCLE_S * 1000 * (1 + 0.012 * excess)) / (0.6 + 0.4 * speed)
      const scrapRatio = 0.007 + 0.0012 * excess ** 1.6 + 0.08 * Math.max(0, 0.8 - speed)
      if (produce(press, productiveMs, cycleMs, scrapRatio, random) > 0) {
        press.cycleS = (cycleMs / 1000) * random.between(0.99, 1.012)
      }
      if (press.oilCelsius > OIL_TRIP_CELSIUS && press.alarm === '') {
        fault(press, 'H12 Hydraulic oil too hot', (40 * MINUTE_MS) / storySpeed)
      }
    }
    press.powerKw = running ? 22 * (0.55 + 0.45 * speed) + 0.14 * excess + 8 : press.status === 'off' ? 0.6 : 7
    press.airM3PerMin = running ? 0.4 : press.status === 'off' ? 0 : 0.1
    press.coolingKw = running ? 9 : 0
  },
  progress: (press) => press.fouling / FOULING_MAX,
  onStory(press, _id, active) {
    press.fouling = active ? 0.15 : 0
    if (press.alarm.startsWith('H12')) {
      press.alarm = ''
      press.remainingMs = 0
    }
  },
  readings: {
    state: (press) => press.status,
    alarm: (press) => press.alarm,
    power: (press, noise) => press.powerKw * (1 + 0.03 * noise),
    'good-count': (press) => press.goodCount,
    'scrap-count': (press) => press.scrapCount,
    'cycle-time': (press) => (press.cycleS > 0 ? press.cycleS : null),
    'oil-temperature': (press, noise) => press.oilCelsius + 0.15 * noise,
    'mould-temperature': (press, noise) => press.mouldCelsius + 0.2 * noise,
    'injection-pressure': (press, noise) =>
      press.status === 'running'
        ? 960 * (0.5 + 0.5 * (press.injectionSpeed / 100)) - 3 * Math.max(0, press.oilCelsius - 50) + 9 * noise
        : 0,
    'cooling-water-flow': (press) => press.waterFlow,
    'injection-speed': (press) => press.injectionSpeed,
  },
  writes: {
    'cooling-water-flow': (press, value) => {
      press.waterFlow = clamp(value, 8, 40)
    },
    'injection-speed': (press, value) => {
      press.injectionSpeed = value
    },
  },
}
