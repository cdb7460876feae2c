import { useMayAt } from '@millrace/identity/web'
import { type PlaceTree, SiteSelect, useCompanyName, usePlaceTree } from '@millrace/plant/web'
import { Card, EmptyState, Page } from '@millrace/ui'
import type { ReactNode } from 'react'
import { texts } from './resource-texts.ts'

/** A plant whose planning data a page is about. */
export interface ChosenSite {
  readonly siteId: string
  readonly tree: PlaceTree
  /** Whether the reader may change them at this plant. */
  readonly mayWrite: boolean
}

interface PlanningSiteProps {
  readonly title: string
  readonly wanted: string | undefined
  readonly onChoose: (siteId: string) => void
  /** What a company without plants reads. */
  readonly empty?: string
  readonly children: (site: ChosenSite) => ReactNode
}

/** A page about one plant, with the choice of another where there are several. */
export function PlanningSite({ title, wanted, onChoose, empty = texts.noSite, children }: PlanningSiteProps) {
  const tree = usePlaceTree()
  const company = useCompanyName()
  const site = tree.sites.find(({ id }) => id === wanted) ?? tree.sites[0]
  const mayWrite = useMayAt('planning:order:write', site?.id)
  return (
    <Page
      name={title}
      title={title}
      crumbs={[{ text: company, to: '/overview' }]}
      actions={<SiteSelect siteId={site?.id} onChoose={onChoose} />}
    >
      {site ? (
        children({ siteId: site.id, tree, mayWrite })
      ) : (
        <Card>
          <EmptyState>{empty}</EmptyState>
        </Card>
      )}
    </Page>
  )
}
