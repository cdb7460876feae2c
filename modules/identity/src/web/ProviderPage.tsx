import { newId } from '@millrace/base'
import { Columns, clockMs, Page, PageSkeleton, shellRoute } from '@millrace/ui'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createRoute, notFound, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { IdentityProvider } from '../identity-provider-contract.ts'
import { ourSide } from '../identity-provider-rules.ts'
import { OurSideCard, TheirSideCard } from './OurSideCard.tsx'
import { ProviderForm } from './ProviderForm.tsx'
import { ProviderLinks } from './ProviderLinks.tsx'
import { ProviderUse } from './ProviderUse.tsx'
import { changeOf, draftOf, emptyDraft } from './provider-draft.ts'
import { providersQuery, useAddProvider, useChangeProvider } from './provider-queries.ts'
import { useMay, useSession } from './queries.ts'
import { singleSignOnTexts } from './single-sign-on-texts.ts'

const { form: texts } = singleSignOnTexts

export const newProviderRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/sign-in-settings/new/$kind',
  component: NewProviderPage,
})

export const providerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/sign-in-settings/$providerId',
  // Asked anew: the one just added is not in the list that was kept.
  loader: ({ context }) => context.queryClient.fetchQuery(providersQuery),
  component: ProviderPage,
  pendingComponent: PageSkeleton,
})

/** The breadcrumb above the pages of one provider. */
export function useSignInCrumbs() {
  const company = useSession()?.enterprise.name ?? ''
  return [
    { text: company, to: '/overview' },
    { text: singleSignOnTexts.page, to: '/identity/sign-in-settings' },
  ]
}

function NewProviderPage() {
  const kind = newProviderRoute.useParams().kind === 'saml' ? 'saml' : 'oidc'
  return <NewProvider key={kind} kind={kind} />
}

function NewProvider({ kind }: { kind: 'oidc' | 'saml' }) {
  const title = kind === 'saml' ? texts.newSaml : texts.newOidc
  const enterpriseId = useSession()?.enterprise.id
  const [id] = useState(() => newId<'IdentityProvider'>(clockMs()))
  const [draft, setDraft] = useState(() => emptyDraft(kind, window.location.origin))
  const add = useAddProvider()
  const navigate = useNavigate()
  const crumbs = useSignInCrumbs()
  const submit = () =>
    add.mutate(
      { id, ...changeOf(draft) },
      { onSuccess: () => void navigate({ to: `/identity/sign-in-settings/${id}`, replace: true }) },
    )
  // Known before it is added: the provider wants to be told first.
  const ours = enterpriseId && ourSide(draft.origin.replace(/\/+$/, ''), { enterpriseId, providerId: id })
  return (
    <Page name={title} title={title} crumbs={crumbs}>
      <Columns
        main={
          <ProviderForm
            draft={draft}
            onChange={setDraft}
            onSubmit={submit}
            pending={add.isPending}
            error={add.error}
            submitText={texts.add}
          />
        }
        side={ours && <OurSideCard ours={ours} kind={kind} stored={false} />}
      />
    </Page>
  )
}

function ProviderPage() {
  const { providerId } = providerRoute.useParams()
  const { data } = useSuspenseQuery(providersQuery)
  const provider = data.items.find((one) => one.id === providerId)
  if (!provider) throw notFound()
  return <Provider key={provider.id} provider={provider} />
}

function Provider({ provider }: { provider: IdentityProvider }) {
  const { connection, name, ours } = provider
  const [draft, setDraft] = useState(() => draftOf(provider))
  const change = useChangeProvider(provider.id)
  const may = useMay('identity:provider:write')
  const crumbs = useSignInCrumbs()
  const submit = () => change.mutate(changeOf(draft), { onSuccess: (changed) => setDraft(draftOf(changed)) })
  return (
    <Page name={name} title={name} crumbs={crumbs} aside={singleSignOnTexts.kinds[connection.kind]}>
      <Columns
        sideFirst
        main={
          <>
            <ProviderForm
              draft={draft}
              onChange={setDraft}
              onSubmit={submit}
              pending={change.isPending}
              error={change.error}
              submitText={texts.save}
              done={change.isSuccess ? texts.saved : undefined}
              stored={provider}
              disabled={!may}
            />
            <ProviderLinks provider={provider} />
          </>
        }
        side={
          <>
            <ProviderUse provider={provider} />
            <OurSideCard ours={ours} kind={connection.kind} stored />
            {connection.kind === 'saml' && <TheirSideCard connection={connection} />}
          </>
        }
      />
    </Page>
  )
}
