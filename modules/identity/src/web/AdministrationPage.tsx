import { type Crumb, Page } from '@millrace/ui'
import type { ReactNode } from 'react'
import { PeopleTabs } from './PeopleTabs.tsx'
import { useSession } from './queries.ts'
import { texts } from './texts.ts'

interface AdministrationPageProps {
  readonly name: string
  readonly aside?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** The breadcrumb above the pages of people and access. */
export function useAdministrationCrumbs(): Crumb[] {
  const company = useSession()?.enterprise.name ?? ''
  return [
    { text: company, to: '/overview' },
    { text: texts.tabs.label, to: '/identity/people' },
  ]
}

/** One of the pages behind the tabs of people and access. */
export function AdministrationPage({ name, aside, actions, children }: AdministrationPageProps) {
  const crumbs = useAdministrationCrumbs()
  return (
    <Page name={name} title={texts.tabs.label} crumbs={crumbs} aside={aside} actions={actions}>
      <PeopleTabs />
      {children}
    </Page>
  )
}
