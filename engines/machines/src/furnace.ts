import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@millrace/base'
import { fault, newOperation, type Operation, type OperationProfile, operate } from './operation.ts'
import { clamp, type Draw, type Physics, type StepInput } from './physics.ts'
import { alarmTag, goodTag, numberTag, powerTag, programTag, scrapTag, stateTag } from './tag.ts'

export type FurnaceProfile = {
  title: string
  programs: readonly string[]
  setPointCelsius: number
  standbyCelsius: number
  /** Installed heating, and what a hot furnace loses per kelvin above the hall. */
  heatingKw: number
  lossKwPerKelvin: number
  /** Heat the chamber and its load hold, kWh per kelvin. */
  heatCapacity: number
  /** How far a cold load pulls the chamber down. */
  loadDipKelvin: number
  /** From closing the door to opening it, and between two loads. */
  cycleMinutes: number
  loadingMinutes: number
  partsPerLoad: number
  writable: { min: number; max: number }
}

type Furnace = Operation &
  Draw & {
    /** What the chamber really has; the sensors only claim to know. */
    celsius: number
    /** What the control thermocouple lacks: it shows the chamber's temperature minus this. */
    driftKelvin: number
    setPoint: number
    /** Left of the load inside; 0 while waiting for one. */
    cycleLeftMs: number
    loadingLeftMs: number
    heatingKw: number
    loadCount: number
    /** Atmosphere gas, m³/h. */
    gas: number
  }

const SUBSTEP_MS = 15 * SECOND_MS
const CONTROL_KW_PER_KELVIN = 2
const DRIFT_KELVIN_PER_HOUR = 0.4
const DRIFT_MAX_KELVIN = 28

const operation: OperationProfile = {
  batchParts: Number.POSITIVE_INFINITY,
  setupMinutes: [0, 0],
  microStopsPerHour: 0.05,
  microStopMinutes: [3, 9],
  microStopReasons: ['Door seal cleaned', 'Basket not ready'],
  faultsPerHour: 0.004,
  faultMinutes: [20, 70],
  faultAlarms: ['F21 Atmosphere too lean', 'F09 Door not closed', 'F33 Fan tripped'],
  unattended: true,
}

/** A batch furnace or oven under closed-loop control, which trusts its thermocouple whatever it shows. */
export function furnace(profile: FurnaceProfile): Physics<Furnace> {
  const shownCelsius = (state: Furnace) => state.celsius - state.driftKelvin

  function step(state: Furnace, { dtMs, surroundings, random, stories }: StepInput, programCount: number): void {
    const drift = stories['thermocouple-drift']
    if (drift?.active) {
      const kelvin = DRIFT_KELVIN_PER_HOUR * (dtMs / HOUR_MS) * drift.speed * drift.severity
      state.driftKelvin = Math.min(DRIFT_MAX_KELVIN, state.driftKelvin + kelvin)
    }
    const productiveMs = operate(state, operation, surroundings, dtMs, random, programCount)
    if (productiveMs > 0) runLoads(state, productiveMs, surroundings.peakTariff, stories['peak-hour-loads']?.active)

    const working = state.status === 'running' || state.status === 'idle'
    heat(state, dtMs, surroundings.ambientCelsius, working ? state.setPoint : profile.standbyCelsius)
    state.powerKw = state.heatingKw + (working ? 4.5 : 1.2)
    state.airM3PerMin = working ? 0.15 : 0
    state.coolingKw = working ? 2 : 0
    state.gas = working ? 6 : 0
    if (state.celsius > profile.writable.max + 40 && state.alarm === '') {
      fault(state, 'F01 Over-temperature limiter', 40 * MINUTE_MS)
    }
  }

  function runLoads(state: Furnace, productiveMs: number, peakTariff: boolean, evenInPeak: boolean | undefined): void {
    if (state.cycleLeftMs > 0) {
      state.cycleLeftMs -= productiveMs
      if (state.cycleLeftMs > 0) return
      state.cycleLeftMs = 0
      state.loadCount += 1
      finishLoad(state)
      state.loadingLeftMs = profile.loadingMinutes * MINUTE_MS
      state.program = state.loadCount % 5 === 4 ? 1 : 0
      return
    }
    state.loadingLeftMs -= productiveMs
    if (state.loadingLeftMs > 0) return
    // Nobody needs these loads before morning: a site that watches its tariff lets them wait for cheap hours.
    if (peakTariff && !evenInPeak) {
      state.status = 'planned-stop'
      state.reason = 'Waits for off-peak power'
      return
    }
    state.cycleLeftMs = profile.cycleMinutes * MINUTE_MS
    state.celsius -= profile.loadDipKelvin
  }

  /** A load whose true temperature was off is scrap in part, whatever the controller showed. */
  function finishLoad(state: Furnace): void {
    const offKelvin = Math.abs(state.celsius - state.setPoint)
    const scrap = Math.round(profile.partsPerLoad * clamp((offKelvin - 12) * 0.01, 0, 0.3))
    state.scrapCount += scrap
    state.goodCount += profile.partsPerLoad - scrap
  }

  function heat(state: Furnace, dtMs: number, ambientCelsius: number, target: number): void {
    let heatedKwMs = 0
    for (let leftMs = dtMs; leftMs > 0; leftMs -= SUBSTEP_MS) {
      const spanMs = Math.min(SUBSTEP_MS, leftMs)
      const holdKw = profile.lossKwPerKelvin * (target - ambientCelsius)
      const kw = clamp(holdKw + CONTROL_KW_PER_KELVIN * (target - shownCelsius(state)), 0, profile.heatingKw)
      const lossKw = profile.lossKwPerKelvin * (state.celsius - ambientCelsius)
      state.celsius += ((kw - lossKw) * (spanMs / HOUR_MS)) / profile.heatCapacity
      heatedKwMs += kw * spanMs
    }
    state.heatingKw = heatedKwMs / dtMs
  }

  const { setPointCelsius: setPoint, writable } = profile
  return {
    title: profile.title,
    programs: profile.programs,
    stories: ['thermocouple-drift', 'peak-hour-loads'],
    tags: [
      stateTag,
      alarmTag,
      programTag,
      powerTag(0, profile.heatingKw + 5),
      goodTag,
      scrapTag,
      numberTag('temperature', 'Chamber temperature', 'temperature', '°C', {
        normal: [setPoint - profile.loadDipKelvin - 20, setPoint + 8],
      }),
      numberTag('load-temperature', 'Load thermocouple', 'temperature', '°C', {
        normal: [setPoint - profile.loadDipKelvin - 20, setPoint + 8],
      }),
      numberTag('temperature-set-point', 'Temperature set-point', 'other', '°C', {
        writable: { ...writable, maxStep: 25 },
      }),
      numberTag('heating-load', 'Heating load', 'load', '%', { normal: [0, 100] }),
      numberTag('atmosphere-flow', 'Atmosphere gas flow', 'flow', 'm³/h', { normal: [0, 7] }),
      numberTag('load-count', 'Loads finished', 'other', ''),
    ],
    initial: (random) => ({
      ...newOperation(random, operation),
      powerKw: 0,
      airM3PerMin: 0,
      coolingKw: 0,
      celsius: profile.standbyCelsius,
      driftKelvin: 0,
      setPoint,
      cycleLeftMs: 0,
      loadingLeftMs: profile.cycleMinutes * MINUTE_MS * random.next() * 0.5,
      heatingKw: 0,
      loadCount: 0,
      gas: 0,
    }),
    step,
    progress: (state, id) => (id === 'thermocouple-drift' ? state.driftKelvin / DRIFT_MAX_KELVIN : 1),
    onStory(state, id) {
      if (id === 'thermocouple-drift') state.driftKelvin = 0
    },
    readings: {
      state: (state) => state.status,
      alarm: (state) => state.alarm,
      power: (state, noise) => state.powerKw * (1 + 0.012 * noise),
      'good-count': (state) => state.goodCount,
      'scrap-count': (state) => state.scrapCount,
      temperature: (state, noise) => shownCelsius(state) + 0.5 * noise,
      'load-temperature': (state, noise) => state.celsius - 1.5 + 0.6 * noise,
      'temperature-set-point': (state) => state.setPoint,
      'heating-load': (state) => (100 * state.heatingKw) / profile.heatingKw,
      'atmosphere-flow': (state, noise) => (state.gas > 0 ? state.gas + 0.08 * noise : 0),
      'load-count': (state) => state.loadCount,
    },
    writes: {
      'temperature-set-point': (state, value) => {
        state.setPoint = value
      },
    },
  }
}
