import { DAY_MS, MINUTE_MS } from '@millrace/base'
import { fault, halt, newOperation, type Operation, type OperationProfile, operate, produce } from './operation.ts'
import { approach, clamp, type Draw, type Physics, type StepInput } from './physics.ts'
import type { Random } from './random.ts'
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

/** What distinguishes one kind of cutting machine from another. */
export type MachineToolProfile = {
  title: string
  programs: readonly string[]
  spindleRpm: number
  /** Cutting edges: the tooth-pass frequency is revolutions per second times this. */
  teeth: number
  cycleS: number
  feedMmPerMin: number
  idleKw: number
  spindleKw: number
  /** Cutting minutes after which the controller asks for another tool. */
  toolLifeMinutes: number
  operation: OperationProfile
}

type MachineTool = Operation &
  Draw & {
    /** 0 is a new edge, 0.55 the end of its planned life, beyond 1.6 it breaks. */
    wear: number
    toolMinutes: number
    /** Commanded feed, per cent of the programmed one. */
    feedOverride: number
    /** Feed the axes really have, ratio; follows the override as fast as the drives allow. */
    feed: number
    /** 0 none, 1 asked for, 2 under way. */
    toolChange: number
    /** How far the spindle's outer race is gone: 0 sound, 1 seized. */
    bearing: number
    spindleCelsius: number
    /** Cutting force relative to the program's mean; 0 while not cutting. */
    load: number
    cycleS: number
  }

const WEAR_AT_PLANNED_LIFE = 0.55
const WEAR_AT_BREAK = 1.6
/** A chipped coating wears this much faster than the planned life assumes. */
const BAD_TOOL_FACTOR = 3.6
const TOOL_CHANGE_MS = 4 * MINUTE_MS
const BROKEN_TOOL_MS = 25 * MINUTE_MS
const BEARING_LIFE_MS = 9 * DAY_MS
const BEARING_REPAIR_MS = 6 * 60 * MINUTE_MS
const FEED_LAG_MS = 1500
const SPINDLE_LAG_MS = 22 * MINUTE_MS
/** Ball-pass frequency of the outer race for 16 balls, in revolutions of the spindle. */
const OUTER_RACE_ORDER = 6.72
const FLOOR_MM_PER_S = 0.28
const STANDSTILL_MM_PER_S = 0.06
/** Longer steps average over the cycle. */
const CYCLE_VISIBLE_MS = 10_000
const PROGRAM_RPM = [1, 0.9375, 1.0416]
const PROGRAM_LOAD = [1, 0.95, 1.05]

const SHAFT_HARMONICS = [1, 0.3]
const TOOTH_HARMONICS = [1, 0.45, 0.22]
const RACE_HARMONICS = [1, 0.6]

/** A machine with a rotating spindle, an edge that wears and bearings that fail. */
export function machineTool(profile: MachineToolProfile): Physics<MachineTool> {
  const rpmOf = (tool: MachineTool) => profile.spindleRpm * (PROGRAM_RPM[tool.program % PROGRAM_RPM.length] ?? 1)

  function tonesOf(tool: MachineTool): Tone[] {
    const shaftHz = rpmOf(tool) / 60
    const edge = 1 + 0.25 * tool.wear + 1.4 * tool.wear ** 3
    return [
      { fundamentalHz: shaftHz, rms: 0.5, harmonics: SHAFT_HARMONICS },
      {
        fundamentalHz: shaftHz * profile.teeth,
        rms: 1.35 * tool.load * edge * tool.feed ** 1.3,
        harmonics: TOOTH_HARMONICS,
      },
      { fundamentalHz: shaftHz * OUTER_RACE_ORDER, rms: 0.06 + 2.4 * tool.bearing ** 3.2, harmonics: RACE_HARMONICS },
    ]
  }

  function step(tool: MachineTool, input: StepInput, programCount: number): void {
    const { dtMs, surroundings, random, stories } = input
    const badTool = stories['tool-wear']
    const speed = badTool?.active ? badTool.speed : 1

    mayStartToolChange(tool, speed, input)
    const productiveMs = operate(
      tool,
      profile.operation,
      surroundings,
      dtMs,
      random,
      programCount,
      !badTool?.active && tool.toolChange === 0,
    )
    if (tool.toolChange === 2 && tool.status === 'running') {
      newTool(tool)
      if (badTool) badTool.active = false
    }

    tool.feed = approach(tool.feed, tool.feedOverride / 100, dtMs, FEED_LAG_MS)
    const running = tool.status === 'running'
    const programLoad = PROGRAM_LOAD[tool.program % PROGRAM_LOAD.length] ?? 1
    tool.load = running ? programLoad * (dtMs < CYCLE_VISIBLE_MS ? cutPattern(tool.cyclePhase) : 1) : 0

    const bearing = stories['spindle-bearing']
    if (bearing?.active) tool.bearing += (dtMs / BEARING_LIFE_MS) * bearing.speed * bearing.severity

    if (productiveMs > 0) {
      const pace = badTool?.active ? 1 + (BAD_TOOL_FACTOR - 1) * badTool.severity : 1
      const minutes = (productiveMs / MINUTE_MS) * speed
      tool.wear += (WEAR_AT_PLANNED_LIFE / profile.toolLifeMinutes) * minutes * pace * tool.feed ** 1.6
      tool.toolMinutes += minutes
      const scrapRatio = 0.006 + 0.12 * Math.max(0, tool.wear - 0.6) ** 1.5 + 0.02 * tool.bearing ** 4
      const cycleMs = (profile.cycleS * 1000) / Math.max(0.3, tool.feed) ** 0.8
      if (produce(tool, productiveMs, cycleMs, scrapRatio, random) > 0) {
        tool.cycleS = (cycleMs / 1000) * random.between(0.985, 1.02)
      }
      breakDown(tool, input, speed)
    }

    const rubbing = Math.max(0, tool.bearing - 0.7) / 0.3
    const heat = running ? 14 * programLoad * (0.7 + 0.3 * tool.feed) + 30 * rubbing ** 1.5 : 0
    tool.spindleCelsius = approach(tool.spindleCelsius, surroundings.ambientCelsius + heat, dtMs, SPINDLE_LAG_MS)
    tool.powerKw = running
      ? profile.idleKw + profile.spindleKw * tool.load * (1 + 0.25 * tool.wear) * tool.feed ** 0.8
      : profile.idleKw * (tool.status === 'off' ? 0.15 : 0.75)
    tool.airM3PerMin = running ? 0.35 : tool.status === 'off' ? 0 : 0.12
    tool.coolingKw = running ? 1.5 : 0
  }

  function mayStartToolChange(tool: MachineTool, speed: number, { surroundings }: StepInput): void {
    if (tool.toolChange === 0 && tool.toolMinutes >= profile.toolLifeMinutes && tool.alarm === '') tool.toolChange = 1
    if (tool.toolChange !== 1 || tool.alarm !== '' || surroundings.planned === 'off') return
    tool.toolChange = 2
    halt(tool, 'setup', 'Tool change', TOOL_CHANGE_MS / speed)
  }

  function breakDown(tool: MachineTool, { stories }: StepInput, speed: number): void {
    if (tool.alarm !== '') return
    if (tool.wear >= WEAR_AT_BREAK) {
      fault(tool, 'T014 Tool broken', BROKEN_TOOL_MS / speed)
      tool.toolChange = 2
    } else if (tool.bearing >= 1) {
      const story = stories['spindle-bearing']
      fault(tool, 'S207 Spindle bearing overheated', BEARING_REPAIR_MS / (story?.active ? story.speed : 1))
      tool.bearing = 0
      if (story) story.active = false
    }
  }

  return {
    title: profile.title,
    programs: profile.programs,
    stories: ['tool-wear', 'spindle-bearing'],
    tags: [
      stateTag,
      alarmTag,
      programTag,
      powerTag(profile.idleKw, profile.idleKw + profile.spindleKw * 1.25),
      goodTag,
      scrapTag,
      cycleTimeTag(profile.cycleS * 0.9, profile.cycleS * 1.15),
      numberTag('spindle-speed', 'Spindle speed', 'speed', 'rpm'),
      numberTag('spindle-load', 'Spindle load', 'load', '%', { normal: [20, 75] }),
      numberTag('feed-rate', 'Feed rate', 'speed', 'mm/min'),
      numberTag('feed-override', 'Feed override', 'feed-override', '%', {
        normal: [80, 110],
        writable: { min: 60, max: 120, maxStep: 40 },
      }),
      numberTag('vibration', 'Spindle vibration', 'vibration', 'mm/s', { normal: [0, 2.6] }),
      waveformTag,
      numberTag('spindle-temperature', 'Spindle temperature', 'temperature', '°C', { normal: [16, 46] }),
      numberTag('coolant-pressure', 'Coolant pressure', 'pressure', 'bar', { normal: [36, 44] }),
      numberTag('tool-life', 'Tool life left', 'tool-life', '%', { normal: [5, 100] }),
      numberTag('tool-change', 'Tool change request', 'other', '', { writable: { min: 0, max: 1, maxStep: 1 } }),
    ],
    initial: (random) => initialTool(random, profile),
    step,
    progress: (tool, id) => (id === 'tool-wear' ? tool.wear / WEAR_AT_BREAK : tool.bearing),
    onStory(tool, id, active) {
      if (id === 'tool-wear') {
        newTool(tool)
        // The story begins with a long order on a bad tool; ended by reset, the tool is a good new one.
        if (active || tool.alarm.startsWith('T014')) repaired(tool)
      } else {
        tool.bearing = 0
        if (tool.alarm.startsWith('S207')) repaired(tool)
      }
    },
    readings: {
      state: (tool) => tool.status,
      alarm: (tool) => tool.alarm,
      power: (tool, noise) => tool.powerKw * (1 + 0.025 * noise),
      'good-count': (tool) => tool.goodCount,
      'scrap-count': (tool) => tool.scrapCount,
      'cycle-time': (tool) => (tool.cycleS > 0 ? tool.cycleS : null),
      'spindle-speed': (tool, noise) => (tool.load > 0 ? rpmOf(tool) + 6 * noise : 0),
      'spindle-load': (tool, noise) =>
        tool.load > 0 ? 48 * tool.load * (1 + 0.25 * tool.wear) * tool.feed ** 0.8 + 0.9 * noise : 0,
      'feed-rate': (tool, noise) => (tool.load > 0 ? profile.feedMmPerMin * tool.feed * (1 + 0.003 * noise) : 0),
      'feed-override': (tool) => tool.feedOverride,
      vibration: (tool, noise) =>
        tool.load > 0 ? rmsOf(tonesOf(tool), FLOOR_MM_PER_S) * gainOf(noise) : STANDSTILL_MM_PER_S * gainOf(noise),
      'spindle-temperature': (tool, noise) => tool.spindleCelsius + 0.12 * noise,
      'coolant-pressure': (tool, noise) => (tool.load > 0 ? 40 + 0.5 * noise : 0),
      'tool-life': (tool) => clamp(100 * (1 - tool.toolMinutes / profile.toolLifeMinutes), 0, 100),
      'tool-change': (tool) => (tool.toolChange > 0 ? 1 : 0),
    },
    writes: {
      'feed-override': (tool, value) => {
        tool.feedOverride = value
      },
      'tool-change': (tool, value) => {
        if (value >= 0.5 && tool.toolChange === 0) tool.toolChange = 1
        else if (value < 0.5 && tool.toolChange === 1) tool.toolChange = 0
      },
    },
    waveform: (tool, sampleCount, rateHz, random, noise) =>
      tool.load > 0
        ? composeWaveform(tonesOf(tool), FLOOR_MM_PER_S, sampleCount, rateHz, random, gainOf(noise))
        : composeWaveform([], STANDSTILL_MM_PER_S, sampleCount, rateHz, random, gainOf(noise)),
  }
}

function initialTool(random: Random, profile: MachineToolProfile): MachineTool {
  const used = random.between(0, 0.9)
  return {
    ...newOperation(random, profile.operation),
    powerKw: 0,
    airM3PerMin: 0,
    coolingKw: 0,
    wear: WEAR_AT_PLANNED_LIFE * used,
    toolMinutes: profile.toolLifeMinutes * used,
    feedOverride: 100,
    feed: 1,
    toolChange: 0,
    bearing: 0,
    spindleCelsius: 21,
    load: 0,
    cycleS: 0,
  }
}

function newTool(tool: MachineTool): void {
  tool.wear = 0
  tool.toolMinutes = 0
  tool.toolChange = 0
}

function repaired(tool: MachineTool): void {
  tool.alarm = ''
  tool.remainingMs = 0
}

/** Roughing, finishing, and the last light pass of one cycle; 1 on the mean. */
function cutPattern(phase: number): number {
  if (phase < 0.55) return 1.06
  return phase < 0.9 ? 0.95 : 0.85
}

function gainOf(noise: number): number {
  return 1 + 0.035 * noise
}
