import { Button } from '@mantine/core'
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { texts } from '../texts.ts'
import classes from './shell.module.css'

/** Shown in place of a page that could not be loaded or drawn: the server's words, and the way on. */
export function FailedPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const again = () => {
    reset()
    void router.invalidate()
  }
  return (
    <div className={classes.failed}>
      <ProblemAlert error={error} />
      <div>
        <Button onClick={again}>{texts.problem.again}</Button>
      </div>
    </div>
  )
}

export function MissingPage() {
  return (
    <div className={classes.failed}>
      <h1>{texts.problem.missing}</h1>
      <p className="second">{texts.problem.missingDetail}</p>
      <Link to="/">{texts.problem.home}</Link>
    </div>
  )
}
