import { Button } from '@mantine/core'
import { Card, LinesSkeleton, ProblemAlert, rootRoute } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createRoute, Link, useNavigate } from '@tanstack/react-router'
import { DoorPage } from './DoorPage.tsx'
import classes from './identity.module.css'
import { tokenOf } from './JoinPage.tsx'
import { resetQuery, useResetPassword } from './joining-queries.ts'
import { joiningTexts } from './joining-texts.ts'
import { NewPasswordForm } from './NewPasswordForm.tsx'

const texts = joiningTexts.reset

export const resetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset',
  validateSearch: tokenOf,
  component: ResetPage,
})

/** Sets a forgotten password anew, by a link. */
function ResetPage() {
  const { token } = resetRoute.useSearch()
  const { data: link, error } = useQuery(resetQuery(token || '-'))
  const reset = useResetPassword(token)
  const navigate = useNavigate()
  return (
    <DoorPage page={texts.page} title={reset.data ? texts.done : texts.title}>
      <Card>
        {error && (
          <>
            <ProblemAlert error={error} />
            <p className={classes.apart}>
              <Link to="/forgotten">{joiningTexts.forgotten.link}</Link>
            </p>
          </>
        )}
        {!link && !error && <LinesSkeleton lines={5} height={26} />}
        {reset.data && (
          <div className={classes.form}>
            <p role="status">{texts.ended(reset.data.endedCount)}</p>
            <Button
              variant="filled"
              data-autofocus
              // Read anew: the session that was open here has ended as well.
              onClick={() => void navigate({ href: '/sign-in', replace: true, reloadDocument: true })}
            >
              {texts.signIn}
            </Button>
          </div>
        )}
        {link && !reset.data && (
          <>
            <p className="second">{texts.hello(link.name)}</p>
            <p className={`second ${classes.demoNote}`}>{texts.note}</p>
            <NewPasswordForm
              email={link.email}
              submit={texts.submit}
              save={reset}
              onSubmit={(password) => reset.mutate(password)}
            />
          </>
        )}
      </Card>
    </DoorPage>
  )
}
