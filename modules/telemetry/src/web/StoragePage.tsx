import { useCompanyName } from '@millrace/plant/web'
import { Columns, Page, shellRoute } from '@millrace/ui'
import { createRoute } from '@tanstack/react-router'
import { HoldsCard } from './HoldsCard.tsx'
import { RetentionCard } from './RetentionCard.tsx'
import { retentionTexts as words } from './retention-texts.ts'
import { SlowReadsCard } from './SlowReadsCard.tsx'
import { StorageByPlant, StorageNow } from './StorageCards.tsx'

export const storageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/telemetry/storage',
  component: StoragePage,
})

/** How long history is kept, what is held beyond that, and what it takes. */
function StoragePage() {
  const company = useCompanyName()
  return (
    <Page name={words.page} title={words.page} crumbs={[{ text: company, to: '/overview' }]}>
      <Columns
        main={
          <>
            <RetentionCard />
            <HoldsCard />
            <SlowReadsCard />
          </>
        }
        side={
          <>
            <StorageNow />
            <StorageByPlant />
          </>
        }
      />
    </Page>
  )
}
