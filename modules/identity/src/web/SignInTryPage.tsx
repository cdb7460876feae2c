import { Card, Columns, DataTable, Page, PageSkeleton, Row, shellRoute } from '@millrace/ui'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createRoute, Link } from '@tanstack/react-router'
import type { SignInTry } from '../identity-provider-contract.ts'
import { useSignInCrumbs } from './ProviderPage.tsx'
import { TryButton } from './ProviderUse.tsx'
import { tryQuery } from './provider-queries.ts'
import { useMay } from './queries.ts'
import classes from './single-sign-on.module.css'
import { singleSignOnTexts } from './single-sign-on-texts.ts'
import { useWords } from './words.ts'

const texts = singleSignOnTexts.tries

export const signInTryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/sign-in-settings/$providerId/tries/$tryId',
  loader: ({ context, params }) => context.queryClient.ensureQueryData(tryQuery(params.providerId, params.tryId)),
  component: SignInTryPage,
  pendingComponent: PageSkeleton,
})

/** What came of trying a provider: what it told, what was checked, and who would have signed in. */
function SignInTryPage() {
  const { providerId, tryId } = signInTryRoute.useParams()
  const { data: tried } = useSuspenseQuery(tryQuery(providerId, tryId))
  const may = useMay('identity:provider:write')
  const home = `/identity/sign-in-settings/${providerId}`
  const crumbs = [...useSignInCrumbs(), { text: tried.providerName, to: home }]
  return (
    <Page name={texts.page} title={texts.title(tried.providerName)} crumbs={crumbs}>
      <Columns
        main={
          <>
            <Card title={texts.checks}>
              <div className={classes.use}>
                <p role="status">
                  <b>{outcome(tried)}</b> {!tried.ofTheseSettings && texts.outdated}
                </p>
                <Checks checks={tried.checks} />
              </div>
            </Card>
            <Card title={texts.received}>
              <DataTable
                label={texts.received}
                rows={tried.received}
                rowKey={(one) => `${one.name} ${one.value}`}
                empty={texts.receivedEmpty}
                columns={[
                  {
                    header: texts.name,
                    cell: (one) => <span className={classes.code}>{one.name}</span>,
                    phone: 'title',
                  },
                  {
                    header: texts.value,
                    cell: (one) => <span className={classes.code}>{one.value}</span>,
                    phone: 'detail',
                  },
                ]}
              />
            </Card>
          </>
        }
        side={
          <Card title={texts.would}>
            <div className={classes.use}>
              <p>{whoWould(tried)}</p>
              <RolesGiven tried={tried} />
              {may && <TryButton providerId={providerId} text={singleSignOnTexts.use.tryAgain} />}
              <Row>
                <Link to={home}>{texts.back}</Link>
              </Row>
            </div>
          </Card>
        }
      />
    </Page>
  )
}

function outcome({ finishedAt, worked }: SignInTry): string {
  if (finishedAt === null) return texts.waiting
  return worked ? texts.worked : texts.failed
}

function whoWould({ person }: SignInTry): string {
  if (!person) return texts.nobody
  return person.id === null ? texts.newcomer(person.name) : person.name
}

function RolesGiven({ tried }: { tried: SignInTry }) {
  const words = useWords()
  if (!tried.person) return null
  if (tried.roles.length === 0) return <p className="small second">{texts.noRoles}</p>
  return (
    <div className="small second">
      {texts.roles}
      <ul>
        {tried.roles.map((grant) => (
          <li key={`${grant.role} ${grant.placeId}`}>{words.grantText(grant)}</li>
        ))}
      </ul>
    </div>
  )
}

function Checks({ checks }: { checks: SignInTry['checks'] }) {
  return (
    <ul className={classes.checks}>
      {checks.map((check) => (
        <li key={check.sentence} className={classes.check}>
          <span className={check.passed ? 'second' : classes.wrong}>{check.passed ? texts.passed : texts.wrong}</span>
          <span>{check.sentence}</span>
        </li>
      ))}
    </ul>
  )
}
