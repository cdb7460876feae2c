import { Button } from '@mantine/core'
import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { CatchBoundary } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Card, Stacked } from './Page.tsx'
import { ProblemAlert } from './ProblemAlert.tsx'
import { texts } from './texts.ts'

/**
 * Keeps the failure of one part of a page inside that part, with the server's words and a way to try again.
 *
 * @param quiet where there is no room for words: a part that fails is left out.
 */
export function PartBoundary({ children, quiet = false }: { children: ReactNode; quiet?: boolean }) {
  const queries = useQueryErrorResetBoundary()
  return (
    <CatchBoundary
      getResetKey={() => 'part'}
      errorComponent={({ error, reset }) =>
        quiet ? null : (
          <Card>
            <Stacked>
              <ProblemAlert error={error} />
              <div>
                <Button
                  size="xs"
                  onClick={() => {
                    queries.reset()
                    reset()
                  }}
                >
                  {texts.problem.again}
                </Button>
              </div>
            </Stacked>
          </Card>
        )
      }
    >
      {children}
    </CatchBoundary>
  )
}
