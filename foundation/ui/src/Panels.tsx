import { useRouteContext } from '@tanstack/react-router'
import { Suspense } from 'react'
import type { AppContext, PanelPlace } from './module.ts'
import { Card } from './Page.tsx'
import { PartBoundary } from './PartBoundary.tsx'
import { LinesSkeleton } from './Skeletons.tsx'

interface PanelsProps {
  readonly place: PanelPlace
  /** Whose panels these are, e.g. the machine's id. */
  readonly subjectId: string
  /** Shown while a panel loads; a card of lines by default, null for places inside a line of text. */
  readonly pending?: React.ReactNode
}

/** What other modules put into this place of a page, in order. One that fails leaves the others alone. */
export function Panels({ place, subjectId, pending }: PanelsProps) {
  const { assembly } = useRouteContext({ strict: false }) as AppContext
  const skeleton =
    pending === undefined ? (
      <Card>
        <LinesSkeleton />
      </Card>
    ) : (
      pending
    )
  return (
    <>
      {assembly.panels
        .filter((panel) => panel.place === place)
        .map((panel) => (
          <PartBoundary key={`${panel.place} ${panel.order}`}>
            <Suspense fallback={skeleton}>
              <panel.Component subjectId={subjectId} />
            </Suspense>
          </PartBoundary>
        ))}
    </>
  )
}
