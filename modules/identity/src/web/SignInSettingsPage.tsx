import { Button } from '@mantine/core'
import { epochMs } from '@millrace/base'
import {
  Card,
  clockMs,
  DataTable,
  formatWhen,
  LinesSkeleton,
  Page,
  Panels,
  ProblemAlert,
  Row,
  readerZone,
  shellRoute,
} from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createRoute, Link } from '@tanstack/react-router'
import type { IdentityProvider } from '../identity-provider-contract.ts'
import { providersQuery } from './provider-queries.ts'
import { useMay, useSession } from './queries.ts'
import { singleSignOnTexts } from './single-sign-on-texts.ts'

const texts = singleSignOnTexts.providers

export const signInSettingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/sign-in-settings',
  component: SignInSettingsPage,
})

/** How people of the company sign in: the identity providers, and what other parts add. */
function SignInSettingsPage() {
  const company = useSession()?.enterprise.name ?? ''
  const { page } = singleSignOnTexts
  return (
    <Page name={page} title={page} crumbs={[{ text: company, to: '/overview' }]}>
      <ProvidersCard />
      <Panels place="identity/sign-in-settings" subjectId="" />
    </Page>
  )
}

function ProvidersCard() {
  const { data, error } = useQuery(providersQuery)
  const may = useMay('identity:provider:write')
  return (
    <Card
      title={texts.title}
      actions={
        may && (
          <Row>
            <Button component={Link} to="/identity/sign-in-settings/new/oidc">
              {texts.addOidc}
            </Button>
            <Button component={Link} to="/identity/sign-in-settings/new/saml">
              {texts.addSaml}
            </Button>
          </Row>
        )
      }
    >
      <ProblemAlert error={error} />
      {!data && !error && <LinesSkeleton />}
      {data && (
        <DataTable
          label={texts.title}
          rows={data.items}
          rowKey={(provider) => provider.id}
          empty={texts.empty}
          columns={[
            {
              header: texts.name,
              cell: (provider) => (
                <>
                  <Link to={`/identity/sign-in-settings/${provider.id}`}>{provider.name}</Link>{' '}
                  <span className="small muted">{singleSignOnTexts.kinds[provider.connection.kind]}</span>
                </>
              ),
              phone: 'title',
            },
            {
              header: texts.state,
              cell: (provider) => singleSignOnTexts.states[provider.state],
              phone: 'value',
            },
            {
              header: texts.domains,
              cell: ({ domains }) =>
                domains.length === 0 ? <span className="muted">{texts.anyDomain}</span> : domains.join(', '),
              phone: 'hidden',
            },
            { header: texts.people, cell: (provider) => provider.linkedCount, numeric: true, phone: 'hidden' },
            { header: texts.lastTry, cell: lastTryText, phone: 'detail' },
          ]}
        />
      )}
    </Card>
  )
}

/** `worked, today 14:02`. */
export function lastTryText({ lastTry }: Pick<IdentityProvider, 'lastTry'>): string {
  if (!lastTry) return texts.never
  const outcome = lastTry.worked ? texts.worked : texts.failed
  const when = formatWhen(epochMs(lastTry.at), readerZone(), clockMs())
  return [`${outcome}, ${when}`, ...(lastTry.ofTheseSettings ? [] : [texts.outdated])].join('; ')
}
