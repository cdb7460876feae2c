import { fault, type Operation } from './operation.ts'
import { clamp, type Draw, type Hidden, type Physics, type Surroundings } from './physics.ts'
import { createRandom, noiseOf, scramble } from './random.ts'
import { STORY_SEVERITY_MAX, STORY_SPEED_MAX, type Stories, type StoryId, type StorySetting } from './story.ts'
import { type TagDefinition, type TagValue, WAVEFORM_RATE_HZ, WAVEFORM_SAMPLE_COUNT } from './tag.ts'

/** Everything a machine remembers, as plain JSON. */
export type MachineSnapshot = {
  kind: string
  randomWord: number
  stepNumber: number
  hidden: Record<string, number | string>
  stories: Stories
}

export type MachineOptions = {
  name: string
  seed: number
  /** Names of its programs, where they differ from those of its kind. */
  programs?: readonly string[]
}

/** A simulated machine: a controller to read and write, with physics behind it. */
export type Machine = {
  readonly name: string
  readonly kind: string
  readonly tags: readonly TagDefinition[]
  /** Moves the physics on to `nowMs`. The same seed and the same steps give the same values. */
  step(nowMs: number, dtMs: number, surroundings: Surroundings): void
  /** The reading of a tag as of the last step; null where the sensor has nothing to say. @throws RangeError for an unknown tag. */
  read(tag: string): TagValue
  /**
   * Writes a set-point. Controllers refuse what they cannot do.
   *
   * @returns false for a tag that is unknown or not writable, a value that is not a number or lies outside the bounds.
   */
  write(tag: string, value: number | boolean | string): boolean
  /** Vibration velocity in mm/s, its RMS agreeing with the `vibration` tag. @throws RangeError for kinds without a sensor. */
  waveform(sampleCount: number, rateHz: number): Float32Array
  /** Starts, changes or ends a story. @returns false for stories this kind cannot live through. */
  setStory(id: StoryId, setting: StorySetting): boolean
  story(id: StoryId): StorySetting | undefined
  /** How far a story has gone, 0 … 1; 0 while it is not told. */
  storyProgress(id: StoryId): number
  /**
   * Stops it with an alarm until it is repaired or the time is over, whatever it does.
   *
   * @returns false for kinds that have nothing to stop: suppliers and meters.
   */
  breakDown(alarm: string, forMs: number): boolean
  /** Ends a breakdown at once. Does nothing while there is none. */
  repair(): void
  /** The text of the alarm it stands still with; '' when it does not. */
  alarm(): string
  /** What it takes from the plant now. */
  draw(): Draw
  isRunning(): boolean
  snapshot(): MachineSnapshot
  /** @throws RangeError when the snapshot is of another kind or from another version of its physics. */
  restore(snapshot: MachineSnapshot): void
}

export type MachineKind = {
  readonly title: string
  readonly tags: readonly TagDefinition[]
  readonly stories: readonly StoryId[]
  create(kind: string, options: MachineOptions): Machine
}

/** Whether a machine makes something, and so can stand still. */
function isOperated(hidden: Hidden): hidden is Hidden & Operation {
  return typeof hidden.remainingMs === 'number' && typeof hidden.batchLeft === 'number'
}

/** Wraps physics, whose hidden state differs from kind to kind, so that all kinds look the same. */
export function machineKind<State extends Hidden>(physics: Physics<State>): MachineKind {
  const tagIndex = new Map(physics.tags.map((tag, index) => [tag.name, index]))
  const vibrationIndex = tagIndex.get('vibration') ?? 0

  function create(kind: string, { name, seed, programs = physics.programs }: MachineOptions): Machine {
    const random = createRandom(scramble(seed))
    const hidden: State = physics.initial(random)
    const stories: Stories = {}
    const input = { dtMs: 0, surroundings: undefined as unknown as Surroundings, random, stories }
    let stepNumber = 0

    function waveform(sampleCount: number, rateHz: number): Float32Array {
      if (!physics.waveform) throw new RangeError(`${name} has no vibration sensor.`)
      // Its own randomness, so that looking at the waveform does not change what the machine does next.
      const phases = createRandom(scramble(seed ^ stepNumber))
      return physics.waveform(hidden, sampleCount, rateHz, phases, noiseOf(seed, stepNumber, vibrationIndex))
    }

    return {
      name,
      kind,
      tags: physics.tags,
      step(_nowMs, dtMs, surroundings) {
        stepNumber = (stepNumber + 1) | 0
        input.dtMs = dtMs
        input.surroundings = surroundings
        physics.step(hidden, input, programs.length)
      },
      read(tag) {
        const reading = physics.readings[tag]
        if (reading) {
          const value = reading(hidden, noiseOf(seed, stepNumber, tagIndex.get(tag) ?? 0))
          // Adding 0 turns -0 into 0.
          return typeof value === 'number' ? Math.round(value * 100) / 100 + 0 : value
        }
        if (tag === 'program' && tagIndex.has('program'))
          return programs[Number(hidden.program) % programs.length] ?? ''
        if (tag === 'vibration-waveform') return waveform(WAVEFORM_SAMPLE_COUNT, WAVEFORM_RATE_HZ)
        throw new RangeError(`${name} has no tag ${tag}.`)
      },
      write(tag, value) {
        const bounds = physics.tags[tagIndex.get(tag) ?? -1]?.writable
        const write = physics.writes?.[tag]
        const number = typeof value === 'boolean' ? Number(value) : value
        if (!bounds || !write || typeof number !== 'number') return false
        if (!(number >= bounds.min && number <= bounds.max)) return false
        write(hidden, number, stories)
        return true
      },
      waveform,
      setStory(id, setting) {
        if (!physics.stories.includes(id)) return false
        const was = stories[id]?.active ?? false
        stories[id] = {
          active: setting.active,
          speed: Math.min(STORY_SPEED_MAX, Math.max(1, setting.speed)),
          severity: Math.min(STORY_SEVERITY_MAX, Math.max(0, setting.severity)),
        }
        if (was !== setting.active) physics.onStory?.(hidden, id, setting.active)
        return true
      },
      story: (id) => (stories[id] ? { ...stories[id] } : undefined),
      storyProgress(id) {
        if (!physics.stories.includes(id)) return 0
        if (!stories[id]?.active) return 0
        return clamp(physics.progress?.(hidden, id) ?? 1, 0, 1)
      },
      breakDown(alarm, forMs) {
        if (!isOperated(hidden)) return false
        fault(hidden, alarm, forMs)
        return true
      },
      repair() {
        if (!isOperated(hidden) || hidden.alarm === '') return
        hidden.remainingMs = 0
        hidden.alarm = ''
      },
      alarm: () => hidden.alarm,
      draw: () => hidden,
      isRunning: () => hidden.status === 'running',
      snapshot: () => ({
        kind,
        randomWord: random.word,
        stepNumber,
        hidden: { ...hidden },
        stories: structuredClone(stories),
      }),
      restore(snapshot) {
        if (snapshot.kind !== kind) throw new RangeError(`A snapshot of ${snapshot.kind} does not fit ${name}.`)
        for (const [key, value] of Object.entries(hidden)) {
          if (typeof snapshot.hidden[key] !== typeof value) {
            throw new RangeError(`The snapshot of ${name} lacks ${key}; it is from another version.`)
          }
        }
        Object.assign(hidden, snapshot.hidden)
        random.word = snapshot.randomWord
        stepNumber = snapshot.stepNumber
        for (const id of physics.stories) delete stories[id]
        Object.assign(stories, structuredClone(snapshot.stories))
      },
    }
  }

  return { title: physics.title, tags: physics.tags, stories: physics.stories, create }
}
