import { MINUTE_MS } from '@millrace/base'
import type { Surroundings } from './physics.ts'
import type { Random } from './random.ts'

export type MachineState = 'running' | 'setup' | 'idle' | 'planned-stop' | 'stopped' | 'off'

/** How a machine is being operated; part of the hidden state of every kind that makes something. */
export type Operation = {
  status: MachineState
  /** Why it does not run; '' while it runs. */
  reason: string
  /** Text of the controller's alarm; '' when there is none. */
  alarm: string
  /** Left of the present set-up, wait or stop. */
  remainingMs: number
  /** Parts until the next set-up. */
  batchLeft: number
  /** Index of the program in use. */
  program: number
  goodCount: number
  scrapCount: number
  cyclePhase: number
  scrapPhase: number
}

export type OperationProfile = {
  /** Parts between two set-ups; Infinity for kinds that are never set up. */
  batchParts: number
  setupMinutes: readonly [low: number, high: number]
  /** Short waits and jams: how often per hour of production, how long, and why. */
  microStopsPerHour: number
  microStopMinutes: readonly [low: number, high: number]
  microStopReasons: readonly string[]
  /** Faults that need somebody: how often per hour of production, with the alarm each shows. */
  faultsPerHour: number
  faultMinutes: readonly [low: number, high: number]
  faultAlarms: readonly string[]
  /** Goes on through breaks. */
  unattended?: boolean
}

export function newOperation(random: Random, profile: OperationProfile): Operation {
  return {
    status: 'off',
    reason: 'No shift',
    alarm: '',
    remainingMs: 0,
    batchLeft: Number.isFinite(profile.batchParts) ? Math.ceil(profile.batchParts * random.between(0.2, 1)) : 1,
    program: 0,
    goodCount: 0,
    scrapCount: 0,
    cyclePhase: random.next(),
    scrapPhase: 0,
  }
}

/**
 * Moves the operation on by one step: shifts and breaks, set-ups, micro-stops and faults.
 *
 * @param eventful false suppresses set-ups and random stops (a long order, watched by the story that is being told).
 * @returns productive milliseconds of this step, 0 … dtMs.
 */
export function operate(
  operation: Operation,
  profile: OperationProfile,
  surroundings: Surroundings,
  dtMs: number,
  random: Random,
  programCount: number,
  eventful = true,
): number {
  if (surroundings.planned === 'off') {
    if (operation.status !== 'off' && operation.alarm === '') operation.remainingMs = 0
    rest(operation, 'off', 'No shift')
    return 0
  }
  if (surroundings.planned === 'break' && !profile.unattended && operation.alarm === '') {
    rest(operation, 'planned-stop', 'Break')
    return 0
  }
  if (operation.status === 'off') {
    if (operation.alarm === '' && !profile.unattended) {
      halt(operation, 'setup', 'Start of shift', random.between(3, 10) * MINUTE_MS)
    } else if (operation.alarm !== '') {
      operation.status = 'stopped'
      operation.reason = operation.alarm
    }
  }

  let productiveMs = dtMs
  if (operation.remainingMs > 0) {
    const spentMs = Math.min(operation.remainingMs, dtMs)
    operation.remainingMs -= spentMs
    if (operation.remainingMs > 0) return 0
    operation.alarm = ''
    productiveMs = dtMs - spentMs
  }
  operation.status = 'running'
  operation.reason = ''

  if (!eventful) return productiveMs
  if (operation.batchLeft <= 0) {
    operation.batchLeft = Math.ceil(profile.batchParts * random.between(0.6, 1.4))
    operation.program = (operation.program + 1) % programCount
    const [low, high] = profile.setupMinutes
    halt(operation, 'setup', 'Change of order', random.between(low, high) * MINUTE_MS)
  } else if (random.happens(profile.microStopsPerHour, dtMs)) {
    const [low, high] = profile.microStopMinutes
    halt(operation, 'idle', pick(profile.microStopReasons, random), random.between(low, high) * MINUTE_MS)
  } else if (random.happens(profile.faultsPerHour, dtMs)) {
    const [low, high] = profile.faultMinutes
    fault(operation, pick(profile.faultAlarms, random), random.between(low, high) * MINUTE_MS)
  }
  return productiveMs
}

/** Counts what came out of productive time. @returns finished pieces, good and scrap. */
export function produce(
  operation: Operation,
  productiveMs: number,
  cycleMs: number,
  scrapRatio: number,
  random: Random,
): number {
  operation.cyclePhase += productiveMs / cycleMs
  const finished = Math.floor(operation.cyclePhase)
  if (finished === 0) return 0
  operation.cyclePhase -= finished
  operation.batchLeft -= finished
  // Scrap is gathered with a random weight rather than drawn per piece: a packer makes hundreds in one step.
  operation.scrapPhase += finished * scrapRatio * 2 * random.next()
  const scrap = Math.min(finished, Math.floor(operation.scrapPhase))
  operation.scrapPhase -= scrap
  operation.scrapCount += scrap
  operation.goodCount += finished - scrap
  return finished
}

/** Puts the machine into a state for a while. */
export function halt(operation: Operation, status: MachineState, reason: string, forMs: number): void {
  operation.status = status
  operation.reason = reason
  operation.remainingMs = forMs
}

/** Stops the machine with an alarm until somebody has repaired it. */
export function fault(operation: Operation, alarm: string, forMs: number): void {
  halt(operation, 'stopped', alarm, forMs)
  operation.alarm = alarm
}

function rest(operation: Operation, status: MachineState, reason: string): void {
  operation.status = status
  operation.reason = reason
}

function pick(texts: readonly string[], random: Random): string {
  return texts[Math.floor(random.next() * texts.length)] ?? ''
}
