import { Button, Modal, Progress } from '@mantine/core'
import { useMay } from '@millrace/identity/web'
import { Card, LinesSkeleton, ProblemAlert, Row, Stacked } from '@millrace/ui'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { demoCompanyQuery, useBringDemo, useRemoveDemo } from './queries.ts'
import { texts } from './texts.ts'

/** Removes the demo company, or brings it back, with one button; among the settings. */
export function DemoPanel() {
  return useMay('demo:company:write') ? <DemoCompanyCard /> : null
}

/** What is known about the demo company, and the button that brings or removes it. */
export function DemoCompanyCard() {
  const query = useQuery(demoCompanyQuery)
  const bring = useBringDemo()
  const remove = useRemoveDemo()
  const [asking, setAsking] = useState(false)
  useSignedOutWhenGone(query.data?.state)
  if (query.isPending) {
    return (
      <Card title={texts.company.title}>
        <LinesSkeleton lines={2} />
      </Card>
    )
  }
  const state = query.data?.state ?? 'absent'
  const busy = state === 'installing' || state === 'removing'
  return (
    <Card title={texts.company.title}>
      <Stacked>
        <ProblemAlert error={query.error ?? bring.error ?? remove.error} />
        <p className="second">{texts.company[state]}</p>
        {busy && (
          <div role="status">
            <Progress
              value={(query.data?.progressRatio ?? 0) * 100}
              aria-label={texts.company[state]}
              transitionDuration={150}
            />
            <div className="small muted">{query.data?.step}</div>
          </div>
        )}
        {state === 'present' && (
          <div>
            <Button onClick={() => setAsking(true)} loading={remove.isPending}>
              {texts.company.remove}
            </Button>
          </div>
        )}
        {state === 'absent' && (
          <div>
            <Button onClick={() => bring.mutate()} loading={bring.isPending}>
              {texts.company.bring}
            </Button>
          </div>
        )}
      </Stacked>
      <Modal opened={asking} onClose={() => setAsking(false)} title={texts.company.confirmTitle}>
        <Stacked>
          <p>{texts.company.confirm}</p>
          <Row>
            <Button
              color="red"
              variant="filled"
              onClick={() => {
                setAsking(false)
                remove.mutate()
              }}
            >
              {texts.company.remove}
            </Button>
            <Button variant="subtle" data-autofocus onClick={() => setAsking(false)}>
              {texts.company.cancel}
            </Button>
          </Row>
        </Stacked>
      </Modal>
    </Card>
  )
}

/** When the company of the signed-in person went away under the page, or a new one came, everything begins at the start. */
function useSignedOutWhenGone(state: string | undefined): void {
  const before = useRef(state)
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  useEffect(() => {
    const changed =
      (before.current === 'removing' && state === 'absent') || (before.current === 'installing' && state === 'present')
    before.current = state
    if (!changed) return
    void queryClient.invalidateQueries({ queryKey: ['identity'] }).then(() => navigate({ to: '/' }))
  }, [state, queryClient, navigate])
}
