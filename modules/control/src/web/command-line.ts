import { epochMs } from '@millrace/base'
import { commandSteps, type Step } from '@millrace/ui'
import type { Command, CommandState } from '../contract.ts'
import { texts } from './texts.ts'

const FAILURES: ReadonlySet<CommandState> = new Set(['refused', 'failed', 'expired'])

/** Whether nothing will happen to this command any more. */
export function isFinal(state: CommandState): boolean {
  return state === 'read-back' || FAILURES.has(state)
}

/** Whether a command did not take effect. */
export function hasFailed(state: CommandState): boolean {
  return FAILURES.has(state)
}

/**
 * The steps of a command on the screen.
 *
 * @param measuredAtMs when its outcome was measured: adds the step, reached or still awaited (null).
 */
export function stepsOf(command: Command, measuredAtMs?: number | null): Step[] {
  const reached = new Map<string, number>()
  for (const step of command.steps) {
    // Received at the gateway is, for a person, the end of being sent.
    const name = step.state === 'received' ? 'sent' : step.state
    if (!reached.has(name)) reached.set(name, epochMs(step.at))
  }
  if (typeof measuredAtMs === 'number') reached.set('measured', measuredAtMs)
  const failure = hasFailed(command.state) ? texts.commands.states[command.state] : undefined
  return commandSteps(reached, failure, measuredAtMs === undefined ? 'read-back' : 'measured')
}

/** Why a command failed, in the words of whoever refused it. */
export function failureText(command: Command): string | undefined {
  if (!hasFailed(command.state)) return undefined
  return command.steps.findLast((step) => step.detail !== null)?.detail ?? undefined
}
