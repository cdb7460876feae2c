import { MINUTE_MS, type Problem } from '@millrace/base'
import {
  type CommandReport,
  type CommandState,
  gatewayOffline,
  machineInterlocked,
  presentValueUnknown,
  type SetPoint,
  stepTooLarge,
  tooManyCommands,
  valueOutOfBounds,
} from './contract.ts'

/** The window in which a set-point's commands are counted. */
export const RATE_WINDOW_MS = MINUTE_MS

/** What has to be known to judge a command. */
export interface CommandFacts {
  /** What the machine shows now; undefined when there is no good sample. */
  readonly presentValue: number | undefined
  /** The machine's state; undefined for a machine that tells none, null when it tells one that is not known now. */
  readonly machineState: string | null | undefined
  readonly isGatewayOnline: boolean
  /** Commands to this set-point in the last minute. */
  readonly recentCount: number
}

// A change of exactly the largest step must not fail for a rounding of the last bit.
const STEP_TOLERANCE_RATIO = 1e-9

/**
 * Why a value may not be written now; undefined when it may. The gateway judges again by its own list, so this is the
 * first of two guards, and the one that explains itself.
 */
export function refusalOf(setPoint: SetPoint, value: number, facts: CommandFacts): Problem | undefined {
  const { min, max, maxStep, maxPerMinute, title } = setPoint
  const unit = setPoint.unit === null ? '' : ` ${setPoint.unit}`
  const { presentValue, machineState, isGatewayOnline, recentCount } = facts

  if (!(value >= min && value <= max)) {
    return valueOutOfBounds(`${title} takes ${min} to ${max}${unit}, not ${value}${unit}.`, { min, max })
  }
  if (machineState === 'off') return machineInterlocked('The machine is switched off.', { machineState })
  if (machineState === null) return machineInterlocked('The state of the machine is not known.', { machineState })
  if (!isGatewayOnline) return gatewayOffline('The gateway of this machine is not connected. Try again later.')
  if (maxStep !== null) {
    if (presentValue === undefined) {
      return presentValueUnknown(`What ${title} is now is not known, and it may change by ${maxStep}${unit} at most.`)
    }
    if (Math.abs(value - presentValue) > maxStep * (1 + STEP_TOLERANCE_RATIO)) {
      return stepTooLarge(
        `${title} is ${presentValue}${unit} and may change by ${maxStep}${unit} at once, so not to ${value}${unit}.`,
        { presentValue, maxStep },
      )
    }
  }
  if (recentCount >= maxPerMinute) {
    return tooManyCommands(`${title} takes ${maxPerMinute} commands a minute. Wait a moment.`, { maxPerMinute })
  }
  return undefined
}

/**
 * Forward only, steps may be skipped: a gateway's report can be lost with its disk. `expired` is what the cloud assumes
 * when nothing is heard; a late report of what really happened corrects it.
 */
const NEXT: Record<CommandState, readonly CommandState[]> = {
  requested: ['sent', 'received', 'written', 'read-back', 'refused', 'failed', 'expired'],
  sent: ['received', 'written', 'read-back', 'refused', 'failed', 'expired'],
  received: ['written', 'read-back', 'refused', 'failed', 'expired'],
  written: ['read-back', 'failed'],
  expired: ['written', 'read-back', 'refused', 'failed'],
  'read-back': [],
  refused: [],
  failed: [],
}

/** Whether a command may go from one state to another. */
export function mayMove(from: CommandState, to: CommandState): boolean {
  return NEXT[from].includes(to)
}

/** What the screens say of a command that ran out in this state. */
export function expirySentence(from: CommandState): string {
  if (from === 'requested') return 'The gateway was not connected in time, nothing was written.'
  if (from === 'sent') return 'The gateway did not answer in time and refuses the command from now on.'
  return 'The gateway had the command but did not say in time that it was written.'
}

/** A machine may round what it is given: this share of the set-point's range is no difference. */
const READ_BACK_TOLERANCE_RATIO = 0.001

/** The value read back as a number: booleans as 0 and 1, a text as undefined. */
export function readBackNumber(readBack: CommandReport['readBack']): number | undefined {
  if (typeof readBack === 'boolean') return readBack ? 1 : 0
  return typeof readBack === 'number' ? readBack : undefined
}

/** A sentence when the machine shows something else than was written; undefined when it shows that, or nothing. */
export function readBackDoubt(
  setPoint: Pick<SetPoint, 'min' | 'max'>,
  value: number,
  readBack: number | undefined,
): string | undefined {
  if (readBack === undefined) return 'What the machine shows now could not be read.'
  const tolerance = (setPoint.max - setPoint.min) * READ_BACK_TOLERANCE_RATIO
  return Math.abs(readBack - value) <= tolerance ? undefined : `The machine shows ${readBack} instead of ${value}.`
}
