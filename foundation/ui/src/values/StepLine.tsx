import { formatTime } from '../format.ts'
import { texts } from '../texts.ts'
import classes from './values.module.css'

export interface Step {
  readonly text: string
  readonly state: 'done' | 'now' | 'waiting' | 'failed'
  readonly atMs?: number | undefined
}

/** The steps of something that takes time: requested → sent → written → read back → measured. */
export function StepLine({
  steps,
  timeZone,
  detail,
}: {
  steps: readonly Step[]
  timeZone: string
  detail?: string | undefined
}) {
  return (
    <div aria-live="polite">
      <ol className={classes.steps}>
        {steps.map((step) => (
          <li
            key={step.text}
            className={step.state === 'waiting' ? undefined : classes[step.state]}
            aria-current={step.state === 'now' ? 'step' : undefined}
            title={step.atMs === undefined ? undefined : formatTime(step.atMs, timeZone, true)}
          >
            {step.text}
          </li>
        ))}
      </ol>
      {detail && <div className={classes.stepDetail}>{detail}</div>}
    </div>
  )
}

/** The steps of a command in order. Received is part of sent: a person cannot act on the difference. */
const COMMAND_STEPS = ['requested', 'sent', 'written', 'read-back', 'measured'] as const

/**
 * The step line of a command.
 *
 * @param reached when each step was reached; the last reached one is the present.
 * @param failure what the failed step is called instead (`refused`, `expired`), when it failed.
 * @param through the last step that will ever come: read-back where nothing is measured.
 */
export function commandSteps(
  reached: ReadonlyMap<string, number>,
  failure: string | undefined,
  through: 'read-back' | 'measured',
): Step[] {
  const names = COMMAND_STEPS.slice(0, COMMAND_STEPS.indexOf(through) + 1)
  const last = names.findLastIndex((name) => reached.has(name))
  return names.map((name, index) => {
    const atMs = reached.get(name)
    if (failure !== undefined && index === last + 1)
      return { text: failure, state: 'failed', atMs: reached.get(failure) }
    if (index > last)
      return { text: texts.steps[name], state: failure === undefined && index === last + 1 ? 'now' : 'waiting' }
    return { text: texts.steps[name], state: 'done', atMs }
  })
}
