import { Button, Select } from '@mantine/core'
import { useMay } from '@millrace/identity/web'
import { usePlaceTree } from '@millrace/plant/web'
import { Card, ProblemAlert, Row, Stacked } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { breakdownsQuery, demoCompanyQuery, useMoveBreakdown } from './queries.ts'
import { texts } from './texts.ts'

const words = texts.breakdowns

/** Makes a machine of the simulator break down, to see what the plan does about it; only in the demo company. */
export function BreakdownPanel({ subjectId }: { subjectId: string }) {
  const may = useMay('demo:story:write')
  const company = useQuery({ ...demoCompanyQuery, enabled: may })
  return may && company.data?.state === 'present' ? <Breakdowns siteId={subjectId} /> : null
}

function Breakdowns({ siteId }: { siteId: string }) {
  const query = useQuery(breakdownsQuery)
  const move = useMoveBreakdown()
  const { sites } = usePlaceTree()
  const [chosen, setChosen] = useState<string | null>(null)
  const siteName = sites.find(({ id }) => id === siteId)?.name
  // The company next door has no machines in the simulator.
  if (query.isError) return null
  const items = (query.data?.items ?? []).filter(({ site }) => siteName === undefined || site === siteName)
  const whole = items.filter(({ broken }) => !broken)
  const id = whole.some((one) => one.id === chosen) ? chosen : null
  return (
    <Card title={words.title} note={words.note}>
      <Stacked>
        {items.length === 0 && <p className="second">{words.empty}</p>}
        {items
          .filter(({ broken }) => broken)
          .map((one) => (
            <Row key={one.id}>
              <span>{words.broken(one.machine)}</span>
              <Button
                size="xs"
                variant="default"
                loading={move.isPending && move.variables.id === one.id}
                onClick={() => move.mutate({ id: one.id, action: 'repair' })}
              >
                {words.repair(one.machine)}
              </Button>
            </Row>
          ))}
        <Row>
          <Select
            size="xs"
            searchable
            aria-label={words.machine}
            placeholder={words.choose}
            value={id}
            onChange={setChosen}
            data={whole.map(({ id, machine, state }) => ({
              value: id,
              label: state === 'off' ? words.resting(machine) : machine,
              disabled: state === 'off',
            }))}
          />
          <Button
            size="xs"
            variant="default"
            disabled={id === null}
            loading={move.isPending && move.variables.action === 'break'}
            onClick={() => id !== null && move.mutate({ id, action: 'break' })}
          >
            {words.breakDown}
          </Button>
        </Row>
        <ProblemAlert error={move.error} />
      </Stacked>
    </Card>
  )
}
