import { createLocalClock, createPlanner, type LocalTime, type PlannedTime, type WorkCalendar } from './calendar.ts'
import { createMachine, type Kind } from './kinds.ts'
import type { Machine, MachineSnapshot } from './machine.ts'
import type { Surroundings } from './physics.ts'
import { scramble } from './random.ts'
import type { StoryId, StorySetting } from './story.ts'

/** One machine of a simulated plant. */
export type MachineDefinition = {
  /** Unique within its plant; kebab case. */
  name: string
  kind: Kind
  seed: number
  calendar: WorkCalendar
  programs?: readonly string[]
  /** Name of the machine it serves, and without which it has nothing to do. */
  leader?: string
  /** Takes part in the extra shift. */
  extraShift?: boolean
}

/** A story that begins at a moment, in the past or later. */
export type StoryStart = { machine: string; storyId: StoryId; startsAtMs: number; speed: number; severity: number }

export type PlantDefinition = {
  name: string
  timeZone: string
  ambient: { meanCelsius: number; swingCelsius: number }
  solarKwp: number
  /** Dear hours of the energy tariff on workdays, in minutes after local midnight. */
  peakTariff: readonly { startMinute: number; endMinute: number }[]
  machines: readonly MachineDefinition[]
  /** From this moment on, machines of the extra shift work around the clock, whatever their calendar says. */
  extraShiftFromMs: number
  stories: readonly StoryStart[]
}

export type PlantSnapshot = {
  machines: Record<string, MachineSnapshot>
  /** Stories that have begun, by index in the definition. */
  begun: number[]
}

/** The machines of one plant, which share its calendar, its weather, its air, its cold water and its meter. */
export type Plant = {
  readonly name: string
  readonly machines: ReadonlyMap<string, Machine>
  /** Moves every machine on to `nowMs`. */
  step(nowMs: number, dtMs: number): void
  snapshot(): PlantSnapshot
  /** @throws RangeError when a machine is missing from the snapshot or differs in kind. */
  restore(snapshot: PlantSnapshot): void
}

/** Suppliers come after those they supply, and the meter after everybody. */
const RANK: Partial<Record<Kind, number>> = { rectifier: 1, compressor: 2, chiller: 2, 'site-meter': 3 }
const SUNRISE_MINUTE = 390
const SUNSET_MINUTE = 1170

type Member = MachineDefinition & { machine: Machine; plan: (local: LocalTime) => PlannedTime; leaderMachine?: Machine }

export function createPlant(definition: PlantDefinition): Plant {
  const planners = new Map<WorkCalendar, (local: LocalTime) => PlannedTime>()
  const machines = new Map<string, Machine>()
  const members: Member[] = definition.machines
    .toSorted((a, b) => (RANK[a.kind] ?? 0) - (RANK[b.kind] ?? 0))
    .map((member) => {
      const machine = createMachine(member)
      machines.set(member.name, machine)
      const plan = planners.get(member.calendar) ?? createDatedPlanner(member.calendar)
      planners.set(member.calendar, plan)
      const leaderMachine = member.leader === undefined ? undefined : machines.get(member.leader)
      return { ...member, machine, plan, ...(leaderMachine && { leaderMachine }) }
    })
  const localTimeAt = createLocalClock(definition.timeZone)
  const begun = new Set<number>()
  const surroundings: Surroundings = {
    planned: 'work',
    ambientCelsius: 21,
    minuteOfDay: 0,
    peakTariff: false,
    plantPowerKw: 0,
    airDemandM3PerMin: 0,
    coolingDemandKw: 0,
    solarPowerKw: 0,
    leaderRunning: true,
  }

  function beginStories(nowMs: number): void {
    for (const [index, story] of definition.stories.entries()) {
      if (begun.has(index) || nowMs < story.startsAtMs) continue
      begun.add(index)
      const setting: StorySetting = { active: true, speed: story.speed, severity: story.severity }
      machines.get(story.machine)?.setStory(story.storyId, setting)
    }
  }

  function step(nowMs: number, dtMs: number): void {
    if (begun.size < definition.stories.length) beginStories(nowMs)
    const local = localTimeAt(nowMs)
    const { meanCelsius, swingCelsius } = definition.ambient
    surroundings.minuteOfDay = local.minuteOfDay
    surroundings.ambientCelsius = meanCelsius + swingCelsius * Math.sin(((local.minuteOfDay - 540) / 720) * Math.PI)
    surroundings.solarPowerKw = definition.solarKwp * sunshine(local)
    surroundings.peakTariff =
      local.weekday <= 5 &&
      definition.peakTariff.some((span) => local.minuteOfDay >= span.startMinute && local.minuteOfDay < span.endMinute)

    const extra = nowMs >= definition.extraShiftFromMs
    let powerKw = 0
    let airM3PerMin = 0
    let coolingKw = 0
    for (const { machine, plan, extraShift, leaderMachine } of members) {
      surroundings.planned = extra && extraShift ? 'work' : plan(local)
      surroundings.leaderRunning = leaderMachine?.isRunning() ?? true
      surroundings.plantPowerKw = powerKw
      surroundings.airDemandM3PerMin = airM3PerMin
      surroundings.coolingDemandKw = coolingKw
      machine.step(nowMs, dtMs, surroundings)
      const draw = machine.draw()
      powerKw += draw.powerKw
      airM3PerMin += draw.airM3PerMin
      coolingKw += draw.coolingKw
    }
  }

  return {
    name: definition.name,
    machines,
    step,
    snapshot: () => ({
      machines: Object.fromEntries([...machines].map(([name, machine]) => [name, machine.snapshot()])),
      begun: [...begun],
    }),
    restore(snapshot) {
      for (const [name, machine] of machines) {
        const saved = snapshot.machines[name]
        if (!saved) throw new RangeError(`The snapshot lacks ${name}.`)
        machine.restore(saved)
      }
      begun.clear()
      for (const index of snapshot.begun) begun.add(index)
    },
  }
}

/**
 * Lives through a span of time as fast as it can, leaving the plant in the state it has at `toMs`, from which live
 * stepping continues.
 *
 * @param emit called after every step for every machine; what it reads are the values of that moment.
 */
export function history(
  plant: Plant,
  fromMs: number,
  toMs: number,
  stepMs: number,
  emit: (machine: Machine, atMs: number) => void,
): void {
  if (!(stepMs > 0)) throw new RangeError(`A step must be longer than 0 ms, not ${stepMs}.`)
  for (let atMs = fromMs + stepMs; atMs <= toMs; atMs += stepMs) {
    plant.step(atMs, stepMs)
    for (const machine of plant.machines.values()) emit(machine, atMs)
  }
}

/** Machines of one calendar ask about the same moment one after the other; the plan is looked up once. */
function createDatedPlanner(calendar: WorkCalendar): (local: LocalTime) => PlannedTime {
  const plan = createPlanner(calendar)
  let known: LocalTime | undefined
  let planned: PlannedTime = 'off'
  return (local) => {
    if (local !== known) {
      planned = plan(local)
      known = local
    }
    return planned
  }
}

/** Share of installed solar power at a moment: the arc of the day under clouds that differ from day to day. */
function sunshine({ minuteOfDay, dayNumber }: LocalTime): number {
  if (minuteOfDay <= SUNRISE_MINUTE || minuteOfDay >= SUNSET_MINUTE) return 0
  const arc = Math.sin(((minuteOfDay - SUNRISE_MINUTE) / (SUNSET_MINUTE - SUNRISE_MINUTE)) * Math.PI)
  const clear = 0.35 + (0.6 * scramble(dayNumber)) / 0x1_0000_0000
  const cloud = 0.85 + 0.15 * Math.sin(minuteOfDay / 11 + dayNumber)
  return arc ** 1.3 * clear * cloud
}
