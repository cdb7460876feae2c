import { MINUTE_MS } from '@millrace/base'
import { newOperation, type Operation, type OperationProfile, operate, produce } from './operation.ts'
import { approach, type Draw, type Physics } from './physics.ts'
import {
  alarmTag,
  cycleTimeTag,
  goodTag,
  type Measurand,
  numberTag,
  powerTag,
  programTag,
  scrapTag,
  stateTag,
} from './tag.ts'

/** One process value of a station: what it shows while working and while standing. */
export type StationValue = {
  name: string
  title: string
  measurand: Measurand
  unit: string
  working: number
  resting: number
  deviation: number
  normal: readonly [low: number, high: number]
}

/** A commanded pace, per cent of the programmed one. */
export type StationPace = { name: string; title: string; min: number; max: number; maxStep: number }

export type StationProfile = {
  title: string
  programs: readonly string[]
  cycleS: number
  scrapRatio: number
  workingKw: number
  standbyKw: number
  airM3PerMin: number
  coolingKw: number
  /** How fast process values follow the work. */
  lagMinutes: number
  values: readonly StationValue[]
  pace: StationPace
  /** Stands whenever the machine it serves stands. */
  followsLeader?: boolean
  operation: OperationProfile
}

type Station = Operation & Draw & { cycleS: number; pace: number; activity: number }

/**
 * A station that makes pieces at a pace and shows a few process values: assembly, packing, engraving, inspection,
 * blanking, a plating line, a rectifier. Faster than programmed costs quality.
 */
export function station(profile: StationProfile): Physics<Station> {
  const { pace } = profile
  return {
    title: profile.title,
    programs: profile.programs,
    stories: [],
    tags: [
      stateTag,
      alarmTag,
      programTag,
      powerTag(0, profile.workingKw * 1.25),
      goodTag,
      scrapTag,
      cycleTimeTag(profile.cycleS * 0.85, profile.cycleS * 1.2),
      numberTag(pace.name, pace.title, 'other', '%', {
        writable: { min: pace.min, max: pace.max, maxStep: pace.maxStep },
      }),
      ...profile.values.map(({ name, title, measurand, unit, normal }) =>
        numberTag(name, title, measurand, unit, { normal }),
      ),
    ],
    initial: (random) => ({
      ...newOperation(random, profile.operation),
      powerKw: 0,
      airM3PerMin: 0,
      coolingKw: 0,
      cycleS: 0,
      pace: 100,
      activity: 0,
    }),
    step(state, { dtMs, surroundings, random }, programCount) {
      let productiveMs = operate(state, profile.operation, surroundings, dtMs, random, programCount)
      if (profile.followsLeader && !surroundings.leaderRunning && state.status === 'running') {
        state.status = 'idle'
        state.reason = 'Waits for the line'
        productiveMs = 0
      }
      const ratio = state.pace / 100
      if (productiveMs > 0) {
        const cycleMs = (profile.cycleS * 1000) / ratio
        const scrapRatio = profile.scrapRatio * (1 + 6 * Math.max(0, ratio - 1))
        if (produce(state, productiveMs, cycleMs, scrapRatio, random) > 0) {
          state.cycleS = (cycleMs / 1000) * random.between(0.95, 1.08)
        }
      }
      const running = state.status === 'running'
      state.activity = approach(state.activity, running ? ratio : 0, dtMs, profile.lagMinutes * MINUTE_MS)
      state.powerKw = running
        ? profile.workingKw * ratio
        : state.status === 'off'
          ? profile.standbyKw * 0.3
          : profile.standbyKw
      state.airM3PerMin = running ? profile.airM3PerMin * ratio : state.status === 'off' ? 0 : profile.airM3PerMin * 0.2
      state.coolingKw = running ? profile.coolingKw : 0
    },
    readings: {
      state: (state) => state.status,
      alarm: (state) => state.alarm,
      power: (state, noise) => state.powerKw * (1 + 0.03 * noise),
      'good-count': (state) => state.goodCount,
      'scrap-count': (state) => state.scrapCount,
      'cycle-time': (state) => (state.cycleS > 0 ? state.cycleS : null),
      [pace.name]: (state) => state.pace,
      ...Object.fromEntries(
        profile.values.map((value) => [
          value.name,
          (state: Station, noise: number) => {
            const shown = value.resting + (value.working - value.resting) * state.activity
            return state.activity < 0.02 && value.resting === 0 ? 0 : shown + value.deviation * noise
          },
        ]),
      ),
    },
    writes: {
      [pace.name]: (state, value) => {
        state.pace = value
      },
    },
  }
}
