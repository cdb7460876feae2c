import { HISTORY_MS, HISTORY_STEP_MS, plantDefinitions } from '@millrace/demo/world'
import { createPlant, history, type Machine, type Plant, type PlantSnapshot } from '@millrace/machines'
import { log } from './log.ts'

/** Both plants as they live, and who wants to know when there are new samples. */
export type LivingPlants = {
  readonly plants: readonly Plant[]
  /** @throws RangeError when there is no such machine. */
  machine(name: string): Machine
  /** Called once a second, after the physics. `waveforms` names the machines whose waveform is due. */
  onSample(listener: (nowMs: number, waveforms: ReadonlySet<string>) => void): void
  start(): void
  stop(): void
  snapshot(): Record<string, PlantSnapshot>
}

const STEP_MS = 200
const STEPS_PER_SAMPLE = 5
const SAMPLES_PER_WAVEFORM = 5
/** A process that slept (a suspended laptop) continues where it was instead of leaping. */
const STEP_MAX_MS = 2000
/** Between the end of the history and the first live step the plants catch up second by second, at most this long. */
const CATCH_UP_MAX_MS = 15 * 60_000
const CATCH_UP_STEP_MS = 1000

/**
 * Brings the plants to life: as they were saved, or else through fourteen days of history up to the anchor and from there
 * to the present.
 */
export function createLivingPlants(
  anchorMs: number,
  seed: number,
  saved: Record<string, PlantSnapshot> | undefined,
  nowMs: number,
): LivingPlants {
  const plants = restored(anchorMs, seed, saved) ?? lived(anchorMs, seed, nowMs)
  const machines = new Map(plants.flatMap((plant) => [...plant.machines]))
  const names = [...machines.keys()]
  const listeners: ((nowMs: number, waveforms: ReadonlySet<string>) => void)[] = []
  let timer: NodeJS.Timeout | undefined
  let steppedAtMs = nowMs
  let stepCount = 0

  function tick(): void {
    const atMs = Date.now()
    const elapsedMs = atMs - steppedAtMs
    steppedAtMs = atMs
    const dtMs = elapsedMs > 0 && elapsedMs <= STEP_MAX_MS ? elapsedMs : STEP_MS
    for (const plant of plants) plant.step(atMs, dtMs)
    stepCount++
    if (stepCount % STEPS_PER_SAMPLE !== 0) return
    const turn = (stepCount / STEPS_PER_SAMPLE) % SAMPLES_PER_WAVEFORM
    const waveforms = new Set(names.filter((_, index) => index % SAMPLES_PER_WAVEFORM === turn))
    for (const listener of listeners) listener(atMs, waveforms)
  }

  return {
    plants,
    machine(name) {
      const machine = machines.get(name)
      if (!machine) throw new RangeError(`There is no machine ${name}.`)
      return machine
    },
    onSample: (listener) => listeners.push(listener),
    start() {
      timer ??= setInterval(tick, STEP_MS)
    },
    stop() {
      clearInterval(timer)
      timer = undefined
    },
    snapshot: () => Object.fromEntries(plants.map((plant) => [plant.name, plant.snapshot()])),
  }
}

function restored(
  anchorMs: number,
  seed: number,
  saved: Record<string, PlantSnapshot> | undefined,
): Plant[] | undefined {
  if (!saved) return undefined
  try {
    const plants = plantDefinitions(anchorMs, seed).map(createPlant)
    for (const plant of plants) {
      const snapshot = saved[plant.name]
      if (!snapshot) throw new RangeError(`The saved state lacks ${plant.name}.`)
      plant.restore(snapshot)
    }
    return plants
  } catch (error) {
    log.warn({ err: error }, 'The saved state does not fit; the plants start anew')
    return undefined
  }
}

function lived(anchorMs: number, seed: number, nowMs: number): Plant[] {
  const unheard = () => undefined
  return plantDefinitions(anchorMs, seed).map((definition) => {
    const plant = createPlant(definition)
    history(plant, anchorMs - HISTORY_MS, anchorMs, HISTORY_STEP_MS, unheard)
    const untilMs = Math.min(nowMs, anchorMs + CATCH_UP_MAX_MS)
    history(plant, anchorMs, untilMs, CATCH_UP_STEP_MS, unheard)
    return plant
  })
}
