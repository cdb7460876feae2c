import { isProblem, Problem } from '@millrace/base'
import { notConfirmed } from './api.ts'
import classes from './parts.module.css'
import { texts } from './texts.ts'
import { PriorityShape } from './values/PriorityChip.tsx'

/** A refusal or failure, in the server's words, where it happened. Nothing when there is none, or the person stopped it. */
export function ProblemAlert({ error }: { error: unknown }) {
  if (error === null || error === undefined || isProblem(error, notConfirmed)) return null
  const known = error instanceof Problem
  return (
    <div className={classes.alert} role="alert">
      <span className={classes.alertShape}>
        <PriorityShape priority={2} />
      </span>
      <div>
        <b>{known ? error.type.title : texts.problem.unexpected}</b>
        <div className="second">{known ? error.message : texts.problem.unexpectedDetail}</div>
        {known && <ProblemErrors data={error.data} />}
      </div>
    </div>
  )
}

/** The single fields a schema refused (`errors: [{ pointer, detail }]`). */
function ProblemErrors({ data }: { data: Readonly<Record<string, unknown>> }) {
  if (!Array.isArray(data.errors)) return null
  const errors = data.errors.filter(isFieldError).slice(0, 8)
  return (
    <ul className="second small">
      {errors.map((error) => (
        <li key={error.pointer}>
          {error.pointer.replace(/^[#/]+/, '')}: {error.detail}
        </li>
      ))}
    </ul>
  )
}

function isFieldError(value: unknown): value is { pointer: string; detail: string } {
  return typeof value === 'object' && value !== null && 'pointer' in value && 'detail' in value
}
