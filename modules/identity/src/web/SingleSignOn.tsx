import { Button } from '@mantine/core'
import { Problem } from '@millrace/base'
import { Card, ProblemAlert } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { signInOptionsQuery } from './provider-queries.ts'
import classes from './single-sign-on.module.css'
import { singleSignOnProblem, singleSignOnTexts } from './single-sign-on-texts.ts'

const texts = singleSignOnTexts.signIn

/** The identity providers a visitor may sign in with. Nothing while there is none. */
export function SingleSignOn({ next }: { next: string | undefined }) {
  const { data } = useQuery(signInOptionsQuery)
  if (!data || data.providers.length === 0) return null
  const query = next === undefined ? '' : `?next=${encodeURIComponent(next)}`
  return (
    <Card title={texts.title}>
      <div className={classes.providers}>
        {data.providers.map(({ name, startUrl }) => (
          <Button key={startUrl} component="a" href={startUrl + query}>
            {texts.with(name)}
          </Button>
        ))}
      </div>
    </Card>
  )
}

/** Why the way to a provider and back came to nothing. */
export function SingleSignOnProblem({ code }: { code: string | undefined }) {
  if (code === undefined) return null
  const type = { code, kind: 'unauthenticated', title: singleSignOnTexts.signIn.failed } as const
  return <ProblemAlert error={new Problem(type, singleSignOnProblem(code))} />
}
